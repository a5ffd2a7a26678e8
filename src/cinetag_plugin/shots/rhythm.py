"""How fast a film is cut around each of its shots."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

WINDOW = Fraction(60)
"""Seconds around the middle of a shot in which cuts are counted."""


def cut_rates(times: Sequence[Fraction]) -> list[float]:
    """Return for each shot the cuts a minute in the :data:`WINDOW` around its middle.

    At the film's ends the window is what lies inside the film. Any boundary counts as a cut, gradual
    ones at their middle; the film's own start and end do not.

    Args:
        times: when each shot begins, in seconds, rising, and when the last one ends.
    """
    starts, borders = times[:-1], times[1:-1]
    return [_rate(borders, (start + end) / 2, times) for start, end in zip(starts, times[1:], strict=True)]


def _rate(borders: Sequence[Fraction], middle: Fraction, times: Sequence[Fraction]) -> float:
    first, last = max(times[0], middle - WINDOW / 2), min(times[-1], middle + WINDOW / 2)
    cuts = bisect_right(borders, last) - bisect_left(borders, first)
    return float(cuts * 60 / (last - first)) if last > first else 0.0
