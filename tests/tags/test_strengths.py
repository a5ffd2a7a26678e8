"""Equations 5 and 6: the published weights, the edges, and what no order of key frames may change."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.records import KeyFrame, TagScore
from cinetag_plugin.tags.strengths import best_tags, filtered, strengths

# calculated apart from this code, in plain numbers: 100 key frames, every probability 0.5
COUNTS = (80, 60, 50, 40, 30, 20, 10, 6, 3, 1)
PAPER = (1.000, 0.562, 0.391, 0.250, 0.140, 0.062, 0.015, 0.005, 0.001, 0.000)
LOG = (1.000, 0.923, 0.875, 0.816, 0.741, 0.635, 0.461, 0.338, 0.187, 0.000)


def key_frame(*scores, index=0, accepted=True) -> KeyFrame:
    tags = tuple(TagScore(tag=tag, probability=probability) for tag, probability in scores)
    return KeyFrame(
        index=index, shot=index, frame=index, pts=index, entropy=9.0, accepted=accepted, tags=tags
    )


def film_of(counts) -> list[KeyFrame]:
    """Three tags a key frame, tag ``n<count>`` in as many key frames as its name says."""
    occurrences = [f"n{count}" for count in counts for _ in range(count)]
    third = len(occurrences) // 3
    columns = zip(occurrences[:third], occurrences[third : 2 * third], occurrences[2 * third :], strict=True)
    return [key_frame(*((tag, 0.5) for tag in tags), index=i) for i, tags in enumerate(columns)]


scored = st.lists(
    st.dictionaries(
        st.sampled_from("abcdefg"),
        st.integers(1, 1000).map(lambda thousandths: thousandths / 1000),
        max_size=3,
    ).map(lambda tags: key_frame(*tags.items())),
    max_size=12,
)


@pytest.mark.parametrize(("weighting", "expected"), [("paper", PAPER), ("log", LOG)])
def test_counts_give_the_tabled_strengths(weighting, expected):
    rows = strengths(film_of(COUNTS), weighting)
    assert [row.tag for row in rows] == [f"n{count}" for count in COUNTS]
    assert [row.count for row in rows] == list(COUNTS)
    assert [row.relative_strength for row in rows] == pytest.approx(expected, abs=6e-4)


def test_the_published_weight_is_share_of_occurrences_times_sum_of_probabilities():
    film = [key_frame(("war", 0.5), ("sea", 0.25)), key_frame(("war", 0.75), ("sky", 0.125))]
    by_tag = {row.tag: row for row in strengths(film)}
    assert by_tag["war"].weight == 2 / 4 * 1.25
    assert by_tag["sea"].weight == 1 / 4 * 0.25
    assert by_tag["sky"].weight == 1 / 4 * 0.125
    assert by_tag["war"].probability_sum == 1.25
    assert by_tag["sea"].relative_strength == pytest.approx((0.0625 - 0.03125) / (0.625 - 0.03125))


def test_the_log_weight_is_the_mean_times_the_logarithm_of_the_count():
    film = [key_frame(("war", 0.5), ("sea", 0.25)), key_frame(("war", 0.75))]
    by_tag = {row.tag: row for row in strengths(film, "log")}
    assert by_tag["war"].weight == pytest.approx(math.log(3) * 0.625)
    assert by_tag["sea"].weight == pytest.approx(math.log(2) * 0.25)


@pytest.mark.parametrize("weighting", ["paper", "log"])
def test_one_tag_is_as_strong_as_can_be(weighting):
    assert [row.relative_strength for row in strengths([key_frame(("war", 0.01))], weighting)] == [1.0]


@pytest.mark.parametrize("weighting", ["paper", "log"])
def test_equal_tags_are_all_as_strong_as_can_be(weighting):
    film = [key_frame(("sea", 0.1), ("war", 0.3)), key_frame(("sea", 0.2)), key_frame(("war", 0.0))]
    rows = strengths(film, weighting)
    assert [(row.tag, row.relative_strength) for row in rows] == [("sea", 1.0), ("war", 1.0)]


def test_no_tags_give_nothing():
    assert strengths([]) == ()
    assert strengths([key_frame(), key_frame()]) == ()


def test_a_probability_of_zero_is_an_occurrence():
    assert [(row.tag, row.count) for row in strengths([key_frame(("war", 0.0))])] == [("war", 1)]


def test_only_accepted_key_frames_count():
    film = [key_frame(("war", 0.5)), key_frame(("sea", 0.9), accepted=False)]
    assert [row.tag for row in strengths(film)] == ["war"]


def test_only_the_best_three_tags_of_a_key_frame_count():
    frame = key_frame(("d", 0.1), ("a", 0.4), ("c", 0.2), ("b", 0.2), ("e", 0.05))
    assert [score.tag for score in best_tags(frame)] == ["a", "c", "b"]
    assert {row.tag for row in strengths([frame])} == {"a", "b", "c"}


def test_a_tag_named_twice_in_a_key_frame_counts_once_with_its_best():
    frame = key_frame(("war", 0.2), ("war", 0.6), ("sea", 0.3), ("sky", 0.1))
    assert [(s.tag, s.probability) for s in best_tags(frame)] == [("war", 0.6), ("sea", 0.3), ("sky", 0.1)]
    assert [row.count for row in strengths([frame])] == [1, 1, 1]


def test_equal_strengths_are_in_order_of_their_slugs():
    film = [key_frame(("b", 0.5), ("a", 0.5), ("z", 0.1))]
    assert [row.tag for row in strengths(film)] == ["a", "b", "z"]


@given(scored)
def test_strengths_agree_with_exact_arithmetic(film):
    found: dict[str, list[Fraction]] = {}
    for frame in film:
        for score in frame.tags:
            found.setdefault(score.tag, []).append(Fraction(score.probability))
    occurrences = sum(map(len, found.values()))
    exact = {tag: Fraction(len(p), occurrences) * sum(p) for tag, p in found.items()}
    rows = strengths(film)
    assert {row.tag for row in rows} == set(exact)
    span = max(exact.values(), default=0) - min(exact.values(), default=0)
    for row in rows:
        assert row.weight == pytest.approx(float(exact[row.tag]))
        if span > Fraction(1, 10**6):
            expected = (exact[row.tag] - min(exact.values())) / span
            assert row.relative_strength == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize("weighting", ["paper", "log"])
@given(film=scored)
def test_strengths_span_zero_to_one_and_fall(weighting, film):
    relative = [row.relative_strength for row in strengths(film, weighting)]
    assert relative == sorted(relative, reverse=True)
    assert all(0 <= share <= 1 for share in relative)
    assert max(relative, default=1.0) == 1.0


@given(scored.flatmap(lambda film: st.tuples(st.just(film), st.permutations(film))))
def test_the_order_of_key_frames_does_not_matter(films):
    film, shuffled = films
    assert strengths(film) == strengths(shuffled)


@given(scored)
def test_a_film_seen_twice_has_the_same_relative_strengths(film):
    once = {row.tag: row.relative_strength for row in strengths(film)}
    twice = {row.tag: row.relative_strength for row in strengths([*film, *film])}
    assert twice == pytest.approx(once, abs=1e-9)


def test_a_filter_keeps_what_reaches_the_threshold():
    rows = strengths(film_of(COUNTS))
    assert filtered(rows) == rows
    assert len(filtered(rows, 0.1)) == 5
    assert [row.tag for row in filtered(rows, rows[3].relative_strength)] == ["n80", "n60", "n50", "n40"]
    assert len(filtered(strengths(film_of(COUNTS), "log"), 0.1)) == 9


def test_the_strongest_are_kept_and_their_numbers_are_those_of_the_film():
    rows = strengths(film_of(COUNTS))
    assert filtered(rows, 0.0, 3) == rows[:3]
    assert filtered(rows, 0.9, 3) == rows[:1]
    assert filtered(rows, top=99) == rows
    assert filtered((), 0.5, 3) == ()
