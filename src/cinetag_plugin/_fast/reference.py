"""The kernels in numpy: the specification that the compiled forms equal, and what runs without them.

Integer results are equal bit for bit in both forms. Floats are equal within 1e-12, except those
that say "equal" in their docstring, which are quotients of equal integers.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cinetag_plugin._fast import cube_bins, doors
from cinetag_plugin._fast.matrices import Coefficients, Matrix, coefficients

Plane = NDArray[np.uint8]
Pixels = NDArray[np.uint8]
Counts = NDArray[np.int64]
Cells = NDArray[np.float32]

_HSV_SHIFT = 12


def yuv_to_rgb(y: Plane, u: Plane, v: Plane, *, matrix: Matrix, full_range: bool) -> Pixels:
    """Convert 4:2:0 planes to (height, width, 3) R'G'B' by the integers of `matrices.Coefficients`.

    Chroma is the nearest sample: pixel (row, column) takes (row // 2, column // 2). y is uint8
    (height, width), u and v are half of it rounded up; rows contiguous. Raises ValueError otherwise.
    """
    doors.check_planes(y, u, v)
    return _convert(y, u, v, coefficients(matrix, full_range), 1)


def hsv_histogram_yuv(
    y: Plane,
    u: Plane,
    v: Plane,
    *,
    matrix: Matrix,
    full_range: bool,
    bins: tuple[int, int, int] = doors.HSV_LEVELS,
    step: int = 1,
) -> tuple[Counts, Counts, Counts]:
    """Count hue, saturation and value of a 4:2:0 picture, each on its own.

    Pixels become R'G'B' as `yuv_to_rgb` says, then HSV as OpenCV's 8-bit RGB2HSV says (hue 0..179,
    saturation and value 0..255). Level x of n falls into bin x * bins // n. Only every step-th
    pixel of every step-th row is counted, the first of each included. Returns three int64 arrays.
    Raises ValueError for arrays, bins or a step that do not fit.
    """
    doors.check_planes(y, u, v)
    doors.check_hsv_bins(bins)
    doors.check_step(step)
    return _marginals(_convert(y, u, v, coefficients(matrix, full_range), step), bins)


def hsv_histogram_rgb(
    rgb: Pixels, *, bins: tuple[int, int, int] = doors.HSV_LEVELS, step: int = 1
) -> tuple[Counts, Counts, Counts]:
    """Count hue, saturation and value of a (height, width, 3) R'G'B' picture, each on its own.

    Bins, step, result and errors as in `hsv_histogram_yuv`.
    """
    doors.check_rgb(rgb)
    doors.check_hsv_bins(bins)
    doors.check_step(step)
    return _marginals(rgb[::step, ::step], bins)


def hsv_joint_histogram_yuv(
    y: Plane,
    u: Plane,
    v: Plane,
    *,
    matrix: Matrix,
    full_range: bool,
    bins: tuple[int, int, int] = (8, 8, 8),
    step: int = 1,
) -> Counts:
    """Count the triples of hue, saturation and value of a 4:2:0 picture.

    Conversion, bins and step as in `hsv_histogram_yuv`; the product of the bins is at most 65536.
    Returns a flat int64 array, hue varying slowest: `.reshape(bins)` makes the cube of it.
    """
    doors.check_planes(y, u, v)
    doors.check_joint_bins(bins)
    doors.check_step(step)
    return _joint(_convert(y, u, v, coefficients(matrix, full_range), step), bins)


def hsv_joint_histogram_rgb(rgb: Pixels, *, bins: tuple[int, int, int] = (8, 8, 8), step: int = 1) -> Counts:
    """Count the triples of hue, saturation and value of a (height, width, 3) R'G'B' picture.

    Bins, step, result and errors as in `hsv_joint_histogram_yuv`.
    """
    doors.check_rgb(rgb)
    doors.check_joint_bins(bins)
    doors.check_step(step)
    return _joint(rgb[::step, ::step], bins)


def half_l1(a: ArrayLike, b: ArrayLike) -> float:
    """Return half the L1 distance of two histograms, each first divided by its sum.

    0 where they agree, 1 where they share no bin; 1 minus their intersection (Swain and Ballard
    1991). Of empty histograms (sum 0), two are at distance 0, one is at distance 1 from any other.
    Raises ValueError for unequal lengths and for counts below zero or not finite.
    """
    first, second = doors.as_pair(a, b)
    sums = _total(first), _total(second)
    if not all(sums):
        return _distance_of_empty(*sums)
    return min(0.5 * float(np.abs(first / sums[0] - second / sums[1]).sum()), 1.0)


def bhattacharyya(a: ArrayLike, b: ArrayLike) -> float:
    """Return sqrt(1 - BC), BC the sum of the roots of the products of the normalised counts.

    This is OpenCV's HISTCMP_BHATTACHARYYA (the Hellinger distance), 0..1. Empty histograms and
    errors as in `half_l1`. Equal to 1e-12 in its square; near 0 the root is equal to 1e-6.
    """
    first, second = doors.as_pair(a, b)
    sums = _total(first), _total(second)
    if not all(sums):
        return _distance_of_empty(*sums)
    coefficient = float(np.sqrt(first / sums[0] * (second / sums[1])).sum())
    return float(np.sqrt(min(max(1.0 - coefficient, 0.0), 1.0)))


def correlation_distance(a: ArrayLike, b: ArrayLike) -> float:
    """Return 1 - r, r Pearson's correlation of the counts over the bins, clipped to 0..1.

    A histogram whose counts are all alike has no r: two of them are at distance 0, one of them is
    at distance 1 from any other. Empty histograms and errors as in `half_l1`. Both forms are equal
    within 1e-9 for counts that are integers.
    """
    first, second = doors.as_pair(a, b)
    sums = _total(first), _total(second)
    if not all(sums):
        return _distance_of_empty(*sums)
    x, y = ((c - total / c.size) / total for c, total in zip((first, second), sums, strict=True))
    xx, yy = float(x @ x), float(y @ y)
    flat = first.min() == first.max() or not xx, second.min() == second.max() or not yy
    if any(flat):
        return 0.0 if all(flat) else 1.0
    return min(max(1.0 - float(x @ y) / math.sqrt(xx * yy), 0.0), 1.0)


def entropy(histogram: ArrayLike) -> float:
    """Return Shannon's entropy of a histogram in bits: 0 to log2 of the number of bins.

    Equation 4 of the paper for one channel, -sum p log2 p. An empty histogram has 0 bits.
    Raises ValueError for counts below zero or not finite.
    """
    counts = doors.as_counts(histogram)
    total = _total(counts)
    if not total:
        return 0.0
    p = counts / total
    p = p[p > 0]
    return max(0.0, -float((p * np.log2(p)).sum()))


def channel_entropies_yuv(y: Plane, u: Plane, v: Plane) -> tuple[float, float, float]:
    """Return the entropies in bits (0..8) of luma, Cb and Cr over 256 levels each.

    Their sum is the cumulative entropy of equation 4. Planes and errors as in `yuv_to_rgb`.
    """
    doors.check_planes(y, u, v)
    bits = [entropy(np.bincount(plane.ravel(), minlength=256)) for plane in (y, u, v)]
    return bits[0], bits[1], bits[2]


def luma_histogram(y: Plane, bins: int = 256, step: int = 1) -> Counts:
    """Count the levels of a luma plane in 1 to 256 bins: level x falls into bin x * bins // 256.

    Only every step-th pixel of every step-th row is counted. Returns int64.
    """
    doors.check_plane(y)
    doors.check_bins(bins)
    doors.check_step(step)
    return _fold(y[::step, ::step], 256, bins)


def block_means(y: Plane, rows: int, cols: int) -> NDArray[np.float32]:
    """Return the mean luma (0..255) in each cell of an equal grid, float32 (rows, cols), equal.

    Cell i of n covers pixels i * size // n up to (i + 1) * size // n, and at least one: a grid
    finer than the plane repeats pixels.
    """
    doors.check_plane(y)
    doors.check_grid(rows, cols)
    top, bottom = _cells(y.shape[0], rows)
    left, right = _cells(y.shape[1], cols)
    area = np.zeros((y.shape[0] + 1, y.shape[1] + 1), dtype=np.int64)
    area[1:, 1:] = y.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    sums = area[bottom][:, right] - area[top][:, right] - area[bottom][:, left] + area[top][:, left]
    sizes = (bottom - top)[:, None] * (right - left)
    return (sums / sizes).astype(np.float32)


def colour_cube(y: Plane, u: Plane, v: Plane) -> NDArray[np.float32]:
    """Return the shares of pixels in 17 x 9 x 9 bins of luminance and the two colour differences.

    Each chroma sample counts once, with the luminance at its upper left; bins are 16 and 8 levels
    wide, and a fixed dither is added first (`cube_bins`). Flat float32, luminance varying slowest,
    the sum is 1, equal. Raises ValueError as `yuv_to_rgb`.
    """
    doors.check_planes(y, u, v)
    for_luma, for_blue, for_red = cube_bins.dither(*u.shape)
    tints = cube_bins.tint_bins().astype(np.int64)
    level = (y[::2, ::2].astype(np.int64) + for_luma) // cube_bins.LEVEL_WIDTH
    blue, red = (tints[plane.astype(np.int64) + offsets] for plane, offsets in ((u, for_blue), (v, for_red)))
    bins = (level * cube_bins.TINTS + blue) * cube_bins.TINTS + red
    counts = np.bincount(bins.ravel(), minlength=cube_bins.BINS)
    return counts.astype(np.float32) * np.float32(1 / u.size)


def colours_and_cells(
    y: Plane, u: Plane, v: Plane, luma_grid: tuple[int, int], chroma_grid: tuple[int, int]
) -> tuple[Cells, Cells, Cells]:
    """Return the `colour_cube` of a 4:2:0 picture and the `block_means` of its planes, equal.

    Grids are (rows, columns); the means of luma have the shape of the first, those of Cb and Cr
    (2, rows, columns) of the second. Raises ValueError as the two do.
    """
    cube = colour_cube(y, u, v)
    tints = [block_means(plane, *chroma_grid) for plane in (u, v)]
    return cube, block_means(y, *luma_grid), np.stack(tints)


def mean_abs_difference(a: Plane, b: Plane, step: int = 1) -> float:
    """Return the mean absolute difference (0..255) of two luma planes of one size, equal.

    Only every step-th pixel of every step-th row is compared. Raises ValueError for unequal shapes.
    """
    doors.check_plane(a, "a")
    doors.check_plane(b, "b")
    doors.check_same_shape(a, b)
    doors.check_step(step)
    difference = np.abs(a[::step, ::step].astype(np.int16) - b[::step, ::step])
    return float(difference.mean(dtype=np.float64))


def luma_statistics(y: Plane, step: int = 1) -> tuple[float, float, float]:
    """Return mean (0..255), standard deviation (0..127.5) and variance of the Laplacian of a luma plane.

    The Laplacian is the sum of a pixel's four neighbours less four times itself, the picture going on
    beyond its edge as it ends; its variance measures sharpness (Pech-Pacheco et al., ICPR 2000). All
    pixels of every step-th row are looked at, with the rows above and below.
    """
    doors.check_plane(y)
    doors.check_step(step)
    wide = np.pad(y.astype(np.int64), 1, mode="edge")
    middle = wide[1:-1, 1:-1]
    bends = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:] - 4 * middle
    luma, laplacian = middle[::step], bends[::step]
    return float(luma.sum() / luma.size), math.sqrt(_variance(luma)), _variance(laplacian)


def _variance(values: NDArray[np.int64]) -> float:
    mean = float(values.sum()) / values.size
    return max(0.0, float((values * values).sum()) / values.size - mean * mean)


def rgb_to_hsv(rgb: Pixels) -> NDArray[np.uint8]:
    """Convert (..., 3) R'G'B' to HSV exactly as OpenCV's 8-bit RGB2HSV does, with its tables.

    Division is by tables of 2**12 / x rounded half to even; hue is 0..179.
    """
    r, g, b = (rgb[..., i].astype(np.int32) for i in range(3))
    value = np.maximum(np.maximum(r, g), b)
    spread = value - np.minimum(np.minimum(r, g), b)
    half = 1 << (_HSV_SHIFT - 1)
    saturation = (spread * _inverses(255)[value] + half) >> _HSV_SHIFT
    turn = np.where(value == r, g - b, np.where(value == g, b - r + 2 * spread, r - g + 4 * spread))
    hue = (turn * _inverses(30)[spread] + half) >> _HSV_SHIFT
    hue[hue < 0] += 180
    return np.stack([hue, saturation, value], axis=-1).astype(np.uint8)


def _inverses(numerator: int) -> NDArray[np.int32]:
    table = np.zeros(256, dtype=np.int32)
    table[1:] = np.rint((numerator << _HSV_SHIFT) / np.arange(1, 256))
    return table


def _convert(y: Plane, u: Plane, v: Plane, c: Coefficients, step: int) -> Pixels:
    rows, columns = (np.arange(0, size, step) // 2 for size in y.shape)
    cb, cr = (plane[rows[:, None], columns].astype(np.int32) for plane in (u, v))
    grey = (c.luma * y[::step, ::step].astype(np.int32) >> 8) - c.luma_zero + 32
    red = grey + (c.red * cr >> 8) - c.red_zero
    green = grey - (c.green_u * cb >> 8) + c.green_u_zero - (c.green_v * cr >> 8) + c.green_v_zero
    blue = grey + (c.blue * cb >> 8) - c.blue_zero
    return (np.stack([red, green, blue], axis=-1) >> 6).clip(0, 255).astype(np.uint8)


def _marginals(rgb: Pixels, bins: tuple[int, int, int]) -> tuple[Counts, Counts, Counts]:
    hsv = rgb_to_hsv(rgb)
    h, s, v = (_fold(hsv[..., i], doors.HSV_LEVELS[i], bins[i]) for i in range(3))
    return h, s, v


def _joint(rgb: Pixels, bins: tuple[int, int, int]) -> Counts:
    hsv = rgb_to_hsv(rgb).astype(np.int64)
    h, s, v = (hsv[..., i] * bins[i] // doors.HSV_LEVELS[i] for i in range(3))
    flat = (h * bins[1] + s) * bins[2] + v
    return np.bincount(flat.ravel(), minlength=bins[0] * bins[1] * bins[2])


def _fold(levels: Pixels, of: int, bins: int) -> Counts:
    return np.bincount((levels.astype(np.int64) * bins // of).ravel(), minlength=bins)


def _cells(size: int, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    edges = np.arange(n + 1, dtype=np.int64) * size // n
    return edges[:-1], np.maximum(edges[:-1] + 1, edges[1:])


def _total(counts: NDArray[np.float64]) -> float:
    lowest, total = float(counts.min()), float(counts.sum())
    doors.check_counts(lowest, total)
    return total


def _distance_of_empty(a: float, b: float) -> float:
    return 0.0 if a == b else 1.0
