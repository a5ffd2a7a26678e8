"""What is measured of every frame, cheaply, and how far two frames lie apart.

Two measures that err in different places: the histogram of colours does not mind motion, the
picture's coarse structure does not mind light. Their sum finds cuts that either alone misses.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame, Planes

STRUCTURE_GRID = (18, 32)
"""Rows and columns of the coarse picture."""

LEVELS = 17
"""Bins of luminance, 16 apart."""

TINTS = 9
"""Bins of each colour difference, 8 apart, the middle one at grey."""

_CHROMA_ROWS = 54
_TURNS = ((0.7548776662, 0.5698402910), (0.5698402910, 0.2451223338), (0.4301597090, 0.7548776662))
_CONTRAST_FLOOR = 8.0
_LIMITED_BLACK = 16.0


@dataclass(frozen=True, slots=True)
class FrameMeasures:
    """What the detectors need of one frame; a few kilobytes, nothing of the frame is kept.

    Attributes:
        index: the frame's place in display order.
        colours: joint histogram of luminance and the two colour differences, float32, sums to 1.
        structure: coarse luminance, freed of its mean and contrast, float32 ``STRUCTURE_GRID``.
        brightness: mean luminance above black, about 0 to 255.
        brightest: the brightest cell of the coarse picture above black.
    """

    index: int
    colours: NDArray[np.float32]
    structure: NDArray[np.float32]
    brightness: float
    brightest: float


def measure(frame: Frame) -> FrameMeasures:
    """Measure one frame of any size."""
    planes = frame.sampled
    cells = _fast.block_means(planes.y, *STRUCTURE_GRID)
    black = 0.0 if frame.full_range else _LIMITED_BLACK
    mean = float(cells.sum()) / cells.size
    deviations = cells - np.float32(mean)
    contrast = sqrt(float(np.vdot(deviations, deviations)) / deviations.size)
    return FrameMeasures(
        index=frame.index,
        colours=_colours(planes),
        structure=deviations / np.float32(contrast + _CONTRAST_FLOOR),
        brightness=mean - black,
        brightest=float(cells.max()) - black,
    )


def _tints() -> NDArray[np.uint16]:
    offset = np.arange(256 + 8) - 128
    return (offset // 8 + TINTS // 2).clip(0, TINTS - 1).astype(np.uint16)


_TINT = _tints()
_TINT_TIMES = _TINT * np.uint16(TINTS)


def _colours(planes: Planes) -> NDArray[np.float32]:
    """Count luminance and colour together, at about 80 rows of chroma and every other column of those.

    A fixed dither before counting shares each value out between its two nearest bins, so that flat
    areas (titles, drawings) that fade do not jump from bin to bin all at once.
    """
    step = max(1, planes.u.shape[0] // _CHROMA_ROWS)
    blue, red = (plane[::step, :: step] for plane in (planes.u, planes.v))
    for_luma, for_blue, for_red = _dither(*blue.shape)
    bins = (planes.y[:: 2 * step, :: 2 * step] + for_luma) >> np.uint16(4)
    bins *= np.uint16(TINTS * TINTS)
    bins += _TINT_TIMES.take(blue + for_blue)
    bins += _TINT.take(red + for_red)
    counts = np.bincount(bins.ravel(), minlength=LEVELS * TINTS * TINTS)
    return counts.astype(np.float32) / np.float32(bins.size)


@lru_cache(maxsize=4)
def _dither(rows: int, columns: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]:
    """Return what is added to luminance (0 to 15) and the colour differences (0 to 7) at each place.

    The plastic-number sequence (Roberts 2018) fills the values evenly in every small area.
    """
    row, column = np.arange(rows)[:, None], np.arange(columns)
    turns = [(row * along + column * across) % 1.0 for along, across in _TURNS]
    luma, blue, red = (
        (turn * width).astype(np.uint16) for turn, width in zip(turns, (16, 8, 8), strict=True)
    )
    return luma, blue, red


def colour_distance(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return the share of the picture that has other colours, 0 to 1 (half L1 of the histograms)."""
    return 0.5 * float(np.abs(a.colours - b.colours).sum())


def structure_distance(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return how differently light and dark lie in the picture: 0 alike, about 1 unrelated."""
    return float(np.abs(a.structure - b.structure).sum()) / a.structure.size


def difference(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return how far two frames lie apart, 0 to about 2: colour and structure together."""
    return colour_distance(a, b) + structure_distance(a, b)
