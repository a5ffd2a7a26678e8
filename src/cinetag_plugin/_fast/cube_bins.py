"""The bins of `colour_cube`, and the dither that shares each value out between its two nearest bins."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEVELS = 17
"""Bins of luminance, 16 apart."""

TINTS = 9
"""Bins of each colour difference, 8 apart, the middle one at grey; the outer two hold all the rest."""

BINS = LEVELS * TINTS * TINTS

LEVEL_WIDTH = 16
TINT_WIDTH = 8

# powers of the plastic number, each pair of them unlike the others
_TURNS = ((0.7548776662, 0.5698402910), (0.5698402910, 0.2451223338), (0.4301597090, 0.7548776662))

Offsets = NDArray[np.uint8]


@lru_cache(maxsize=8)
def dither(rows: int, columns: int) -> tuple[Offsets, Offsets, Offsets]:
    """Return what is added to luminance (0 to 15) and the colour differences (0 to 7) at each place.

    The plastic-number sequence (Roberts 2018) fills the values evenly in every small area, so that
    flat areas (titles, drawings) that fade do not jump from bin to bin all at once.
    """
    row, column = np.arange(rows)[:, None], np.arange(columns)
    turns = [(row * along + column * across) % 1.0 for along, across in _TURNS]
    luma, blue, red = (
        (turn * width).astype(np.uint8)
        for turn, width in zip(turns, (LEVEL_WIDTH, TINT_WIDTH, TINT_WIDTH), strict=True)
    )
    return luma, blue, red


def tint_bins() -> NDArray[np.uint8]:
    """Return the bin of a colour difference with its dither added, for 0 to 262."""
    offset = np.arange(256 + TINT_WIDTH) - 128
    return (offset // TINT_WIDTH + TINTS // 2).clip(0, TINTS - 1).astype(np.uint8)
