"""What a shot looks like in a few numbers: how it moves, how light, colourful and sharp it is.

Every frame is measured as it passes, on some thirty rows of its sample; the means over a shot stand
in ``Shot.measures``. Frames inside a gradual transition belong to two shots and count for none,
unless the shot has no others.

==============  ====================================================================================
``motion``      mean absolute difference of luminance between two frames about 1/24 second apart, 0 to
                1 (black to white everywhere); a shot of one frame has none
``brightness``  mean luminance, 0 (black) to 1 (white)
``contrast``    standard deviation of luminance within a frame, 0 to 0.5
``saturation``  mean distance of the two colour differences from grey, 0 to 1
``sharpness``   standard deviation of the Laplacian of luminance, 0 (flat) upwards, in levels of 255
                of a sample, whose shorter side is 108 pixels
``cut_rate``    cuts a minute in the minute around the shot's middle (:mod:`.rhythm`)
==============  ====================================================================================

Half the time between two frames leaves not half their difference but about two thirds, so neither
the difference of successive frames nor that a second can be compared between films of 24 and of 60
frames a second. Where frames are closer than 1/24 second, ``motion`` therefore looks further back;
where they lie further apart, it is that of successive frames.
"""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame

NAMES = ("motion", "brightness", "contrast", "saturation", "sharpness")
"""The measures of a frame, in the order in which they are kept."""

MOST_KEPT = 4096
"""Frames whose measures are kept one by one."""

MOTION_TIME = Fraction(1, 24)
"""Seconds between the two frames whose difference is motion, as near as the film's frames lie to it."""

_NAMES = np.array(NAMES)
_ROWS = 32
_BLACK, _REACH = 16.0, 219.0
_COLOUR_REACH = 112.0
_MOST_EARLIER = 64  # frames within the time of motion, at 1500 a second


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A frame that later ones are compared with: its place, its time in ticks, and the rows measured."""

    index: int
    pts: int
    rows: NDArray[np.uint8]


class ShotMeasures:
    """The running shot's means; memory is bounded however long the shot.

    In shots of more than :data:`MOST_KEPT` frames the oldest are added up before the shot's end is
    known, those of a transition at its start with them.

    Args:
        time_base: seconds a tick of pts lasts.
    """

    def __init__(self, time_base: Fraction) -> None:
        self._lag = float(MOTION_TIME / time_base)
        self._earlier: deque[_Earlier] = deque(maxlen=_MOST_EARLIER)
        self._first = 0
        self._begun = 0
        self._rows: list[tuple[float, ...]] = []
        self._compared: list[int] = []
        self._sums = np.zeros(len(NAMES))
        self._counts = np.zeros(len(NAMES), int)

    def feed(self, frame: Frame) -> None:
        """Measure the next frame."""
        if not self._rows:
            self._first = frame.index
        y = frame.sampled.y
        now = _Earlier(frame.index, frame.pts, y[:: _step(y)].copy())
        before = self._compared_with(now)
        self._rows.append((_motion(now, before, frame.full_range), *_measured(frame)))
        self._compared.append(-1 if before is None else before.index)
        if len(self._rows) > MOST_KEPT:
            self._add(MOST_KEPT // 2)
            self._drop(MOST_KEPT // 2)

    def _compared_with(self, now: _Earlier) -> _Earlier | None:
        """Return the frame that lies nearest to the time of motion before this one, and keep this one."""
        wanted, kept = now.pts - self._lag, self._earlier
        while len(kept) > 1 and abs(kept[1].pts - wanted) <= abs(kept[0].pts - wanted):
            kept.popleft()
        before = kept[0] if kept else None
        kept.append(now)
        return before

    def close(self, end: int, clear: range) -> dict[str, float]:
        """Return the means of the shot that ends before frame ``end``, and begin the next one there.

        Args:
            end: one past the shot's last frame.
            clear: the frames of the shot outside gradual transitions, at least one.
        """
        self._add(clear.stop - self._first, clear.start - self._first)
        counted = self._counts > 0
        means = self._sums[counted] / self._counts[counted]
        self._drop(end - self._first)
        self._sums[:], self._counts[:] = 0, 0
        return {str(name): float(mean) for name, mean in zip(_NAMES[counted], means, strict=True)}

    def _add(self, stop: int, start: int = 0) -> None:
        """Add up a part of the rows kept."""
        taken = slice(max(0, start), max(0, stop))
        values = np.array(self._rows[taken])
        if not len(values):
            return
        if not self._counts.any():
            self._begun = self._first + taken.start
        # what moves between two shots is the cut
        values[np.array(self._compared[taken]) < self._begun, 0] = np.nan
        self._sums += np.nansum(values, axis=0)
        self._counts += np.isfinite(values).sum(axis=0)

    def _drop(self, count: int) -> None:
        del self._rows[: max(0, count)]
        del self._compared[: max(0, count)]
        self._first += max(0, count)


def sharpness_of(frame: Frame) -> float:
    """Return the variance of a frame's Laplacian, in squared levels (Pech-Pacheco et al., ICPR 2000)."""
    y = frame.sampled.y
    return _fast.luma_statistics(y, _step(y))[2]


def _motion(now: _Earlier, before: _Earlier | None, full_range: bool) -> float:
    if before is None or before.rows.shape != now.rows.shape:
        return float("nan")
    return min(1.0, _fast.mean_abs_difference(now.rows, before.rows) / (255.0 if full_range else _REACH))


def _measured(frame: Frame) -> tuple[float, ...]:
    """Return the measures of one frame but its motion, in the order of :data:`NAMES`."""
    y, u, v = frame.sampled
    black, reach = (0.0, 255.0) if frame.full_range else (_BLACK, _REACH)
    mean, deviation, bends = _fast.luma_statistics(y, _step(y))
    every = 2 * _step(u)
    blue, red = u[::every], v[::every]
    grey = _grey(blue.shape)
    off_grey = _fast.mean_abs_difference(blue, grey) + _fast.mean_abs_difference(red, grey)
    return (
        min(1.0, max(0.0, (mean - black) / reach)),
        deviation / reach,
        min(1.0, off_grey / (2 * _COLOUR_REACH)),
        sqrt(bends),
    )


def _step(plane: NDArray[np.uint8]) -> int:
    return max(1, len(plane) // _ROWS)


@lru_cache(maxsize=4)
def _grey(shape: tuple[int, int]) -> NDArray[np.uint8]:
    return np.full(shape, 128, np.uint8)
