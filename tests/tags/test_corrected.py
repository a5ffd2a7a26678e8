"""Strengths after a person's corrections: equations 5 and 6 over the labels left, worked out by hand."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from cinetag_plugin.document.records import (
    Analysis,
    Correction,
    DetectorUse,
    Film,
    KeyFrame,
    Span,
    TagScore,
    TagStrength,
    Timing,
)
from cinetag_plugin.tags.corrected import recounted
from cinetag_plugin.tags.strengths import strengths


def _key_frame(frame: int, **scores: float) -> KeyFrame:
    tags = tuple(TagScore(tag=tag, probability=probability) for tag, probability in scores.items())
    return KeyFrame(index=frame, shot=frame, frame=frame, pts=frame, entropy=9.0, tags=tags)


FILM = [
    _key_frame(0, forest=0.5, war=0.25),
    _key_frame(1, forest=0.5, sea=0.25),
    _key_frame(2, forest=0.25, war=0.75),
]
ROWS = strengths(FILM)


def _analysis(rows) -> Analysis:
    film = Film(
        path="film.mp4",
        name="film",
        frames=3,
        rate=Fraction(1),
        variable_rate=False,
        time_base=Fraction(1),
        start_pts=0,
        width=2,
        height=2,
        duration=3.0,
        timing=(Timing(frame=0, pts=0, step=1),),
    )
    return Analysis(
        created_by="test",
        film=film,
        analysed=Span(start=0, end=3),
        detector=DetectorUse(name="accurate", version="1"),
        shots=(),
        key_frames=tuple(FILM),
        tags=tuple(rows),
    )


def _corrected(*corrections: tuple, rows=ROWS, named=(), weighting="paper") -> dict[str, TagStrength]:
    made = [
        Correction(kind="tag", name=name, start=start, end=end, became=became)
        for name, start, end, became in corrections
    ]
    return {row.tag: row for row in recounted(_analysis(rows), made, weighting, named)}


def test_without_corrections_the_figures_stay():
    assert recounted(_analysis(ROWS), [], "paper") == ROWS


def test_what_was_rejected_on_some_frames_counts_for_none_of_them():
    """Four labels are left of six: forest 2/5 * 0.75, war 2/5 * 1.0, sea 1/5 * 0.25."""
    rows = _corrected(("forest", 1, 2, None))
    assert {tag: row.count for tag, row in rows.items()} == {"war": 2, "forest": 2, "sea": 1}
    assert rows["forest"].weight == pytest.approx(2 / 5 * 0.75)
    assert rows["war"].relative_strength == 1.0
    assert rows["forest"].relative_strength == pytest.approx((0.3 - 0.05) / (0.4 - 0.05))
    assert list(rows) == ["war", "forest", "sea"]


def test_what_was_rejected_in_the_whole_film_is_gone():
    assert list(_corrected(("forest", 0, 3, None))) == ["war", "sea"]


def test_what_was_renamed_counts_under_its_new_name():
    rows = _corrected(("sea", 1, 2, "river"))
    assert rows["river"].count == 1
    assert rows["river"].probability_sum == 0.25
    assert rows["river"].origin == "person"
    assert "sea" not in rows


def test_a_key_frame_counts_once_for_a_tag_that_another_became():
    rows = _corrected(("war", 0, 3, "forest"))
    assert rows["forest"].count == 3
    assert rows["forest"].probability_sum == pytest.approx(0.5 + 0.5 + 0.75)
    assert rows["forest"].weight == pytest.approx(3 / 4 * 1.75)


def test_corrections_count_in_their_order():
    rows = _corrected(("sea", 0, 3, "river"), ("river", 0, 3, "sea"))
    assert {tag: row.weight for tag, row in rows.items()} == {row.tag: row.weight for row in ROWS}


def test_the_other_weighting_is_kept_to():
    rows = _corrected(("sea", 0, 3, None), rows=strengths(FILM, "log"), weighting="log")
    assert rows["war"].weight == pytest.approx(1.0986122886681098 * 0.5)  # log(1 + 2) times the mean


def test_figures_that_are_not_of_these_key_frames_stay():
    plugins = replace(ROWS[0], tag="mood", count=40, weight=9.0, origin="plugin:mood")
    assert _corrected(("forest", 0, 3, None), rows=(*ROWS, plugins))["mood"] == plugins
    assert _corrected(("mood", 0, 2, None), rows=(*ROWS, plugins))["mood"] == plugins
    assert "mood" not in _corrected(("mood", 0, 3, None), rows=(*ROWS, plugins))
    renamed = _corrected(("mood", 0, 3, "joy"), rows=(*ROWS, plugins))["joy"]
    assert renamed == replace(plugins, tag="joy", origin="person")


def test_tags_that_were_left_out_stay_out_unless_they_are_named():
    strongest = strengths(FILM)[:1]
    assert list(_corrected(("war", 0, 1, None), rows=strongest)) == ["forest"]
    assert set(_corrected(("war", 0, 1, None), rows=strongest, named={"sea"})) == {"forest", "sea"}


def test_corrections_of_beats_are_none_of_tags():
    assert recounted(_analysis(ROWS), [Correction(kind="beat", name="war", start=0, end=3)], "paper") == ROWS
