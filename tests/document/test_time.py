"""Rates, seconds, the clock of a film, and its place on a constant grid."""

from contextlib import suppress
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.time import (
    STANDARD_RATES,
    Clock,
    TimingRun,
    commonest_rate,
    conform,
    is_constant,
    nearest_frame,
    nominal,
    parsed_rate,
    parsed_seconds,
    run_lengths,
    seconds_at,
    snapped_rate,
)

MILLISECOND = Fraction(1, 1000)
ticks = st.lists(st.integers(1, 5000), max_size=60).map(lambda steps: list(accumulate(steps, initial=0)))
film_ticks = st.tuples(st.integers(-(10**6), 10**6), ticks).map(lambda t: [t[0] + tick for tick in t[1]])


def clock_of(pts, time_base=MILLISECOND):
    return Clock(list(run_lengths(pts)), len(pts), time_base)


def matroska_pts(rate, frames):
    """Presentation times of a constant rate as Matroska keeps them: rounded to milliseconds."""
    return [nearest_frame(seconds_at(f, rate), Fraction(1000)) for f in range(frames)]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        ("24000/1001", Fraction(24000, 1001)),
        ("30000:1001", Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("47.952", Fraction(48000, 1001)),
        ("2997/125", Fraction(24000, 1001)),
        (" 24 ", Fraction(24)),
        ("12.5", Fraction(25, 2)),
        ("120000/1001", Fraction(120000, 1001)),
    ],
)
def test_rates_are_read_as_people_and_files_write_them(text, rate):
    assert parsed_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0", "0/1", "25/0", "-25", "1e9", "nan", "inf", "25/1/1", "٢٥", "9" * 5000, "24,5"]
)
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match=r"rate|divides"):
        parsed_rate(text)


@given(st.text(max_size=30))
def test_any_text_gives_a_rate_above_zero_or_a_value_error(text):
    with suppress(ValueError):
        assert parsed_rate(text) > 0


def test_rates_snap_within_a_ten_thousandth_and_no_further():
    for standard in STANDARD_RATES:
        assert snapped_rate(standard * Fraction(100_009, 100_000)) == standard
        assert snapped_rate(standard * Fraction(99_991, 100_000)) == standard
        outside = standard * Fraction(100_011, 100_000)
        assert snapped_rate(outside) == outside


def test_the_standard_rates_do_not_snap_into_each_other():
    assert [snapped_rate(rate) for rate in STANDARD_RATES] == list(STANDARD_RATES)
    assert [nominal(rate) for rate in STANDARD_RATES] == [24, 24, 25, 30, 30, 48, 48, 50, 60, 60]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", Fraction(90)),
        ("90.5", Fraction(181, 2)),
        ("1:30", Fraction(90)),
        ("0:01:30.5", Fraction(181, 2)),
        ("100:00:00", Fraction(360_000)),
        ("90:00", Fraction(5400)),
        ("1.001", Fraction(1001, 1000)),
    ],
)
def test_times_for_people_are_read_exactly(text, seconds):
    assert parsed_seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "-1", "1:60", "1:75", "1:60:00", "1:2:3:4", "nan", "1e3", "1.", "٩", "9" * 5000]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="neither seconds"):
        parsed_seconds(text)


@given(st.sampled_from(STANDARD_RATES), st.integers(0, 6_000_000))
def test_frames_survive_a_trip_through_milliseconds(rate, frame):
    milliseconds = nearest_frame(seconds_at(frame, rate), Fraction(1000))
    assert nearest_frame(Fraction(milliseconds, 1000), rate) == frame


@given(film_ticks)
def test_runs_of_equal_steps_give_every_time_back(pts):
    clock = clock_of(pts)
    assert [clock.pts(frame) for frame in range(len(pts))] == pts
    assert clock.seconds(len(pts) - 1) == (pts[-1] - pts[0]) * MILLISECOND


@given(film_ticks)
def test_neighbouring_runs_differ_and_rise(pts):
    runs = list(run_lengths(pts))
    assert runs[0].frame == 0
    assert all(a.frame < b.frame and a.step != b.step for a, b in pairwise(runs))


@given(film_ticks)
def test_steps_add_up_to_the_film(pts):
    steps = list(clock_of(pts).steps())
    assert sum(count for _, count in steps) == len(pts) - 1
    assert sum(step * count for step, count in steps) == pts[-1] - pts[0]


def test_a_constant_film_is_one_run_however_long():
    assert list(run_lengths(range(7, 1001 * 10_000, 1001))) == [TimingRun(0, 7, 1001)]
    assert list(run_lengths([5])) == [TimingRun(0, 5, 1)]
    assert list(run_lengths([])) == []


@given(film_ticks, st.integers(-5000, 400_000))
def test_the_frame_shown_is_the_last_that_has_begun(pts, offset):
    shown = clock_of(pts).frame_at(offset * MILLISECOND)
    begun = [frame for frame, tick in enumerate(pts) if tick - pts[0] <= offset]
    assert shown == (begun[-1] if begun else 0)


def test_beyond_the_last_frame_the_last_step_goes_on():
    clock = clock_of([0, 40, 80, 180])
    assert clock.pts(4) == 280


def test_timing_begins_at_frame_zero():
    for timing in ([], [TimingRun(1, 0, 1)]):
        with pytest.raises(ValueError, match="frame 0"):
            Clock(timing, 10, MILLISECOND)


@given(film_ticks, st.sampled_from(STANDARD_RATES))
def test_conformed_frames_keep_order_and_never_lie_on_each_other(pts, rate):
    places = clock_of(pts).conformed(rate)
    assert places[0] == 0
    assert all(b > a for a, b in pairwise(places))
    nearest = [nearest_frame((tick - pts[0]) * MILLISECOND, rate) for tick in pts]
    assert all(place >= near for place, near in zip(places, nearest, strict=True))


@given(st.lists(st.fractions(-10, 10, max_denominator=1000), max_size=20))
def test_even_reversed_times_are_put_in_order(times):
    places = conform(times, Fraction(25))
    assert len(places) == len(times)
    assert all(b > a for a, b in pairwise(places))


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_a_constant_film_conforms_to_its_own_frames(rate):
    clock = clock_of(matroska_pts(rate, 2000))
    assert clock.conformed(rate) == list(range(2000))
    assert is_constant(clock, rate)


@pytest.mark.parametrize("rate", [*STANDARD_RATES, Fraction(15), Fraction(12), Fraction(25, 2)])
def test_the_commonest_rate_is_found_through_rounded_milliseconds(rate):
    assert commonest_rate(clock_of(matroska_pts(rate, 1000))) == rate


def test_the_commonest_rate_of_a_film_of_two_rates_is_the_one_of_more_frames():
    slow = matroska_pts(Fraction(24000, 1001), 1500)
    fast = [slow[-1] + 42 + tick for tick in matroska_pts(Fraction(60), 400)]
    clock = clock_of(slow + fast)
    assert commonest_rate(clock) == Fraction(24000, 1001)
    assert not is_constant(clock, Fraction(24000, 1001))


def test_a_dropped_frame_does_not_change_the_rate_of_a_time_base_of_frames():
    pts = [tick for tick in range(500) if tick % 50 != 7]
    assert commonest_rate(clock_of(pts, Fraction(1, 25))) == Fraction(25)


def test_exact_time_bases_keep_neighbouring_rates_apart():
    pts = list(range(0, 1001 * 300, 1001))
    pts += list(range(pts[-1] + 1000, pts[-1] + 1000 * 200, 1000))
    assert commonest_rate(clock_of(pts, Fraction(1, 24000))) == Fraction(24000, 1001)


def test_there_is_no_rate_where_time_stands_still_or_one_frame_is_all():
    assert commonest_rate(clock_of([0])) is None
    assert commonest_rate(Clock([TimingRun(0, 0, 0)], 5, MILLISECOND)) is None
    assert commonest_rate(Clock([TimingRun(0, 0, -1)], 5, MILLISECOND)) is None


def test_a_skipped_second_is_a_variable_rate():
    pts = [*range(0, 4000, 40), *range(5000, 9000, 40)]
    assert not is_constant(clock_of(pts), Fraction(25))
    assert is_constant(clock_of([0, 40]), Fraction(25))
