"""Where a tag holds: shots that carry it, gaps that are closed, and noise that paints nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.records import KeyFrame, Shot, TagScore, TagSpan, TagStrength, Transition
from cinetag_plugin.tags.spans import PROBABILITY_FLOOR, spans

SHOT = 24


def shots_of(lengths) -> list[Shot]:
    shots, start = [], 0
    for index, length in enumerate(lengths):
        cut = Transition(kind="cut", start=start, end=start)
        shots.append(Shot(index=index, start=start, end=start + length, transition_in=cut))
        start += length
    return shots


def key_frame(shot, accepted=True, **tags) -> KeyFrame:
    scores = tuple(TagScore(tag=tag, probability=probability) for tag, probability in tags.items())
    return KeyFrame(index=shot, shot=shot, frame=shot, pts=0, entropy=9.0, accepted=accepted, tags=scores)


def film_with(pattern, tag="war") -> tuple[list[Shot], list[KeyFrame]]:
    """One shot a character, each of a second; ``x`` carries the tag with 0.8, ``-`` does not."""
    frames = [
        key_frame(index, **({tag: 0.8} if c == "x" else {"sky": 0.8})) for index, c in enumerate(pattern)
    ]
    return shots_of([SHOT] * len(pattern)), frames


def strength(tag="war", relative=1.0) -> TagStrength:
    return TagStrength(tag=tag, count=1, weight=1.0, relative_strength=relative)


def seconds_of(found) -> list[tuple[int, int]]:
    return [(span.start // SHOT, span.end // SHOT) for span in found]


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("", []),
        ("---", []),
        ("x", [(0, 1)]),
        ("xxx", [(0, 3)]),
        ("-xx-", [(1, 3)]),
        ("x-x", [(0, 3)]),
        ("x--x", [(0, 1), (3, 4)]),
        ("xx-xx--x", [(0, 5), (7, 8)]),
        ("x-x-x-x", [(0, 7)]),
        ("-x-", [(1, 2)]),
    ],
)
def test_neighbours_join_and_gaps_of_one_shot_close(pattern, held):
    shots, frames = film_with(pattern)
    assert seconds_of(spans(shots, frames, [strength()])) == held


@pytest.mark.parametrize(("gap_shots", "held"), [(0, 4), (1, 3), (2, 2), (3, 1)])
def test_the_caller_says_how_large_a_gap_may_be(gap_shots, held):
    shots, frames = film_with("xx-xx--xx---xx")
    assert len(spans(shots, frames, [strength()], gap_shots=gap_shots)) == held


@pytest.mark.parametrize(("gap", "held"), [(48, [(0, 96)]), (49, [(0, 24), (73, 97)])])
def test_a_gap_longer_than_what_it_joins_stays_open(gap, held):
    _, frames = film_with("x-x")
    found = spans(shots_of([24, gap, 24]), frames, [strength()])
    assert [(span.start, span.end) for span in found] == held


def test_a_span_says_which_shots_carry_it_how_surely_and_how_strong_the_tag_is():
    shots = shots_of([10, 20, 30, 40])
    frames = [key_frame(0, war=0.4), key_frame(2, war=0.8), key_frame(1, sky=0.9)]
    assert spans(shots, frames, [strength(relative=0.6)]) == (
        TagSpan(tag="war", start=0, end=60, strength=0.6, probability=pytest.approx(0.6), shots=(0, 2)),
    )


def test_several_key_frames_of_a_shot_are_weighed_alike():
    shots = shots_of([100, 50])
    frames = [key_frame(0, war=0.3), key_frame(0, war=0.5), key_frame(0, war=0.01), key_frame(1, war=0.7)]
    (span,) = spans(shots, frames, [strength()])
    assert span.probability == pytest.approx(0.5)
    assert span.shots == (0, 1)


def test_noise_below_the_floor_carries_nothing():
    frames = [key_frame(0, war=PROBABILITY_FLOOR), key_frame(1, war=PROBABILITY_FLOOR - 0.001)]
    assert [span.shots for span in spans(shots_of([5, 5]), frames, [strength()])] == [(0,)]
    assert [span.shots for span in spans(shots_of([5, 5]), frames, [strength()], floor=0.0)] == [(0, 1)]


def test_only_the_best_three_tags_of_a_key_frame_are_looked_at():
    frames = [key_frame(0, a=0.9, b=0.8, c=0.7, war=0.6)]
    assert spans(shots_of([5]), frames, [strength()]) == ()


def test_key_frames_that_were_turned_away_say_nothing():
    frames = [key_frame(0, accepted=False, war=0.9), key_frame(1, war=0.9)]
    assert [span.shots for span in spans(shots_of([5, 5]), frames, [strength()])] == [(1,)]


def test_tags_that_were_filtered_out_have_no_spans():
    shots, frames = film_with("xx-")
    assert {span.tag for span in spans(shots, frames, [strength("sky")])} == {"sky"}
    assert spans(shots, frames, []) == ()


def test_spans_are_in_order_of_time_then_of_strength():
    frames = [key_frame(0, a=0.5, b=0.5, c=0.5), key_frame(1), key_frame(2), key_frame(3, b=0.5)]
    rows = [strength("a", 0.2), strength("b", 0.9), strength("c", 0.2)]
    found = spans(shots_of([9] * 4), frames, rows)
    assert [(span.tag, span.start) for span in found] == [("b", 0), ("a", 0), ("c", 0), ("b", 27)]


films = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]), st.booleans()),
    min_size=1,
    max_size=25,
)


@given(films, st.integers(0, 4))
def test_spans_lie_on_shots_and_hold_every_carrier_once(film, gap_shots):
    shots = shots_of([length for length, _, _ in film])
    frames = [key_frame(i, accepted, war=p) for i, (_, p, accepted) in enumerate(film)]
    carriers = [i for i, (_, p, accepted) in enumerate(film) if accepted and p >= PROBABILITY_FLOOR]
    found = spans(shots, frames, [strength()], gap_shots=gap_shots)
    assert [index for span in found for index in span.shots] == carriers
    assert all(a.end < b.start for a, b in pairwise(found))
    for span in found:
        assert (span.start, span.end) == (shots[span.shots[0]].start, shots[span.shots[-1]].end)
        assert all(b - a - 1 <= gap_shots for a, b in pairwise(span.shots))
        assert PROBABILITY_FLOOR <= span.probability <= 1


@given(films.flatmap(lambda film: st.tuples(st.just(film), st.permutations(range(len(film))))))
def test_the_order_of_key_frames_does_not_matter(film_and_order):
    film, order = film_and_order
    shots = shots_of([length for length, _, _ in film])
    frames = [key_frame(i, war=p) for i, (_, p, _) in enumerate(film)]
    assert spans(shots, frames, [strength()]) == spans(shots, [frames[i] for i in order], [strength()])


@given(films, st.data())
def test_fewer_key_frames_never_add_a_carrier(film, data):
    shots = shots_of([length for length, _, _ in film])
    frames = [key_frame(i, war=p) for i, (_, p, _) in enumerate(film)]
    some = data.draw(st.lists(st.sampled_from(frames), unique_by=lambda frame: frame.index))
    all_carriers = {index for span in spans(shots, frames, [strength()]) for index in span.shots}
    assert {index for span in spans(shots, some, [strength()]) for index in span.shots} <= all_carriers


@pytest.mark.parametrize(
    ("probabilities", "held"),
    [([0.8, 0.8], True), ([0.8, 0.0, 0.0], True), ([0.3, 0.0], False), ([0.9] + [0.0] * 9, False)],
)
def test_of_several_key_frames_the_mean_decides(probabilities, held):
    frames = [key_frame(0, **({"war": p} if p else {"sky": 0.9})) for p in probabilities]
    found = spans(shots_of([SHOT]), frames, [strength()])
    assert bool(found) == held
    if held:
        carrying = [p for p in probabilities if p]
        assert found[0].probability == pytest.approx(sum(carrying) / len(carrying))


def test_key_frames_that_were_not_accepted_do_not_lower_the_mean():
    frames = [key_frame(0, war=0.3), key_frame(0, accepted=False), key_frame(0, accepted=False)]
    assert spans(shots_of([SHOT]), frames, [strength()])
