"""Frames as places on a time axis: bounded in number, joined where the eye cannot part them."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinetag_plugin.report.timescale import TimeScale

per_example = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
LEFT, RIGHT = 100.0, 900.0


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (1, ["0:00", "0:01"]),
        (8, [f"0:0{n}" for n in range(9)]),
        (50, ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50"]),
        (7200, ["0:00", "15:00", "30:00", "45:00", "1:00:00", "1:15:00", "1:30:00", "1:45:00", "2:00:00"]),
    ],
)
def test_ticks_stand_at_round_times(make_analysis, seconds, labels):
    scale = TimeScale(make_analysis(shots=seconds), LEFT, RIGHT)
    assert [label for _, label in scale.ticks()] == labels


@pytest.mark.parametrize("step", [1, 7, 10**4, 10**9, 10**18])
def test_ticks_are_few_however_long_a_film_is(make_analysis, step):
    ticks = list(TimeScale(make_analysis(shots=10, timing=((0, 0, step),)), LEFT, RIGHT).ticks())
    assert 1 <= len(ticks) <= 9
    assert all(LEFT <= x <= RIGHT for x, _ in ticks)


@per_example
@given(st.integers(1, 400), st.data())
def test_places_rise_with_frames_between_the_ends(make_analysis, shots, data):
    scale = TimeScale(make_analysis(shots=shots), LEFT, RIGHT)
    frames = sorted(data.draw(st.lists(st.integers(0, shots * 25), min_size=1)))
    places = [scale.x(frame) for frame in frames]
    assert places == sorted(places)
    assert (scale.x(0), scale.x(shots * 25)) == (LEFT, RIGHT)
    assert all(
        place == pytest.approx(LEFT + (RIGHT - LEFT) * Fraction(frame, shots * 25))
        for place, frame in zip(places, frames, strict=True)
    )


@per_example
@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 600)), max_size=60))
def test_stretches_cover_every_span_and_stay_apart(make_analysis, spans):
    scale = TimeScale(make_analysis(shots=400), LEFT, RIGHT)
    ends = [(start, min(start + length, 10_000)) for start, length in spans]
    drawn = list(scale.stretches(ends, 1.5))
    for start, end in ends:
        assert any(x <= scale.x(start) and scale.x(end) <= x + width + 1e-9 for x, width in drawn)
    assert all(width >= 1.5 for _, width in drawn)
    assert all(a + width + 1.5 <= b + 1e-9 for (a, width), (b, _) in pairwise(drawn))


def test_density_is_measured_against_the_fullest_column(make_analysis):
    scale = TimeScale(make_analysis(shots=400), LEFT, RIGHT)
    assert list(scale.density([0, 1, 2, 3, 5000, 5001], 2.0)) == [(100.0, 1.0), (500.0, 0.5)]
    assert list(scale.density([], 2.0)) == []
