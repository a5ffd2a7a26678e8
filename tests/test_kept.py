"""What a person set outlives a new analysis: by frames, whatever the shots are called there."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    Correction,
    DetectorUse,
    Film,
    KeyFrame,
    Shot,
    Span,
    TagScore,
    TagSpan,
    TagStrength,
    Timing,
    Transition,
)
from cinetag_plugin.kept import as_given, given_cuts, is_same, kept, said_of
from cinetag_plugin.tags.strengths import strengths

FRAMES = 400
FILM = Film(
    path="film.mp4",
    name="film",
    frames=FRAMES,
    rate=Fraction(25),
    variable_rate=False,
    time_base=Fraction(1, 25),
    start_pts=0,
    width=640,
    height=360,
    duration=16.0,
    stream=0,
    timing=(Timing(frame=0, pts=0, step=1),),
    fingerprint="sha256-sampled:1",
)


def _analysis(
    *, cuts=(100, 200, 300), tags=(), spans=(), beats=(), corrections=(), origin="model"
) -> Analysis:
    """Shots between cuts; ``tags`` are ``{tag: probability}`` of each shot's key frame."""
    edges = [0, *cuts, FRAMES]
    keys = tuple(
        KeyFrame(
            index=index,
            shot=index,
            frame=(edges[index] + edges[index + 1]) // 2,
            pts=(edges[index] + edges[index + 1]) // 2,
            entropy=9.0,
            tags=tuple(TagScore(tag=tag, probability=p) for tag, p in scores.items()),
        )
        for index, scores in enumerate(tags)
    )
    return Analysis(
        created_by="test",
        film=FILM,
        analysed=Span(start=0, end=FRAMES),
        detector=DetectorUse(name="accurate", version="1"),
        shots=tuple(
            Shot(
                index=index,
                start=start,
                end=end,
                transition_in=Transition(kind="cut" if start else "start", start=start, end=start),
                origin=origin,
            )
            for index, (start, end) in enumerate(pairwise(edges))
        ),
        key_frames=keys,
        tags=strengths(keys),
        tag_spans=tuple(spans),
        beats=tuple(beats),
        corrections=tuple(corrections),
    )


def _span(tag: str, start: int, end: int, shots: tuple[int, ...], origin: str = "model") -> TagSpan:
    return TagSpan(tag=tag, start=start, end=end, strength=0.5, probability=0.5, shots=shots, origin=origin)


def _beat(category: str, start: int, end: int, shots: tuple[int, ...], origin: str = "model") -> BeatEvent:
    return BeatEvent(
        category=category, start=start, end=end, confidence=0.5, shots=shots, key_shot=shots[0], origin=origin
    )


def _correction(kind: str, name: str, start: int, end: int, became: str | None = None) -> Correction:
    return Correction(kind=kind, name=name, start=start, end=end, became=became)


def _kept(new: Analysis, standing: Analysis) -> Analysis:
    result = kept(new, standing, "paper")
    assert contradiction(result) == ""
    return result


def _said(records) -> list[tuple]:
    return [(getattr(r, "tag", None) or r.category, r.start, r.end, r.shots, r.origin) for r in records]


def test_an_analysis_that_nobody_touched_changes_nothing():
    new = _analysis(spans=[_span("sea", 0, 200, (0, 1))], beats=[_beat("battle", 0, 100, (0,))])
    assert _kept(new, _analysis(spans=[_span("war", 0, 400, (0, 1, 2, 3))])) == new


def test_spans_and_beats_of_a_person_stand_among_what_is_found_anew():
    standing = _analysis(
        spans=[_span("sea", 100, 200, (1,), "person"), _span("war", 0, 400, (0, 1, 2, 3))],
        beats=[_beat("romance", 200, 300, (2,), "person"), _beat("battle", 300, 400, (3,))],
    )
    new = _analysis(
        spans=[_span("forest", 100, 200, (1,))],
        beats=[_beat("pursuit", 0, 100, (0,))],
    )
    result = _kept(new, standing)
    assert _said(result.tag_spans) == [
        ("forest", 100, 200, (1,), "model"),
        ("sea", 100, 200, (1,), "person"),
    ]
    assert _said(result.beats) == [
        ("pursuit", 0, 100, (0,), "model"),
        ("romance", 200, 300, (2,), "person"),
    ]


def test_new_results_give_way_where_a_person_has_spoken():
    standing = _analysis(
        spans=[_span("sea", 100, 200, (1,), "person")],
        beats=[_beat("romance", 100, 200, (1,), "person")],
    )
    new = _analysis(
        spans=[_span("sea", 0, 400, (0, 1, 2, 3))],
        beats=[_beat("battle", 0, 400, (0, 1, 2, 3))],
    )
    result = _kept(new, standing)
    assert _said(result.tag_spans) == [
        ("sea", 0, 100, (0,), "model"),
        ("sea", 100, 200, (1,), "person"),
        ("sea", 200, 400, (2, 3), "model"),
    ]
    assert [(beat.category, beat.start, beat.key_shot) for beat in result.beats] == [
        *(("battle", 0, 0), ("romance", 100, 1), ("battle", 200, 3)),
    ]


def test_what_was_rejected_stays_rejected_there_and_nowhere_else():
    standing = _analysis(
        corrections=[_correction("tag", "sea", 100, 200), _correction("beat", "battle", 0, 100)]
    )
    new = _analysis(
        spans=[_span("sea", 0, 200, (0, 1)), _span("war", 100, 200, (1,))],
        beats=[_beat("battle", 0, 100, (0,)), _beat("battle", 300, 400, (3,))],
    )
    result = _kept(new, standing)
    assert _said(result.tag_spans) == [("sea", 0, 100, (0,), "model"), ("war", 100, 200, (1,), "model")]
    assert _said(result.beats) == [("battle", 300, 400, (3,), "model")]
    assert result.corrections == standing.corrections


def test_what_was_renamed_is_renamed_again():
    standing = _analysis(
        spans=[_span("lake", 0, 100, (0,), "person")],
        corrections=[_correction("tag", "sea", 0, 400, "lake")],
    )
    new = _analysis(spans=[_span("sea", 0, 100, (0,)), _span("sea", 200, 300, (2,))])
    assert _said(_kept(new, standing).tag_spans) == [
        ("lake", 0, 100, (0,), "person"),
        ("lake", 200, 300, (2,), "model"),
    ]


@pytest.mark.parametrize(
    ("cuts", "now"),
    [((50, 100, 200, 300), (2,)), ((100, 150, 200, 300), (1, 2)), ((300,), (0,)), ((10, 20, 30), (3,))],
)
def test_shots_are_those_that_lie_there_now(cuts, now):
    standing = _analysis(
        spans=[_span("sea", 100, 200, (1,), "person")], beats=[_beat("battle", 100, 200, (1,), "person")]
    )
    result = _kept(_analysis(cuts=cuts), standing)
    assert _said(result.tag_spans) == [("sea", 100, 200, now, "person")]
    assert result.beats[0].key_shot in now


def test_a_part_that_covers_the_middle_of_no_shot_is_gone():
    standing = _analysis(corrections=[_correction("tag", "sea", 40, 400)])
    assert _kept(_analysis(spans=[_span("sea", 0, 200, (0, 1))]), standing).tag_spans == ()


def test_tags_of_the_film_are_counted_after_the_corrections():
    scores = [{"sea": 0.5}, {"sea": 0.5}, {"war": 0.5}, {"war": 0.25}]
    standing = _analysis(tags=scores, corrections=[_correction("tag", "sea", 100, 200)])
    result = _kept(_analysis(tags=scores, spans=[_span("sea", 0, 100, (0,))]), standing)
    assert {row.tag: row.count for row in result.tags} == {"war": 2, "sea": 1}
    assert {row.tag: row.weight for row in result.tags} == {"war": 2 / 3 * 0.75, "sea": 1 / 3 * 0.5}
    assert result.tag_spans[0].strength == 0.0


def test_a_tag_that_a_person_set_stays_also_where_nothing_carries_it():
    of_person = TagStrength(tag="lake", count=3, weight=1.5, relative_strength=1.0, origin="person")
    standing = replace(_analysis(), tags=(of_person,))
    result = _kept(_analysis(tags=[{"sea": 0.5}]), standing)
    assert [(row.tag, row.count, row.relative_strength, row.origin) for row in result.tags] == [
        ("sea", 1, 1.0, "model"),
        ("lake", 0, 0.0, "person"),
    ]


def test_shots_that_a_person_gave_for_the_whole_film_are_cuts_again():
    given = _analysis(cuts=(120, 333), origin="person")
    assert [boundary.frame for boundary in given_cuts(given).boundaries] == [120, 333]
    assert given_cuts(_analysis()) is None
    assert given_cuts(replace(given, shots=())) is None  # nobody gave that there are none
    assert given_cuts(replace(given, analysed=Span(start=0, end=399))) is None
    result = as_given(_analysis(cuts=(120, 333)), replace(given, detector=DetectorUse(name="x", version="2")))
    assert {shot.origin for shot in result.shots} == {"person"}
    assert result.detector.name == "x"


cut_lists = st.sets(st.integers(1, FRAMES - 1), max_size=6).map(sorted)
names = st.sampled_from(["sea", "war"])


def _laid_over(cuts, kind, origin):
    """Records of a kind over whole shots, as models give them."""
    edges = [0, *cuts, FRAMES]
    runs = st.tuples(st.integers(0, len(cuts)), st.integers(0, len(cuts))).map(sorted)
    return st.lists(st.tuples(names, runs), max_size=4).map(
        lambda found: [
            kind(name, edges[first], edges[last + 1], tuple(range(first, last + 1)), origin)
            for name, (first, last) in found
        ]
    )


@st.composite
def _both(draw):
    cuts, before = draw(cut_lists), draw(cut_lists)
    frames = st.lists(st.integers(0, FRAMES), min_size=2, max_size=2, unique=True).map(sorted)
    corrections = st.lists(
        st.builds(
            lambda kind, name, between, became: _correction(kind, name, *between, became),
            st.sampled_from(["tag", "beat"]),
            names,
            frames,
            st.none() | names,
        ),
        max_size=3,
    )
    new = _analysis(
        cuts=cuts,
        spans=draw(_laid_over(cuts, _span, "model")),
        beats=draw(_laid_over(cuts, _beat, "model")),
    )
    standing = _analysis(
        cuts=before,
        spans=draw(_laid_over(before, _span, "person")),
        beats=draw(_laid_over(before, _beat, "person")),
        corrections=draw(corrections),
    )
    return new, standing


@given(_both())
def test_whatever_a_person_set_stands_and_nothing_new_lies_on_it(both):
    new, standing = both
    result = _kept(new, standing)

    def of_person(records):
        stretches = [(getattr(r, "tag", None) or r.category, r.start, r.end) for r in records]
        return sorted(s for s, r in zip(stretches, records, strict=True) if r.origin == "person")

    assert of_person(result.tag_spans) == of_person(standing.tag_spans)
    assert of_person(result.beats) == of_person(standing.beats)
    for name, start, end in of_person(standing.tag_spans):
        spans = [span for span in result.tag_spans if span.origin == "model" and span.tag == name]
        assert all(span.end <= start or span.start >= end for span in spans)
    for _, start, end in of_person(standing.beats):
        beats = [beat for beat in result.beats if beat.origin == "model"]
        assert all(beat.end <= start or beat.start >= end for beat in beats)


def test_it_is_said_in_words():
    standing = _analysis(
        spans=[_span("sea", 0, 100, (0,), "person"), _span("sea", 200, 300, (2,), "person")],
        beats=[_beat("battle", 0, 100, (0,), "person"), _beat("battle", 200, 300, (2,))],
        corrections=[_correction("tag", "war", 0, 400), _correction("tag", "war", 0, 400, "sea")],
    )
    said = "4 that a person set: 2 tag spans, 1 beat, 1 rejection"
    assert said_of(standing, shots=False) == said
    assert said_of(standing, shots=True) == "8 that a person set: 4 shots, 2 tag spans, 1 beat, 1 rejection"
    assert said_of(_analysis(), shots=False) == ""


def test_a_film_is_known_by_its_fingerprint_and_stream():
    assert is_same(FILM, FILM.fingerprint, 0)
    assert not is_same(FILM, "sha256-sampled:2", 0)
    assert not is_same(FILM, FILM.fingerprint, 1)
    assert not is_same(replace(FILM, fingerprint=""), "", 0)
