"""When frames are shown, as formats in seconds write it.

Times are the film's presentation times where its rate varies. They count from the first picture, or, for what
is laid beside the film's own file, from the file's beginning, which lies before it where sound begins first.
"""

from collections.abc import Callable
from fractions import Fraction

from cinetag_plugin.document.records import Film
from cinetag_plugin.export.table_csv import seconds_of
from cinetag_plugin.export.text import clock_time


def clock_times(
    film: Film, places: int, point: str = ".", lead: Fraction = Fraction(0)
) -> Callable[[int, int], tuple[str, str]]:
    """Return what gives the clock times ``HH:MM:SS.mmm`` of frames ``[start, end)``.

    The end is that of the first frame no longer shown, and later than the start: damaged films' times may
    run back.

    Args:
        film: gives the times.
        places: decimals of a second.
        point: what stands before them.
        lead: seconds before the first picture.
    """
    seconds, tick = seconds_of(film), Fraction(1, 10**places)

    def times(start: int, end: int) -> tuple[str, str]:
        first = Fraction(round((lead + max(seconds(start), Fraction(0))) / tick)) * tick
        last = max(lead + seconds(end), first + tick)
        return clock_time(first, places, point), clock_time(last, places, point)

    return times


def half_a_frame_early(film: Film, lead: Fraction = Fraction(0)) -> Callable[[int], Fraction]:
    """Return what gives a time between a frame and the one before it; 0 for the first.

    FFmpeg acts on the first frame that is not before a time, so what a container or the decimals of a time
    round there does no harm. ``lead`` are the seconds before the first picture.
    """
    seconds = seconds_of(film)

    def early(frame: int) -> Fraction:
        return lead + (seconds(frame - 1) + seconds(frame)) / 2 if frame > 0 else Fraction(0)

    return early
