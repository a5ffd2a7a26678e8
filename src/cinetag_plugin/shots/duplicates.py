"""Near-duplicate shots: the same set-up of the camera again, as in dialogue cut A-B-A-B.

A shot is known by three coarse pictures: its first, middle and last frame clear of transitions. Two
pictures are as alike as ::

    correlation of their luminance, cell by cell            (light and dark lie alike)
    * Bhattacharyya coefficient of (luminance, blue difference)      (colours are alike)
    * Bhattacharyya coefficient of (luminance, red difference)

and two shots as alike as their most alike pictures. Black bars that the film keeps throughout are
cut off first. Pictures that say too little (black, titles on a flat ground) are like nothing.
Grouping chains: where A is like B and B like C, all three are one group, for a set-up drifts from
take to take. ``docs/decisions/0009-near-duplicates.md`` says how well it does.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame

ALIKE = 0.56
"""Likeness, 0 to 1, from which two shots are near-duplicates."""

GRID = (18, 32)
"""Rows and columns of a coarse picture."""

SIGHT = 4096
"""Shots back that a shot is compared with."""

Pictures = NDArray[np.uint8]
"""Coarse pictures, ``(pictures, 3, 18, 32)``: luminance and the two colour differences."""

Flags = NDArray[np.bool_]

_BLACK = 16
_NEAR_BLACK = 8
_BARS = 0.95  # share of the pictures in which a row or column of bars is black
_TELLING = 0.25  # share of cells off the middle luminance that a picture needs to say something
_LUMA_BIN, _LUMA_BINS = 16.0, 16
_TINT_BIN, _TINT_BINS, _LEAST_TINT = 8.0, 17, 64.0
_BLOCK = 64


def coarse_picture(frame: Frame) -> Pictures:
    """Return the means of a frame's three planes on the grid, ``(3, 18, 32)``."""
    means = [_fast.block_means(plane, *GRID) for plane in frame.sampled]
    return np.rint(np.stack(means)).astype(np.uint8)


def groups(shots: Sequence[Pictures]) -> list[int]:
    """Return for each shot the index of the earliest shot of its group; its own where it is alone.

    Cost grows with the square of the number of shots up to :data:`SIGHT`, then in proportion.

    Args:
        shots: the coarse pictures of each shot, as many for one as for another.
    """
    found = np.arange(len(shots))
    for shot, earlier in _pairs(shots):
        merged = np.unique(found[[*earlier, shot]])
        found[np.isin(found, merged)] = merged[0]
    return [int(group) for group in found]


def _pairs(shots: Sequence[Pictures]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each shot that is like earlier ones, with these."""
    if len(shots) < 2:
        return
    likeness = _Likeness(np.concatenate(shots))
    each = len(shots[0])
    for first in range(0, len(shots), _BLOCK):
        last, start = min(first + _BLOCK, len(shots)), max(0, first - SIGHT)
        alike = likeness.reaches(ALIKE, slice(first * each, last * each), slice(start * each, last * each))
        by_shot: Flags = alike.reshape(last - first, each, last - start, each).max(axis=(1, 3))
        for place in range(last - first):
            earlier = np.flatnonzero(by_shot[place, : first + place - start]) + start
            if earlier.size:
                yield first + place, earlier


class _Likeness:
    """Unit vectors of all pictures, so that likeness is a product of matrices."""

    def __init__(self, pictures: Pictures) -> None:
        rows, columns = _without_bars(pictures[:, 0])
        luma, blue, red = (_flat(pictures[:, plane, rows, columns]) for plane in range(3))
        self._tints = [_joint(luma, blue), _joint(luma, red)]
        telling = (np.abs(luma - np.median(luma, axis=1, keepdims=True)) > _NEAR_BLACK).mean(axis=1)
        structure = luma - luma.mean(axis=1, keepdims=True)
        length = np.linalg.norm(structure, axis=1, keepdims=True)
        structure /= np.maximum(length, 1e-6)
        structure[telling < _TELLING] = 0
        self._structure = structure

    def reaches(self, least: float, some: slice, others: slice) -> Flags:
        """Tell which of some pictures are at least so much like which of others."""
        likeness = self._structure[some] @ self._structure[others].T
        # colours only ever lower it, so they are compared where it is high enough
        columns = np.flatnonzero((likeness >= least).any(axis=0))
        near = likeness[:, columns]
        for tints in self._tints:
            near = near * (tints[some] @ tints[others][columns].T)
        result = np.zeros(likeness.shape, bool)
        result[:, columns] = near >= least
        return result


def _flat(plane: NDArray[np.uint8]) -> NDArray[np.float32]:
    return plane.reshape(len(plane), -1).astype(np.float32)


def _without_bars(luma: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Return the rows and columns inside the bars that nearly all pictures with something in them have."""
    lit = luma > _BLACK + _NEAR_BLACK
    lit = lit[lit.any(axis=(1, 2))]
    rows: Flags = lit.max(axis=2)
    columns: Flags = lit.max(axis=1)
    return _inside(rows), _inside(columns)


def _inside(lit: Flags) -> slice:
    used = np.flatnonzero(lit.mean(axis=0) > 1 - _BARS) if len(lit) else np.arange(0)
    return slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(None)


def _joint(luma: NDArray[np.float32], tint: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the square roots of joint histograms, each value shared out between its nearest bins.

    Args:
        luma: ``(pictures, cells)``.
        tint: likewise, one colour difference.
    """
    parts = [_joint_of_some(luma[i : i + 512], tint[i : i + 512]) for i in range(0, len(luma), 512)]
    return np.concatenate(parts)


def _joint_of_some(luma: NDArray[np.float32], tint: NDArray[np.float32]) -> NDArray[np.float32]:
    pictures, cells = luma.shape
    light, light_share = _placed((luma - _BLACK) / _LUMA_BIN, _LUMA_BINS)
    colour, colour_share = _placed((tint - _LEAST_TINT) / _TINT_BIN, _TINT_BINS)
    base = np.arange(pictures)[:, None] * (_LUMA_BINS * _TINT_BINS)
    counts = np.zeros(pictures * _LUMA_BINS * _TINT_BINS)
    for up, light_part in ((0, 1 - light_share), (1, light_share)):
        for right, colour_part in ((0, 1 - colour_share), (1, colour_share)):
            bins = base + (light + up) * _TINT_BINS + colour + right
            counts += np.bincount(bins.ravel(), (light_part * colour_part).ravel(), len(counts))
    roots: NDArray[np.float32] = np.sqrt(counts / cells).astype(np.float32)
    return roots.reshape(pictures, -1)


def _placed(place: NDArray[np.float32], bins: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the lower of the two nearest bins, and the share of the upper one."""
    inside = place.clip(0, bins - 1.001)
    lower = inside.astype(np.int64)
    return lower, inside - lower.astype(np.float32)
