"""Curves along a picture's time axis, one value a column of pixels, however many shots a film has."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, isfinite


def smoothed_density(
    marks: Sequence[float], ends: tuple[float, float], reach: float, step: float
) -> list[float]:
    """Return how densely marks lie, a pixel, at the middle of each column of ``step`` pixels.

    A mark counts by its distance, with Epanechnikov's kernel of half-width ``reach``; at the ends of the
    axis the part of the kernel that lies inside is taken for the whole.

    Args:
        marks: places in pixels, rising.
        ends: where the axis begins and ends.
        reach: in pixels, above 0.
        step: in pixels, above 0.
    """
    left, right = ends
    found = []
    for column in range(int((right - left) // step)):
        middle = left + (column + 0.5) * step
        near = marks[bisect_left(marks, middle - reach) : bisect_left(marks, middle + reach)]
        inside = _mass((right - middle) / reach) - _mass((left - middle) / reach)
        found.append(sum(0.75 * (1 - ((mark - middle) / reach) ** 2) for mark in near) / (reach * inside))
    return found


def _mass(edge: float) -> float:
    """Return the part of the kernel below ``edge``, which is counted in half-widths from its middle."""
    edge = min(1.0, max(-1.0, edge))
    return 0.5 + 0.75 * (edge - edge**3 / 3)


def column_means(
    parts: Iterable[tuple[float, float, float]], ends: tuple[float, float], step: float
) -> Iterator[list[tuple[float, float]]]:
    """Yield curves of x and value: the mean of what each column of ``step`` pixels covers.

    Columns that nothing covers end a curve.

    Args:
        parts: stretches ``(x, x, value)`` in pixels; a value that is no number is left out.
        ends: where the axis begins and ends.
        step: in pixels, above 0.
    """
    left, right = ends
    columns = max(1, int((right - left) // step))
    weights, sums = [0.0] * columns, [0.0] * columns
    for start, end, value in parts:
        first = min(columns - 1, max(0, int((start - left) // step)))
        last = min(columns - 1, max(first, ceil((end - left) / step) - 1))
        for column in range(first, last + 1) if isfinite(value) else ():
            edge = left + column * step
            covered = max(1e-9, min(end, edge + step) - max(start, edge))
            weights[column] += covered
            sums[column] += covered * value
    curve: list[tuple[float, float]] = []
    for column in range(columns + 1):
        if column < columns and weights[column] > 0:
            curve.append((left + (column + 0.5) * step, sums[column] / weights[column]))
        elif curve:
            yield curve
            curve = []
