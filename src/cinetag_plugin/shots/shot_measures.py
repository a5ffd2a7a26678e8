"""What a shot looks like in a few numbers: how it moves, how light, colourful and sharp it is.

Every frame is measured as it passes, on some thirty rows of its sample; the means over a shot stand
in ``Shot.measures``. Frames inside a gradual transition belong to two shots and count for none,
unless the shot has no others.

==============  ====================================================================================
``motion``      mean absolute difference of luminance between successive frames, 0 to 1 (black to
                white everywhere); a shot of one frame has none
``brightness``  mean luminance, 0 (black) to 1 (white)
``contrast``    standard deviation of luminance within a frame, 0 to 0.5
``saturation``  mean distance of the two colour differences from grey, 0 to 1
``sharpness``   standard deviation of the Laplacian of luminance, 0 (flat) upwards, in levels of 255
                of a sample, whose shorter side is 108 pixels
``cut_rate``    cuts a minute in the minute around the shot's middle (:mod:`.rhythm`)
==============  ====================================================================================
"""

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

_NAMES = np.array(NAMES)
_ROWS = 32
_BLACK, _REACH = 16.0, 219.0
_COLOUR_REACH = 112.0


class ShotMeasures:
    """The running shot's means; memory is bounded however long the shot.

    In shots of more than :data:`MOST_KEPT` frames the oldest are added up before the shot's end is
    known, those of a transition at its start with them.
    """

    def __init__(self) -> None:
        self._before: Frame | None = None
        self._first = 0
        self._rows: list[tuple[float, ...]] = []
        self._sums = np.zeros(len(NAMES))
        self._counts = np.zeros(len(NAMES), int)

    def feed(self, frame: Frame) -> None:
        """Measure the next frame; its planes must stay as they are until the next one is fed."""
        if not self._rows:
            self._first = frame.index
        self._rows.append(_measured(frame, self._before))
        self._before = frame
        if len(self._rows) > MOST_KEPT:
            self._add(MOST_KEPT // 2)
            self._drop(MOST_KEPT // 2)

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
        rows = self._rows[max(0, start) : max(0, stop)]
        if not rows:
            return
        values = np.array(rows)
        if not self._counts.any():
            values[0, 0] = np.nan  # what moves between two shots is the cut
        self._sums += np.nansum(values, axis=0)
        self._counts += np.isfinite(values).sum(axis=0)

    def _drop(self, count: int) -> None:
        del self._rows[: max(0, count)]
        self._first += max(0, count)


def sharpness_of(frame: Frame) -> float:
    """Return the variance of a frame's Laplacian, in squared levels (Pech-Pacheco et al., ICPR 2000)."""
    y = frame.sampled.y
    return _fast.luma_statistics(y, _step(y))[2]


def _measured(frame: Frame, before: Frame | None) -> tuple[float, ...]:
    """Return the measures of one frame, in the order of :data:`NAMES`."""
    y, u, v = frame.sampled
    step = _step(y)
    black, reach = (0.0, 255.0) if frame.full_range else (_BLACK, _REACH)
    mean, deviation, bends = _fast.luma_statistics(y, step)
    motion = float("nan")
    if before is not None and (y_before := before.sampled.y).shape == y.shape:
        motion = _fast.mean_abs_difference(y[::step], y_before[::step]) / reach
    every = 2 * _step(u)
    blue, red = u[::every], v[::every]
    grey = _grey(blue.shape)
    off_grey = _fast.mean_abs_difference(blue, grey) + _fast.mean_abs_difference(red, grey)
    return (
        min(motion, 1.0),
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
