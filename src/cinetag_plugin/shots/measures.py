"""What is measured of every frame, cheaply, and how far two frames lie apart.

Two measures that err in different places: the histogram of colours does not mind motion, the
picture's coarse structure does not mind light. Their sum finds cuts that either alone misses.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame

STRUCTURE_GRID = (18, 32)
"""Rows and columns of the coarse luminance."""

TINT_GRID = (9, 16)
"""Rows and columns of each coarse colour difference."""

_CONTRAST_FLOOR = 8.0
_LIMITED_BLACK = 16.0


@dataclass(frozen=True, slots=True)
class FrameMeasures:
    """What the detectors need of one frame; a few kilobytes, nothing of the frame is kept.

    Attributes:
        index: the frame's place in display order.
        colours: joint histogram of luminance and the two colour differences, float32, sums to 1.
        cells: coarse luminance above black, float32 ``STRUCTURE_GRID``, about 0 to 255.
        tints: coarse colour differences, float32 ``(2, *TINT_GRID)``, 0 at grey.
        structure: ``cells`` freed of their mean and contrast.
        brightness: mean of ``cells``.
        brightest: the brightest of ``cells``.
    """

    index: int
    colours: NDArray[np.float32]
    cells: NDArray[np.float32]
    tints: NDArray[np.float32]
    structure: NDArray[np.float32]
    brightness: float
    brightest: float


def measure(frame: Frame) -> FrameMeasures:
    """Measure one frame of any size, on its sample."""
    y, u, v = frame.sampled
    colours, cells, tints = _fast.colours_and_cells(y, u, v, STRUCTURE_GRID, TINT_GRID)
    if not frame.full_range:
        cells -= np.float32(_LIMITED_BLACK)
    mean = float(cells.sum()) / cells.size
    deviations = cells - np.float32(mean)
    contrast = sqrt(float(np.vdot(deviations, deviations)) / deviations.size)
    return FrameMeasures(
        index=frame.index,
        colours=colours,
        cells=cells,
        tints=tints - np.float32(128),
        structure=deviations / np.float32(contrast + _CONTRAST_FLOOR),
        brightness=mean,
        brightest=float(cells.max()),
    )


def colour_distance(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return the share of the picture that has other colours, 0 to 1 (half L1 of the histograms)."""
    return 0.5 * float(np.abs(a.colours - b.colours).sum())


def structure_distance(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return how differently light and dark lie in the picture: 0 alike, about 1 unrelated."""
    return float(np.abs(a.structure - b.structure).sum()) / a.structure.size


def difference(a: FrameMeasures, b: FrameMeasures) -> float:
    """Return how far two frames lie apart, 0 to about 2: colour and structure together."""
    return colour_distance(a, b) + structure_distance(a, b)
