"""How each frame of a stretch is related to the frames around it: what a learnt detector looks at.

In a dissolve every frame is a mixture of the frames before and after: it lies on the straight line
between them, and the line is long. In a wipe each part of the picture belongs to one or the other.
Motion wanders off the line, and in a fade the line ends in black. All of this follows from products
of the frames' coarse pictures at a few distances, so it is measured at lags of 1, 2, 4, ... frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.shots.measures import FrameMeasures

LAGS = (1, 2, 4, 8, 16, 32)
"""Distances in frames, each twice the one before; those of a frame in the middle of two others are the
first five."""

REACH = LAGS[-1]
"""Frames on each side that the kinship of a frame depends on."""

CHANNELS = 6 * len(LAGS) + 4 * (len(LAGS) - 1) + 7

_SPREAD_FLOOR = 4.0
_LENGTH_UNIT = 32.0
_LIGHT_UNIT = 128.0

Rows = NDArray[np.float32]
Places = NDArray[np.int64]

_STEPS = (0, *LAGS)
_STEP_WITHIN = np.searchsorted(_STEPS, np.arange(REACH + 1), side="right") - 1
"""The largest of the steps that is not longer than a distance in frames."""


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

    def then(self, other: "Stretch") -> "Stretch":
        """Return this stretch followed by another."""
        pairs = ((getattr(self, rows), getattr(other, rows)) for rows in self.__slots__)
        return Stretch(*(np.concatenate(pair) for pair in pairs))

    def since(self, frame: int) -> "Stretch":
        """Return the stretch without its first ``frame`` frames."""
        return Stretch(*(getattr(self, rows)[frame:] for rows in self.__slots__))


def stretch_of(frames: Sequence[FrameMeasures]) -> Stretch:
    """Lay out the measures of successive frames."""
    cells = _rows([frame.cells for frame in frames])
    tints = _rows([frame.tints for frame in frames])
    light = [cells.mean(1), cells.std(1), cells.max(1), cells.min(1), np.abs(tints).mean(1) * 4]
    return Stretch(
        pictures=np.hstack([cells, tints]),
        structures=_rows([frame.structure for frame in frames]),
        colours=np.sqrt(_rows([frame.colours for frame in frames])),
        light=np.stack(light, axis=1).astype(np.float32) / np.float32(_LIGHT_UNIT),
    )


def _rows(measures: Sequence[Rows]) -> Rows:
    """Lay out one array a frame as one row a frame; several times as fast as stacking them."""
    return np.concatenate(measures).reshape(len(measures), -1)


def kinship(stretch: Stretch) -> Rows:
    """Return what is known of each frame's place among its neighbours, ``(frames, CHANNELS)``.

    Beyond the ends the first and the last frame are taken to stand still; all but ``REACH`` frames
    at each end are independent of where the stretch was cut.
    """
    channels: list[Rows] = []
    for rows in (stretch.structures, stretch.colours):
        channels += _Products(rows).likenesses()
    pictures = _Products(stretch.pictures)
    channels += pictures.distances()
    patched = _patched(stretch.pictures)
    for lag in LAGS[:-1]:
        channels += [*pictures.between(lag), patched[lag]]
    channels += list(stretch.light.T)
    brightness = stretch.light[:, 0]
    channels += [brightness - _around(brightness, np.maximum), brightness - _around(brightness, np.minimum)]
    return np.stack(channels, axis=1).astype(np.float32)


class _Products:
    """Inner products of the rows of a stretch at the lags, and what follows from them.

    What is said of two frames a lag apart is worked out once for all such pairs, those beyond the
    ends included; the frames before and after a frame are then two places in one array.
    """

    def __init__(self, rows: Rows) -> None:
        self._count, self._width = rows.shape
        table = np.zeros((len(_STEPS), self._count), np.float32)
        for line, step in zip(table, _STEPS, strict=True):
            inner = max(0, self._count - step)
            np.einsum("ij,ij->i", rows[:inner], rows[step:], out=line[:inner])
        self._own = table[0, self._ends(0)[0]]
        self._at = {lag: self._beyond_the_ends(table, lag) for lag in LAGS}
        self._lengths: dict[int, Rows] = {}

    def _ends(self, lag: int) -> tuple[Places, Places]:
        """Return both frames of every pair, from ``REACH`` before the first to ``REACH`` after the last."""
        places = np.arange(-REACH, self._count + REACH - lag)
        return places.clip(0, self._count - 1), (places + lag).clip(0, self._count - 1)

    def _beyond_the_ends(self, table: Rows, lag: int) -> Rows:
        """Take the next smaller step where an end of the stretch makes the distance shorter."""
        begin, end = self._ends(lag)
        products: Rows = table[_STEP_WITHIN[end - begin], begin]
        return products

    def _norms(self, lag: int) -> tuple[Rows, Rows]:
        return self._own[: len(self._own) - lag], self._own[lag:]

    def _from(self, pairs: Rows, place: int) -> Rows:
        """Return the pair that begins ``place`` frames after each frame."""
        return pairs[REACH + place : REACH + place + self._count]

    def _both_ways(self, by_lag: dict[int, Rows]) -> list[Rows]:
        """Return what is said of each frame and those before it, then of it and those after it."""
        before = [self._from(by_lag[lag], -lag) for lag in LAGS]
        return before + [self._from(by_lag[lag], 0) for lag in LAGS]

    def likenesses(self) -> list[Rows]:
        """Return the cosines between each frame and those at the lags before and after, -1 to 1."""
        return self._both_ways({lag: self._likeness(lag) for lag in LAGS})

    def _likeness(self, lag: int) -> Rows:
        first, second = self._norms(lag)
        likeness: Rows = (self._at[lag] / (np.sqrt(first * second) + np.float32(1e-3))).clip(-1, 1)
        return likeness

    def distances(self) -> list[Rows]:
        """Return the root mean square differences to the frames before and after, 1 is much."""
        return self._both_ways({lag: self._length(lag) for lag in LAGS})

    def _length(self, lag: int) -> Rows:
        if lag not in self._lengths:
            first, second = self._norms(lag)
            square = np.maximum(first + second - 2 * self._at[lag], 0)
            self._lengths[lag] = np.sqrt(square / self._width) / np.float32(_LENGTH_UNIT)
        return self._lengths[lag]

    def between(self, lag: int) -> tuple[Rows, Rows, Rows]:
        """Return where each frame lies between those ``lag`` before and after it.

        How far along (0 to 1, a half where the two are alike), how far off the straight line as a
        share of its length (0 to 2), and the cosine of the two steps (1 straight on, -1 back).
        """
        before, after = self._from(self._length(lag), -lag), self._from(self._length(lag), 0)
        across = self._from(self._length(2 * lag), -lag)
        floor = np.float32((_SPREAD_FLOOR / _LENGTH_UNIT) ** 2)
        along = (before**2 - after**2 + across**2 + floor) / (2 * across**2 + 2 * floor)
        off = np.sqrt(np.maximum(before**2 - along**2 * across**2, 0) / (across**2 + floor))
        steps = (across**2 - before**2 - after**2) / (2 * before * after + floor)
        return np.clip(along, -1, 2), np.minimum(off, 2), np.clip(steps, -1, 1)


def _shifted(rows: Rows, lag: int) -> Rows:
    """Return the row ``lag`` later in place of each, the first or last beyond the ends."""
    place = np.clip(np.arange(len(rows)) + lag, 0, len(rows) - 1)
    return rows[place]


def _patched(pictures: Rows) -> dict[int, Rows]:
    """Return, by lag, how far each part of a frame is from the nearer of the frames around, 0 to 2.

    As a share of the difference of the two: small in wipes, which take each part from one of them.
    """
    most, count = LAGS[-2], len(pictures)
    around = np.pad(pictures, ((most, most), (0, 0)), mode="edge")
    found = {}
    steps = _apart(around, LAGS[0])
    for lag, double in pairwise(LAGS):
        before, after = steps[most - lag : most - lag + count], steps[most : most + count]
        nearest = np.minimum(before, after).mean(1)
        steps = _apart(around, double)
        across = steps[most - lag : most - lag + count].mean(1)
        found[lag] = np.minimum(nearest / (across + np.float32(_SPREAD_FLOOR)), 2)
    return found


def _apart(rows: Rows, lag: int) -> Rows:
    """Return how far each row is from the one ``lag`` later, part by part."""
    steps: Rows = rows[lag:] - rows[:-lag]
    np.abs(steps, out=steps)
    return steps


def _around(values: Rows, extreme: np.ufunc) -> Rows:
    """Return the extreme of each value and those at the lags around it."""
    found = values
    for lag in LAGS:
        found = extreme(found, extreme(_shifted(values, lag), _shifted(values, -lag)))
    return found
