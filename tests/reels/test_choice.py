"""Scenes are the stretches that carry the labels wanted, whatever lies beside, over or between them."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.records import BeatEvent, Film, TagSpan, Timing
from cinetag_plugin.reels.choice import SLIVER, Wanted, chosen, looked_for, strongest
from cinetag_plugin.reels.scenes import Scene, seconds_of
from numbered import made_analysis

FRAMES = 240
LABELS = ("war", "fire", "sea")


def film(frames: int = FRAMES, rate: int = 24) -> Film:
    return Film(
        path="film.mp4",
        name="film",
        frames=frames,
        rate=Fraction(rate),
        variable_rate=False,
        time_base=Fraction(1, rate),
        start_pts=0,
        width=64,
        height=36,
        duration=frames / rate,
        timing=(Timing(frame=0, pts=0, step=1),),
    )


def analysis(*spans, beats=()):
    """An analysis with ``(label, start, end, how sure)`` of tags and of beats."""
    return made_analysis(
        film(),
        tag_spans=tuple(
            TagSpan(tag=tag, start=start, end=end, strength=1.0, probability=p)
            for tag, start, end, p in spans
        ),
        beats=tuple(
            BeatEvent(category=category, start=start, end=end, confidence=sure)
            for category, start, end, sure in beats
        ),
    )


def places(scenes):
    return [(scene.film, scene.start, scene.end) for scene in scenes]


spans = st.lists(
    st.tuples(
        st.sampled_from(LABELS),
        st.integers(0, FRAMES - 1),
        st.integers(1, 60),
        st.floats(0, 1, allow_nan=False),
    ).map(lambda s: (s[0], s[1], min(FRAMES, s[1] + s[2]), s[3])),
    max_size=12,
)


def carried(found, frame):
    return {tag for tag, start, end, _ in found if start <= frame < end}


@given(spans, st.sampled_from(["any", "all"]), st.integers(1, 3))
def test_a_frame_is_chosen_if_and_only_if_it_carries_what_is_wanted(found, match, count):
    wanted = LABELS[:count]
    scenes = chosen([analysis(*found)], Wanted(tags=wanted), match=match)
    has_enough = any if match == "any" else all
    expected = {f for f in range(FRAMES) if has_enough(tag in carried(found, f) for tag in wanted)}
    assert [f for s in scenes for f in range(s.start, s.end)] == sorted(expected)
    assert all(a.end < b.start for a, b in itertools.pairwise(scenes))


@given(spans, st.integers(0, 100))
def test_handles_lengthen_every_scene_within_the_film(found, handles):
    bare = chosen([analysis(*found)], Wanted(tags=LABELS))
    longer = chosen([analysis(*found)], Wanted(tags=LABELS), handles=handles)
    frames = {f for s in bare for f in range(s.start - handles, s.end + handles) if 0 <= f < FRAMES}
    assert [f for s in longer for f in range(s.start, s.end)] == sorted(frames)


@given(spans, st.sampled_from(["any", "all"]))
def test_a_scene_is_as_strong_as_its_surest_or_its_least_sure_label(found, match):
    for scene in chosen([analysis(*found)], Wanted(tags=LABELS[:2]), match=match):
        touching = {
            tag: max(p for t, a, b, p in found if t == tag and a < scene.end and b > scene.start)
            for tag in scene.labels
        }
        assert scene.strength == (max if match == "any" else min)(touching.values())


def strength(found, frame, match):
    sure = [max((p for t, a, b, p in found if t == tag and a <= frame < b), default=-1) for tag in LABELS[:2]]
    return max(sure) if match == "any" else min(sure)


@given(spans, st.integers(1, 300), st.sampled_from(["any", "all"]))
def test_a_length_is_never_exceeded_and_keeps_the_strongest_frames(found, tenths, match):
    films = [analysis(*found)]
    length = Fraction(tenths, 10)
    scenes = strongest(films, Wanted(tags=LABELS[:2]), length, match=match)
    assert sum(seconds_of(s, films[0].film) for s in scenes) <= length
    kept = {f for s in scenes for f in range(s.start, s.end)}
    if kept:
        weakest = min(strength(found, f, match) for f in kept)
        assert weakest >= 0
        assert all(strength(found, f, match) <= weakest for f in range(FRAMES) if f not in kept)
    for scene in scenes:
        frames = range(scene.start, scene.end)
        assert scene.strength == max(strength(found, f, match) for f in frames)
        assert set(scene.labels) == {tag for f in frames for tag in carried(found, f) if tag in LABELS[:2]}


@given(spans, st.integers(1, 100), st.integers(0, 60))
def test_handles_are_reckoned_into_a_length(found, tenths, handles):
    films = [analysis(*found)]
    scenes = strongest(films, Wanted(tags=LABELS), Fraction(tenths, 10), handles=handles)
    assert sum(seconds_of(s, films[0].film) for s in scenes) <= Fraction(tenths, 10)


def test_the_place_that_does_not_fit_is_cut_short_unless_a_sliver_would_be_left():
    films, wanted = [analysis(("war", 0, 48, 0.9), ("war", 100, 196, 0.5))], Wanted(tags=("war",))
    assert places(strongest(films, wanted, Fraction(5))) == [(0, 0, 48), (0, 100, 172)]
    assert places(strongest(films, wanted, 2 + SLIVER - Fraction(1, 100))) == [(0, 0, 48)]
    assert places(strongest(films, wanted, Fraction(1, 2))) == [(0, 0, 12)]
    assert places(strongest(films, wanted, Fraction(1), handles=6)) == [(0, 0, 24)]


def test_a_sliver_that_goes_on_with_what_is_kept_is_no_sliver():
    films = [analysis(("war", 10, 20, 0.9), ("sea", 20, 60, 0.9), ("war", 100, 200, 0.8))]
    scenes = strongest(films, Wanted(tags=("war", "sea")), Fraction(1))
    assert scenes == [Scene(0, 10, 34, 0.9, ("sea", "war"))]


def test_what_is_strong_is_kept_of_labels_that_touch_and_what_leads_to_it_next():
    films = [analysis(("war", 0, 100, 0.2), ("sea", 100, 150, 0.99))]
    wanted = Wanted(tags=("war", "sea"))
    assert strongest(films, wanted, Fraction(2)) == [Scene(0, 100, 148, 0.99, ("sea",))]
    assert strongest(films, wanted, Fraction(4)) == [Scene(0, 54, 150, 0.99, ("sea", "war"))]


def test_beats_and_tags_are_chosen_together_and_films_keep_their_order():
    first = analysis(("war", 10, 60, 0.5), beats=[("battle", 40, 90, 0.8)])
    second = analysis(("war", 0, 5, 0.5), beats=[("battle", 5, 9, 0.8)])
    wanted = Wanted(tags=("war",), beats=("battle",))
    assert places(chosen([first, second], wanted)) == [(0, 10, 90), (1, 0, 9)]
    both = chosen([first, second], wanted, match="all")
    assert places(both) == [(0, 40, 60)]
    assert both[0].labels == ("battle", "war")
    assert both[0].strength == 0.5


def test_a_tag_is_no_beat_of_the_same_name():
    films = [analysis(("romance", 0, 10, 0.5), beats=[("romance", 50, 60, 0.5)])]
    assert places(chosen(films, Wanted(beats=("romance",)))) == [(0, 50, 60)]
    assert places(chosen(films, Wanted(tags=("romance",)))) == [(0, 0, 10)]


def test_what_stands_in_an_analysis_was_looked_for_whoever_set_it():
    told = looked_for(analysis(("castle", 0, 10, 1.0), beats=[("battle", 0, 9, 1.0)]))
    assert told["tags"] == {"war", "fire", "sea", "castle"}
    assert told["beats"] == {"battle"}


@pytest.mark.parametrize("length", [Fraction(1, 1000), Fraction(1, 24)])
def test_a_length_shorter_than_a_frame_holds_none(length):
    films = [analysis(("war", 0, 48, 0.9))]
    kept = strongest(films, Wanted(tags=("war",)), length)
    assert len(kept) == (length >= Fraction(1, 24))
