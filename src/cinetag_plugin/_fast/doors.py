"""What both forms of the kernels demand of their arguments, each refusal one clear ValueError."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

HSV_LEVELS = (180, 256, 256)
"""Levels of hue, saturation and value in OpenCV's 8-bit convention."""

MOST_JOINT_BINS = 1 << 16
_LONGEST_SIDE = 65535
"""Keeps sums over rows, columns and whole pictures inside 32 bits."""


def check_plane(plane: NDArray[Any], name: str = "y") -> None:
    """Demand a uint8 array (height, width), sides 1 to 65535, whose rows are contiguous.

    Rows may lie apart or upside down (any row stride); pixels in a row may not.
    """
    if _is_plain(plane):
        return
    _check_pixels(plane, name, "(height, width)", 2)
    _check_adjacent(plane, name, ((1, 1),))


def check_planes(y: NDArray[Any], u: NDArray[Any], v: NDArray[Any]) -> None:
    """Demand three planes of one 4:2:0 picture: chroma of half the luma's size, rounded up."""
    for plane, name in ((y, "y"), (u, "u"), (v, "v")):
        check_plane(plane, name)
    height, width = y.shape
    half = ((height + 1) // 2, (width + 1) // 2)
    for plane, name in ((u, "u"), (v, "v")):
        if plane.shape != half:
            raise ValueError(f"{name} has shape {plane.shape}; a y of {y.shape} goes with {half}")


def check_rgb(rgb: NDArray[Any]) -> None:
    """Demand a uint8 array (height, width, 3), sides 1 to 65535, whose rows are contiguous."""
    _check_pixels(rgb, "rgb", "(height, width, 3)", 3)
    if rgb.shape[2] != 3:
        raise ValueError(f"rgb has shape {rgb.shape}, not (height, width, 3)")
    _check_adjacent(rgb, "rgb", ((1, 3), (2, 1)))


def check_same_shape(a: NDArray[Any], b: NDArray[Any]) -> None:
    """Demand two planes of one size."""
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape}, b has shape {b.shape}; they must be alike")


def check_step(step: int) -> None:
    """Demand a sampling distance of one pixel or more."""
    if step < 1:
        raise ValueError(f"step is {step}; it must be 1 or more")


def check_bins(bins: int) -> None:
    """Demand between 1 and 256 bins for a luma histogram."""
    if not 1 <= bins <= 256:
        raise ValueError(f"bins is {bins}; it must be between 1 and 256")


def check_hsv_bins(bins: tuple[int, int, int]) -> None:
    """Demand between one bin and one bin a level for each of hue, saturation and value."""
    if len(bins) != 3 or not all(1 <= n <= most for n, most in zip(bins, HSV_LEVELS, strict=True)):
        raise ValueError(f"bins is {tuple(bins)}; it must lie between (1, 1, 1) and {HSV_LEVELS}")


def check_joint_bins(bins: tuple[int, int, int]) -> None:
    """Demand HSV bins whose product is at most 65536."""
    check_hsv_bins(bins)
    if bins[0] * bins[1] * bins[2] > MOST_JOINT_BINS:
        raise ValueError(f"bins is {tuple(bins)}; their product must be at most {MOST_JOINT_BINS}")


def check_grid(rows: int, columns: int) -> None:
    """Demand a grid of at least one row and one column."""
    if rows < 1 or columns < 1:
        raise ValueError(f"the grid is {rows} x {columns}; it needs a row and a column")


def as_counts(histogram: ArrayLike, name: str = "histogram") -> NDArray[np.float64]:
    """Return a histogram as contiguous float64; its counts themselves are not looked at.

    Raises ValueError unless it is one-dimensional, not of length 0, of integers or floats.
    """
    counts = np.asarray(histogram)
    if counts.dtype.kind not in "iuf":
        raise ValueError(f"{name} has dtype {counts.dtype}, not integers or floats")
    if counts.ndim != 1 or counts.size == 0:
        raise ValueError(f"{name} has shape {counts.shape}, not (bins,) with a bin or more")
    return np.ascontiguousarray(counts, dtype=np.float64)


def as_pair(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two histograms as `as_counts` does, after demanding one length."""
    first, second = as_counts(a, "a"), as_counts(b, "b")
    if first.size != second.size:
        raise ValueError(f"a has {first.size} bins, b has {second.size}; they must be alike")
    return first, second


def check_counts(lowest: float, total: float) -> None:
    """Demand that the lowest count is not below zero and that the sum of all is finite."""
    if not (lowest >= 0.0 and math.isfinite(total)):
        raise ValueError("a histogram holds a count below zero or not finite")


def _is_plain(plane: NDArray[Any]) -> bool:
    """Tell at little cost that a plane is sound; where the answer is no, it may still be."""
    if not (isinstance(plane, np.ndarray) and plane.dtype == np.uint8 and plane.ndim == 2):
        return False
    height, width = plane.shape
    return 0 < height <= _LONGEST_SIDE and 0 < width <= _LONGEST_SIDE and plane.strides[1] == 1


def _check_pixels(pixels: NDArray[Any], name: str, form: str, dimensions: int) -> None:
    if not isinstance(pixels, np.ndarray):
        raise ValueError(f"{name} is a {type(pixels).__name__}, not a numpy array")
    if pixels.dtype != np.uint8:
        raise ValueError(f"{name} has dtype {pixels.dtype}, not uint8")
    if pixels.ndim != dimensions:
        raise ValueError(f"{name} has shape {pixels.shape}, not {form}")
    if not all(0 < side <= _LONGEST_SIDE for side in pixels.shape[:2]):
        raise ValueError(f"{name} has shape {pixels.shape}; sides must be 1 to {_LONGEST_SIDE}")


def _check_adjacent(pixels: NDArray[Any], name: str, wanted: tuple[tuple[int, int], ...]) -> None:
    for axis, stride in wanted:
        if pixels.shape[axis] > 1 and pixels.strides[axis] != stride:
            raise ValueError(f"{name} has strides {pixels.strides}; the pixels of a row must be contiguous")
