"""The best row of events, against all rows there are."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.beats.expected import best_stretches


def events(word, silent=None) -> list[tuple[int, int, int]]:
    found, start = [], 0
    for place in range(1, len(word) + 1):
        if place == len(word) or word[place] != word[start]:
            if word[start] != silent:
                found.append((start, place, word[start]))
            start = place
    return found


def half_in_common(start, end, first, last) -> bool:
    return 2 * (min(end, last) - max(start, first)) >= max(end, last) - min(start, first)


def expected_f(word, draws, silent=None) -> float:
    mine = events(word, silent)
    right = true = 0.0
    for draw in draws:
        theirs = events(draw, silent)
        true += len(theirs)
        right += sum(
            any(
                label == other
                and 2 * (min(end, last) - max(start, first)) >= max(end, last) - min(start, first)
                for first, last, other in theirs
            )
            for start, end, label in mine
        )
    return 2 * right / max(1e-9, len(mine) * len(draws) + true)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 1), min_size=5, max_size=5), min_size=1, max_size=5))
def test_hardly_any_row_of_drawn_events_is_expected_to_do_better(draws):
    found = best_stretches(np.array(draws, np.int8))
    word = [stretch.label for stretch in found for _ in range(stretch.start, stretch.end)]
    drawn = {event for draw in draws for event in events(draw)}
    rivals = [row for row in product((0, 1), repeat=5) if set(events(row)) <= drawn]
    best = max(expected_f(row, draws) for row in rivals)
    assert [(s.start, s.end, s.label) for s in found] == events(word)  # no two neighbours of one label
    assert expected_f(word, draws) >= 0.75 * best  # borders are paid for too


@given(st.lists(st.lists(st.integers(0, 2), min_size=12, max_size=12), min_size=1, max_size=20))
def test_stretches_cover_all_shots_in_order(draws):
    found = best_stretches(np.array(draws, np.int8))
    assert [stretch.start for stretch in found] == [0, *(stretch.end for stretch in found[:-1])]
    assert found[-1].end == 12
    assert all(0 <= stretch.probability <= 1 for stretch in found)


def test_draws_that_agree_are_returned_with_certainty():
    found = best_stretches(np.array([[0, 0, 1, 1, 1, 2]] * 4, np.int8))
    assert [tuple(stretch) for stretch in found] == [(0, 2, 0, 1.0), (2, 5, 1, 1.0), (5, 6, 2, 1.0)]


def test_a_probability_is_the_share_of_draws_with_half_in_common():
    draws = np.array([[0, 1, 1, 1, 1, 0]] * 3 + [[0, 1, 1, 0, 0, 0]] + [[0, 0, 0, 0, 0, 0]], np.int8)
    middle = next(stretch for stretch in best_stretches(draws) if stretch.label == 1)
    assert (middle.start, middle.end) == (1, 5)
    assert middle.probability == pytest.approx(4 / 5)


def test_borders_lie_where_most_draws_have_them():
    draws = np.array([[0] * 4 + [1] * 4] * 5 + [[0] * 3 + [1] * 5] * 3 + [[0] * 5 + [1] * 3] * 2, np.int8)
    assert [(stretch.start, stretch.end) for stretch in best_stretches(draws)] == [(0, 4), (4, 8)]


def test_a_silent_label_costs_nothing():
    draws = np.array([[2, 0, 0, 2]] * 6 + [[2, 2, 2, 2]] * 4, np.int8)
    labels = [
        (stretch.start, stretch.end) for stretch in best_stretches(draws, silent=2) if stretch.label == 0
    ]
    assert labels == [(1, 3)]
