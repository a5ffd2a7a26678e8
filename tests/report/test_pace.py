"""Curves of columns: a density that adds up to its marks, means that are those of what they cover."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.report.pace import column_means, smoothed_density

ENDS = (100.0, 300.0)
places = st.lists(st.floats(100, 300), max_size=40).map(sorted)


def test_marks_at_even_distances_lie_evenly_dense():
    marks = [100 + 5 * n + 2.5 for n in range(40)]
    density = smoothed_density(marks, ENDS, 30, 2)
    assert len(density) == 100
    assert density == pytest.approx([1 / 5] * 100, rel=0.12)


@given(st.floats(180, 220), st.sampled_from([10.0, 25.0, 40.0]))
def test_a_mark_away_from_the_ends_counts_once(mark, reach):
    density = smoothed_density([mark], ENDS, reach, 1)
    assert sum(density) == pytest.approx(1, abs=0.01)
    assert max(density) == pytest.approx(0.75 / reach, rel=0.01)


@given(places, st.floats(1, 400))
def test_a_density_is_never_below_nothing(marks, reach):
    assert all(value >= 0 for value in smoothed_density(marks, ENDS, reach, 2))


def test_a_column_has_the_mean_of_what_covers_it():
    parts = [(100.0, 103.0, 1.0), (103.0, 104.0, 5.0), (104.0, 106.0, 7.0)]
    (curve,) = column_means(parts, (100.0, 106.0), 2)
    assert [x for x, _ in curve] == [101, 103, 105]
    assert [value for _, value in curve] == pytest.approx([1, 3, 7])


def test_a_gap_parts_the_curve_and_no_number_is_a_gap():
    parts = [(100.0, 104.0, 1.0), (104.0, 108.0, float("nan")), (108.0, 112.0, 2.0)]
    curves = list(column_means(parts, (100.0, 112.0), 2))
    assert [[x for x, _ in curve] for curve in curves] == [[101, 103], [109, 111]]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(50, 350), st.floats(50, 350), st.floats(-60, 0)), max_size=30))
def test_means_lie_between_what_they_are_made_of(parts):
    values = [value for *_, value in parts]
    for curve in column_means([(min(a, b), max(a, b), v) for a, b, v in parts], ENDS, 2):
        assert all(100 <= x <= 300 and min(values) - 1e-6 <= v <= max(values) + 1e-6 for x, v in curve)
