"""The table of events: what is told of an analysis, in which words, in which order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_films import NAMES, analysis, film, shots, told
from msgspec.structs import replace

from cinetag_plugin.document.records import BeatEvent, KeyFrame, Shot, TagSpan, TagStrength, Transition
from cinetag_plugin.export.events import KINDS, events, shot_name


def _told(kind, source=None):
    return events(source or told(), NAMES, kinds={kind})


def _beat(**changes):
    facts = {"category": "battle", "start": 0, "end": 720, "confidence": 0.5}
    return analysis(beats=(BeatEvent(**facts | changes),))


def test_a_beat():
    (beat,) = _told("beat")
    assert (beat.start, beat.end, beat.name, beat.slug) == (125, 175, "Battle", "battle")
    assert beat.comment == "beat - confidence 0.81 - shot 1"
    assert beat.colour == "beat.battle"
    assert beat.data["cinetag"] == {
        "v": 1,
        "kind": "beat",
        "class": "beat.battle",
        "in": 125,
        "out": 175,
        "confidence": 0.81,
        "shots": [0],
        "key_shot": 0,
        "origin": "model",
    }


@pytest.mark.parametrize(
    ("category", "family"),
    [
        *((category.slug, category.slug) for category in NAMES.categories),
        ("physical_war", "battle"),
        ("men_pursuit", "pursuit"),
        ("despair_in_jail", "despair_good"),  # within a class that merges one category
        ("victory", "victory_good"),
        ("argument", "good_argue_good"),
        ("joy", "joy_bad"),
        ("only_a_plugin_knows_it", "only_a_plugin_knows_it"),
    ],
)
def test_a_beat_keeps_its_own_name_and_has_the_colour_of_its_category(category, family):
    (beat,) = _told("beat", _beat(category=category))
    assert (beat.slug, beat.data["cinetag"]["class"]) == (category, f"beat.{category}")
    assert beat.name == NAMES.category_name(category)
    assert beat.colour == f"beat.{family}"


@pytest.mark.parametrize(
    ("indices", "said"),
    [
        (range(13, 22), "beat - confidence 0.50 - shots 14-22"),
        ((2, 4, 5, 6), "beat - confidence 0.50 - shots 3, 5-7"),
        ((), "beat - confidence 0.50"),
    ],
)
def test_shots_are_named_by_number_and_runs(indices, said):
    (beat,) = _told("beat", _beat(shots=tuple(indices)))
    assert beat.comment == said


def test_a_tag_span():
    war, military = _told("tag")
    assert (war.start, war.end, war.name, war.slug) == (0, 480, "War", "war")
    assert war.comment == "tag - strength 0.82 - probability 0.91"
    assert war.colour == "tag.action"
    assert war.data["cinetag"]["class"] == "tag.war"
    assert (war.data["cinetag"]["strength"], war.data["cinetag"]["probability"]) == (0.82, 0.91)
    assert military.start == 240


def test_a_tag_that_no_vocabulary_knows_is_kept_under_other():
    span = TagSpan(tag="space_opera", start=0, end=720, strength=1.0, probability=1.0)
    (row,) = _told("tag", analysis(tag_spans=(span,)))
    assert (row.name, row.colour) == ("Space opera", "tag.other")


def test_the_film_in_one_event_with_the_strongest_tag_first():
    (whole,) = _told("film")
    assert (whole.start, whole.end) == (0, 720)
    assert whole.name == "Film: War 0.82"
    assert whole.comment == "War 0.82 - Military 0.61"
    assert whole.data["cinetag"]["tags"][0] == {"slug": "war", "strength": 0.82}
    assert _told("film", analysis()) == []


def test_shots_tell_how_they_begin_and_end():
    first, second, third = _told("shot")
    assert [row.name for row in (first, second, third)] == ["Shot 001", "Shot 002", "Shot 003"]
    assert first.comment == "cut out - key frame 120"
    assert second.comment == "cut in, dissolve out 12 fr - key frame 360"
    assert third.comment == "dissolve in 12 fr - key frame 600"
    assert second.data["cinetag"]["transition_out"] == "dissolve"
    assert first.colour == "shot"


def test_shot_numbers_are_as_wide_as_the_last():
    assert [shot_name(0, 3), shot_name(13, 999), shot_name(13, 1000)] == ["Shot 001", "Shot 014", "Shot 0014"]


def test_transitions_take_their_extent_and_cuts_the_first_frame_of_the_new_shot():
    cut, dissolve = _told("transition")
    assert (cut.start, cut.end, cut.name, cut.comment) == (240, 241, "Cut", "")
    assert (dissolve.start, dissolve.end, dissolve.name, dissolve.comment) == (474, 486, "Dissolve", "12 fr")
    assert dissolve.data["cinetag"]["class"] == "transition.dissolve"


def test_a_fade_at_the_start_of_the_film_is_a_transition():
    fade = Shot(index=0, start=0, end=720, transition_in=Transition(kind="fade", start=0, end=20))
    (row,) = _told("transition", analysis(shots=(fade,)))
    assert (row.start, row.end, row.name) == (0, 20, "Fade")


def test_key_frames_last_one_frame_and_say_when_they_were_turned_away():
    key = KeyFrame(index=0, shot=0, frame=719, pts=0, entropy=0.1234, accepted=False)
    (row,) = _told("key_frame", analysis(key_frames=(key,)))
    assert (row.start, row.end, row.name) == (719, 720, "Key 001")
    assert row.comment == "entropy 0.12 - not accepted"


def test_sorted_by_start_then_kind_then_longest_then_name():
    spans = [
        TagSpan(tag=tag, start=0, end=end, strength=1.0, probability=1.0)
        for tag, end in (("war", 10), ("drama", 10), ("police", 720))
    ]
    strong = (TagStrength(tag="war", count=1, weight=1.0, relative_strength=1.0),)
    beats = (BeatEvent(category="battle", start=0, end=5, confidence=1.0),)
    fade = Shot(index=0, start=0, end=720, transition_in=Transition(kind="fade", start=0, end=20))
    keys = (KeyFrame(index=0, shot=0, frame=0, pts=0, entropy=9.0),)
    source = analysis(shots=(fade,), tag_spans=tuple(spans), tags=strong, beats=beats, key_frames=keys)
    rows = events(source, NAMES)
    assert [row.kind for row in rows] == [
        "film",
        "beat",
        "tag",
        "tag",
        "tag",
        "shot",
        "transition",
        "key_frame",
    ]
    assert [row.name for row in rows if row.kind == "tag"] == ["Police", "Drama", "War"]
    assert [row.start for row in events(told(), NAMES)] == sorted(row.start for row in events(told(), NAMES))


def test_only_the_kinds_wanted():
    assert {row.kind for row in events(told(), NAMES)} == set(KINDS)
    assert {row.kind for row in events(told(), NAMES, kinds=["beat", "shot"])} == {"beat", "shot"}
    assert events(told(), NAMES, kinds=[]) == []


@given(st.text(st.characters(), max_size=200))
def test_hostile_words_of_a_document_come_out_clean_and_as_strict_json(text):
    source = analysis(
        tags=(TagStrength(tag=text, count=1, weight=1.0, relative_strength=1.0, origin=text),),
        tag_spans=(TagSpan(tag=text, start=0, end=1, strength=float("nan"), probability=1.0, origin=text),),
        beats=(BeatEvent(category=text, start=0, end=1, confidence=1.0, origin=text),),
    )
    for row in events(source, NAMES):
        said = f"{row.slug}{row.name}{row.comment}"
        assert said.isprintable() or not set("\r\n\t\x00\x1b") & set(said)
        json.dumps(row.data, allow_nan=False, ensure_ascii=False).encode("utf-8")


@given(st.integers(1, 50), st.data())
def test_no_event_lies_outside_the_film(frames, data):
    cuts = data.draw(st.sets(st.integers(1, frames), max_size=5)) - {frames}
    entry = st.builds(Transition, kind=st.just("wipe"), start=st.integers(0, frames), end=st.just(frames))
    cut = shots((0, *sorted(cuts), frames))
    wiped = tuple(Shot(index=s.index, start=s.start, end=s.end, transition_in=data.draw(entry)) for s in cut)
    for row in events(analysis(film(frames), shots=wiped), NAMES):
        assert 0 <= row.start < row.end <= frames


def test_a_tag_that_holds_nowhere_is_not_said_of_the_film():
    unsure = replace(told(), tag_spans=())
    assert not [event for event in events(unsure, NAMES) if event.kind == "film"]
