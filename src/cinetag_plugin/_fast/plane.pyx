# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""Colour conversion, block means and differences of planes; `reference` says what they are."""

import numpy as np

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from cinetag_plugin._fast.blocks cimport (
    BLOCK,
    Block,
    Conversion,
    blocks_of,
    conversion,
    convert_block,
    dispatched,
    samples_of,
    take_chroma,
    take_samples,
)
from cinetag_plugin._fast.cells cimport average_cells

from cinetag_plugin._fast import doors
from cinetag_plugin._fast.matrices import coefficients


def yuv_to_rgb(y, u, v, *, matrix, full_range):
    """Convert 4:2:0 planes to (height, width, 3) R'G'B', as `reference.yuv_to_rgb`."""
    doors.check_planes(y, u, v)
    cdef Conversion how = conversion(coefficients(matrix, full_range))
    cdef const uint8_t[:, :] luma = y
    cdef const uint8_t[:, :] cb = u
    cdef const uint8_t[:, :] cr = v
    cdef uint8_t[:, :, ::1] rgb = np.empty((*y.shape, 3), dtype=np.uint8)
    with nogil:
        convert_planes(luma, cb, cr, &how, rgb)
    return np.asarray(rgb)


def block_means(y, rows, cols):
    """Return the mean luma of each cell of an equal grid, as `reference.block_means`."""
    doors.check_plane(y)
    doors.check_grid(rows, cols)
    cdef const uint8_t[:, :] plane = y
    cdef float[:, ::1] means = np.empty((rows, cols), dtype=np.float32)
    cdef uint32_t[::1] sums = np.empty(y.shape[1], dtype=np.uint32)
    cdef int32_t[::1] edges = np.empty(cols + 1, dtype=np.int32)
    with nogil:
        average_cells(plane, &edges[0], &sums[0], means)
    return np.asarray(means)


def mean_abs_difference(a, b, step=1):
    """Return the mean absolute difference of two planes, as `reference.mean_abs_difference`."""
    doors.check_plane(a, "a")
    doors.check_plane(b, "b")
    doors.check_same_shape(a, b)
    doors.check_step(step)
    cdef const uint8_t[:, :] first = a
    cdef const uint8_t[:, :] second = b
    cdef int every = min(step, max(a.shape))
    cdef double pixels = <double>samples_of(a.shape[0], every) * samples_of(a.shape[1], every)
    cdef double total
    with nogil:
        total = <double>sum_differences(first, second, every)
    return total / pixels


cdef void convert_planes(
    const uint8_t[:, :] y,
    const uint8_t[:, :] u,
    const uint8_t[:, :] v,
    const Conversion *how,
    uint8_t[:, :, ::1] rgb,
) noexcept nogil:
    cdef Block block
    cdef int row, block_number, first, n, columns = <int>y.shape[1]
    for row in range(<int>y.shape[0]):
        for block_number in range(blocks_of(columns)):
            first = block_number * BLOCK
            n = min(BLOCK, columns - first)
            take_samples(block.y, &y[row, 0], first, 1, n)
            take_chroma(block.u, &u[row // 2, 0], first, 1, n)
            take_chroma(block.v, &v[row // 2, 0], first, 1, n)
            convert_block(&block, n, how)
            interleave(&block, n, &rgb[row, first, 0])


cdef dispatched interleave(const Block *block, int n, uint8_t *pixels) noexcept nogil:
    cdef int i
    for i in range(n):
        pixels[3 * i] = block.red[i]
        pixels[3 * i + 1] = block.green[i]
        pixels[3 * i + 2] = block.blue[i]


cdef uint64_t sum_differences(
    const uint8_t[:, :] a, const uint8_t[:, :] b, int step
) noexcept nogil:
    cdef int i, j, row, column, columns = samples_of(a.shape[1], step)
    cdef uint64_t total = 0
    for i in range(samples_of(a.shape[0], step)):
        row = i * step
        if step == 1:
            add_differences(&total, &a[row, 0], &b[row, 0], columns)
            continue
        for j in range(columns):
            column = j * step
            total += abs(<int>a[row, column] - <int>b[row, column])
    return total


cdef dispatched add_differences(
    uint64_t *total, const uint8_t *a, const uint8_t *b, int n
) noexcept nogil:
    cdef int i, difference = 0
    for i in range(n):
        difference += abs(<int>a[i] - <int>b[i])
    total[0] += difference
