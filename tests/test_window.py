"""``--start`` and ``--end``: timecode in the film's own count, or seconds."""

from fractions import Fraction

import pytest

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.window import Moment, window_of

NTSC = Fraction(30000, 1001)


def _window(start=None, end=None, rate=Fraction(25), first_frame=0, drop=False):
    return window_of(start, end, rate, first_frame, drop)


def test_without_limits_every_frame_is_inside():
    window = _window()
    assert window.begun(0, Fraction(0))
    assert not window.over(10**9, Fraction(10**9))


@pytest.mark.parametrize(("text", "seconds"), [("90.5", "90.5"), ("1:30.5", "90.5"), ("0:01:30", "90")])
def test_seconds_and_clock_times_are_read(text, seconds):
    assert _window(start=text).start == Moment(seconds=Fraction(seconds))


def test_seconds_are_compared_with_the_time_of_the_frame_not_its_number():
    window = _window(start="2", end="3")
    assert not window.begun(1000, Fraction(199, 100))
    assert window.begun(3, Fraction(2))
    assert not window.over(5, Fraction(299, 100))
    assert window.over(5, Fraction(3))


def test_timecode_counts_from_the_films_own_start():
    assert _window(start="01:00:02:00", first_frame=90_000).start == Moment(frame=50)


def test_timecode_is_drop_frame_where_the_film_is():
    hour = 107_892
    window = window_of("01:01:00:02", None, NTSC, hour, True)
    assert window.start == Moment(frame=1800)


@pytest.mark.parametrize("text", ["yesterday", "1:2:3:4:5", "00:00:00:25", "-5", "", "1e9"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(UsageError):
        _window(start=text)


@pytest.mark.parametrize(("start", "end"), [("10", "5"), ("5", "5"), ("00:00:02:00", "00:00:01:00")])
def test_an_end_that_is_not_after_the_start_is_refused_at_once(start, end):
    with pytest.raises(UsageError, match="not after"):
        _window(start=start, end=end)


def test_a_timecode_before_the_film_is_refused():
    with pytest.raises(UsageError, match="before"):
        _window(end="00:59:59:00", first_frame=90_000)
