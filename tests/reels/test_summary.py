"""A summary: one shot of each group, within the length, varied and spread over the film."""

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.records import BeatEvent, Film, Shot, TagSpan, Timing, Transition
from cinetag_plugin.reels.scenes import seconds_of, with_handles
from cinetag_plugin.reels.summary import LONGEST, SHORTEST, summary
from numbered import made_analysis

RATE = 24


def analysis(lengths, groups=None, tags=(), beats=()):
    """Shots of so many frames each; ``(tag, shot, probability)`` and ``(category, shot, confidence)``."""
    borders = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    cut = Transition(kind="cut", start=0, end=0)
    shots = tuple(
        Shot(index=i, start=borders[i], end=borders[i + 1], transition_in=cut, group=(groups or {}).get(i, i))
        for i in range(len(lengths))
    )
    film = Film(
        path="f",
        name="f",
        frames=borders[-1],
        rate=Fraction(RATE),
        variable_rate=False,
        time_base=Fraction(1, RATE),
        start_pts=0,
        width=64,
        height=36,
        duration=borders[-1] / RATE,
        timing=(Timing(frame=0, pts=0, step=1),),
    )
    spans = tuple(
        TagSpan(tag=t, start=borders[s], end=borders[s + 1], strength=1.0, probability=p, shots=(s,))
        for t, s, p in tags
    )
    events = tuple(
        BeatEvent(category=c, start=borders[s], end=borders[s + 1], confidence=p, shots=(s,), key_shot=s)
        for c, s, p in beats
    )
    return made_analysis(film, shots=shots, tag_spans=spans, beats=events)


def shots_of(scenes, analysed):
    return [next(s.index for s in analysed.shots if s.start <= scene.start < s.end) for scene in scenes]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.integers(1, 120), st.data())
def test_it_fits_and_has_each_group_once_in_whole_shots_or_their_middle(lengths, seconds, data):
    groups = {i: data.draw(st.integers(0, i)) for i in range(len(lengths))}
    made = analysis(lengths, groups)
    found = summary([made], Fraction(seconds))
    assert sum(seconds_of(s, made.film) for s in found) <= seconds
    indices = shots_of(found, made)
    assert indices == sorted(indices)
    assert len({groups[i] for i in indices}) == len(indices)
    for scene, index in zip(found, indices, strict=True):
        shot = made.shots[index]
        assert shot.start <= scene.start < scene.end <= shot.end
        assert seconds_of(scene, made.film) <= LONGEST
        whole = (scene.start, scene.end) == (shot.start, shot.end)
        assert whole or abs(scene.start - shot.start - (shot.end - scene.end)) <= 2
    if any(length >= SHORTEST * RATE for length in lengths):
        assert all(seconds_of(s, made.film) >= SHORTEST for s in found)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20), st.integers(1, 30), st.integers(0, 60))
def test_there_is_room_for_handles(lengths, seconds, handles):
    made = analysis(lengths)
    longer = with_handles(summary([made], Fraction(seconds), handles=handles), [made], handles)
    assert sum(seconds_of(s, made.film) for s in longer) <= seconds


def test_beats_and_strong_tags_come_first():
    made = analysis([48] * 5, tags=[("war", 1, 0.9), ("sea", 2, 0.2)], beats=[("battle", 4, 0.9)])
    assert shots_of(summary([made], Fraction(2)), made) == [4]
    assert shots_of(summary([made], Fraction(4)), made) == [1, 4]


def test_the_best_shot_of_a_group_stands_for_it():
    made = analysis([48] * 4, groups={0: 0, 2: 0}, tags=[("war", 2, 0.9), ("war", 0, 0.3)])
    assert shots_of(summary([made], Fraction(2)), made) == [2]


def test_a_label_already_shown_counts_less_than_a_new_one():
    tags = [("war", 0, 0.9), ("war", 5, 0.9), ("sea", 10, 0.7)]
    made = analysis([48] * 11, tags=tags)
    assert shots_of(summary([made], Fraction(4)), made) == [0, 10]


def test_a_film_without_labels_is_shown_from_all_over():
    made = analysis([48] * 40)
    found = shots_of(summary([made], Fraction(10)), made)
    assert len(found) == 5
    assert all(b - a >= 6 for a, b in itertools.pairwise(found))


def test_two_films_share_a_summary():
    films = [
        analysis([48] * 10, beats=[("battle", 3, 0.9)]),
        analysis([48] * 10, beats=[("romance", 7, 0.9)]),
    ]
    assert [(s.film, s.start) for s in summary(films, Fraction(4))] == [(0, 144), (1, 336)]
