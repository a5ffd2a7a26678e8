"""How each frame of a stretch is related to the frames around it: what a learnt detector looks at.

In a dissolve every frame is a mixture of the frames before and after: it lies on the straight line
between them, and the line is long. In a wipe each part of the picture belongs to one or the other.
Motion wanders off the line, and in a fade the line ends in black. All of this follows from products
of the frames' coarse pictures at a few distances, so it is measured at lags of 1, 2, 4, ... frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.shots.measures import FrameMeasures

LAGS = (1, 2, 4, 8, 16, 32)
"""Distances in frames; those of a frame in the middle of two others are the first five."""

REACH = LAGS[-1]
"""Frames on each side that the kinship of a frame depends on."""

CHANNELS = 6 * len(LAGS) + 4 * (len(LAGS) - 1) + 7

_SPREAD_FLOOR = 4.0
_LENGTH_UNIT = 32.0
_LIGHT_UNIT = 128.0

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Successive frames as rows of numbers.

    Attributes:
        pictures: coarse luminance and colour, ``(frames, 864)``.
        structures: luminance freed of mean and contrast, ``(frames, 576)``.
        colours: square roots of the colour histogram, ``(frames, 1377)``.
        light: brightness, contrast, brightest and darkest cell, and saturation, ``(frames, 5)``.
    """

    pictures: Rows
    structures: Rows
    colours: Rows
    light: Rows

    def __len__(self) -> int:
        return len(self.pictures)


def stretch_of(frames: Sequence[FrameMeasures]) -> Stretch:
    """Lay out the measures of successive frames."""
    cells = np.stack([frame.cells.ravel() for frame in frames])
    tints = np.stack([frame.tints.ravel() for frame in frames])
    light = [cells.mean(1), cells.std(1), cells.max(1), cells.min(1), np.abs(tints).mean(1) * 4]
    return Stretch(
        pictures=np.hstack([cells, tints]),
        structures=np.stack([frame.structure.ravel() for frame in frames]),
        colours=np.sqrt(np.stack([frame.colours for frame in frames])),
        light=np.stack(light, axis=1).astype(np.float32) / np.float32(_LIGHT_UNIT),
    )


def kinship(stretch: Stretch) -> Rows:
    """Return what is known of each frame's place among its neighbours, ``(frames, CHANNELS)``.

    Beyond the ends the first and the last frame are taken to stand still; all but ``REACH`` frames
    at each end are independent of where the stretch was cut.
    """
    pictures = _Products(stretch.pictures)
    channels: list[Rows] = []
    for products in (_Products(stretch.structures), _Products(stretch.colours)):
        channels += [products.likeness(lag) for lag in (*(-lag for lag in LAGS), *LAGS)]
    channels += [pictures.distance(lag) for lag in (*(-lag for lag in LAGS), *LAGS)]
    patched = _patched(stretch.pictures)
    for lag in LAGS[:-1]:
        channels += [*pictures.between(lag), patched[lag]]
    channels += list(stretch.light.T)
    brightness = stretch.light[:, 0]
    channels += [brightness - _around(brightness, np.maximum), brightness - _around(brightness, np.minimum)]
    return np.stack(channels, axis=1).astype(np.float32)


class _Products:
    """Inner products of the rows of a stretch at the lags, and what follows from them."""

    def __init__(self, rows: Rows) -> None:
        self._count = len(rows)
        self._width = rows.shape[1]
        self._places = np.arange(len(rows))
        self._own = _dots(rows, rows)
        self._at = {lag: _dots_ahead(rows, lag) for lag in LAGS}

    def _pair(self, first: int, second: int) -> Rows:
        """Return the products of the frames ``first`` and ``second`` frames away from each."""
        low, high = min(first, second), max(first, second)
        if low == high:
            return _shifted(self._own, low)
        begin, end = (np.clip(self._places + shift, 0, self._count - 1) for shift in (low, high))
        found = self._at[high - low][begin]
        short = end - begin < high - low
        found[short] = self._near_an_end(begin[short], end[short])
        return found

    def _near_an_end(self, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Rows:
        """Take the next smaller lag where an end of the stretch makes the distance shorter."""
        found = self._own[begin].copy()
        for lag in LAGS:
            longer = end - begin >= lag
            found[longer] = self._at[lag][begin[longer]]
        return found

    def likeness(self, lag: int) -> Rows:
        """Return the cosine between each frame and the one ``lag`` away, -1 to 1."""
        norm = np.sqrt(self._own * self._pair(lag, lag)) + np.float32(1e-3)
        likeness: Rows = np.clip(self._pair(0, lag) / norm, -1, 1)
        return likeness

    def distance(self, lag: int) -> Rows:
        """Return the root mean square difference to the frame ``lag`` away, 1 is much."""
        return self._length(0, lag)

    def _length(self, first: int, second: int) -> Rows:
        square = self._pair(first, first) + self._pair(second, second) - 2 * self._pair(first, second)
        length: Rows = np.sqrt(np.maximum(square, 0) / self._width) / np.float32(_LENGTH_UNIT)
        return length

    def between(self, lag: int) -> tuple[Rows, Rows, Rows]:
        """Return where each frame lies between those ``lag`` before and after it.

        How far along (0 to 1, a half where the two are alike), how far off the straight line as a
        share of its length (0 to 2), and the cosine of the two steps (1 straight on, -1 back).
        """
        before, after, across = self._length(-lag, 0), self._length(0, lag), self._length(-lag, lag)
        floor = np.float32((_SPREAD_FLOOR / _LENGTH_UNIT) ** 2)
        along = (before**2 - after**2 + across**2 + floor) / (2 * across**2 + 2 * floor)
        off = np.sqrt(np.maximum(before**2 - along**2 * across**2, 0) / (across**2 + floor))
        steps = (across**2 - before**2 - after**2) / (2 * before * after + floor)
        return np.clip(along, -1, 2), np.minimum(off, 2), np.clip(steps, -1, 1)


def _dots(a: Rows, b: Rows) -> Rows:
    products: Rows = np.einsum("ij,ij->i", a, b)
    return products


def _dots_ahead(rows: Rows, lag: int) -> Rows:
    """Return the product of each row and the one ``lag`` later, the last one beyond the end."""
    inner = max(0, len(rows) - lag)
    return np.concatenate([_dots(rows[:inner], rows[lag:]), rows[inner:] @ rows[-1]])


def _shifted(rows: Rows, lag: int) -> Rows:
    """Return the row ``lag`` later in place of each, the first or last beyond the ends."""
    place = np.clip(np.arange(len(rows)) + lag, 0, len(rows) - 1)
    return rows[place]


def _patched(pictures: Rows) -> dict[int, Rows]:
    """Return, by lag, how far each part of a frame is from the nearer of the frames around, 0 to 2.

    As a share of the difference of the two: small in wipes, which take each part from one of them.
    """
    most = LAGS[-2]
    around = np.pad(pictures, ((most, most), (0, 0)), mode="edge")
    found = {}
    for lag in LAGS[:-1]:
        before, after = (around[most + shift : most + shift + len(pictures)] for shift in (-lag, lag))
        away = np.abs(np.subtract(pictures, before))
        nearest = np.minimum(away, np.abs(np.subtract(pictures, after)), out=away).mean(1)
        across = np.abs(np.subtract(after, before)).mean(1)
        found[lag] = np.minimum(nearest / (across + np.float32(_SPREAD_FLOOR)), 2)
    return found


def _around(values: Rows, extreme: np.ufunc) -> Rows:
    """Return the extreme of each value and those at the lags around it."""
    found = values
    for lag in LAGS:
        found = extreme(found, extreme(_shifted(values, lag), _shifted(values, -lag)))
    return found
