# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""What shots are told apart by: the histogram of luminance and colour, and coarse planes; see `reference`."""

import numpy as np

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from cinetag_plugin._fast.blocks cimport BLOCK, blocks_of, dispatched
from cinetag_plugin._fast.cells cimport average_cells

from cinetag_plugin._fast import cube_bins, doors

cdef enum:
    TINTS = 9
    BINS = 17 * TINTS * TINTS
    GREY = 128 // 8
    # neighbours are often alike, and an increment waits for the last one of the same counter
    SETS = 4

cdef struct Cube:
    uint32_t counts[SETS][BINS]
    uint16_t bins[BLOCK]


def colour_cube(y, u, v):
    """Return the shares of pixels in each bin, as `reference.colour_cube`."""
    doors.check_planes(y, u, v)
    return cube_of(y, u, v)


def colours_and_cells(y, u, v, luma_grid, chroma_grid):
    """Return the colour cube and the block means of all planes, as `reference.colours_and_cells`."""
    doors.check_planes(y, u, v)
    doors.check_grid(*luma_grid)
    doors.check_grid(*chroma_grid)
    cdef const uint8_t[:, :] luma = y
    cdef const uint8_t[:, :] cb = u
    cdef const uint8_t[:, :] cr = v
    cells = np.empty(luma_grid, dtype=np.float32)
    tints = np.empty((2, *chroma_grid), dtype=np.float32)
    cdef float[:, ::1] of_luma = cells
    cdef float[:, :, ::1] of_chroma = tints
    cdef uint32_t[::1] sums = np.empty(luma.shape[1], dtype=np.uint32)
    cdef int32_t[::1] edges = np.empty(max(luma_grid[1], chroma_grid[1]) + 1, dtype=np.int32)
    with nogil:
        average_cells(luma, &edges[0], &sums[0], of_luma)
        average_cells(cb, &edges[0], &sums[0], of_chroma[0])
        average_cells(cr, &edges[0], &sums[0], of_chroma[1])
    return cube_of(luma, cb, cr), cells, tints


cdef object cube_of(const uint8_t[:, :] luma, const uint8_t[:, :] cb, const uint8_t[:, :] cr):
    luma_dither, blue_dither, red_dither = cube_bins.dither(cb.shape[0], cb.shape[1])
    cdef const uint8_t[:, ::1] to_luma = luma_dither
    cdef const uint8_t[:, ::1] to_blue = blue_dither
    cdef const uint8_t[:, ::1] to_red = red_dither
    shares = np.empty(BINS, dtype=np.float32)
    cdef float[::1] filled = shares
    cdef Cube cube
    cdef Py_ssize_t row
    cdef int block, first, n, columns = <int>cb.shape[1]
    with nogil:
        memset(cube.counts, 0, sizeof(cube.counts))
        for row in range(cb.shape[0]):
            for block in range(blocks_of(columns)):
                first = block * BLOCK
                n = min(BLOCK, columns - first)
                find_bins(
                    cube.bins, &luma[2 * row, 2 * first], &cb[row, first], &cr[row, first],
                    &to_luma[row, first], &to_blue[row, first], &to_red[row, first], n,
                )
                count_bins(&cube, n)
        share_out(&cube, <float>(1 / (<double>cb.shape[0] * columns)), &filled[0])
    return shares


cdef dispatched find_bins(
    uint16_t *bins, const uint8_t *luma, const uint8_t *cb, const uint8_t *cr,
    const uint8_t *to_luma, const uint8_t *to_blue, const uint8_t *to_red, int n,
) noexcept nogil:
    cdef Py_ssize_t i  # as wide as an address, or 2 * i could wrap, and nothing is vectorised
    cdef uint16_t level, blue, red  # narrow, so that sixteen of them are worked out at once
    for i in range(n):
        level = (luma[2 * i] + to_luma[i]) >> 4
        blue = tint_of(cb[i] + to_blue[i])
        red = tint_of(cr[i] + to_red[i])
        bins[i] = (level * TINTS + blue) * TINTS + red


cdef inline uint16_t tint_of(uint16_t value) noexcept nogil:
    cdef uint16_t bin = value >> 3
    return min(max(bin, <uint16_t>(GREY - TINTS // 2)), <uint16_t>(GREY + TINTS // 2)) - (GREY - TINTS // 2)


cdef inline void count_bins(Cube *cube, int n) noexcept nogil:
    cdef int i
    for i in range(n // SETS):
        cube.counts[0][cube.bins[SETS * i]] += 1
        cube.counts[1][cube.bins[SETS * i + 1]] += 1
        cube.counts[2][cube.bins[SETS * i + 2]] += 1
        cube.counts[3][cube.bins[SETS * i + 3]] += 1
    for i in range(n - n % SETS, n):
        cube.counts[0][cube.bins[i]] += 1


cdef dispatched share_out(const Cube *cube, float share, float *shares) noexcept nogil:
    cdef int i
    for i in range(BINS):
        shares[i] = share * <float>(
            cube.counts[0][i] + cube.counts[1][i] + cube.counts[2][i] + cube.counts[3][i]
        )
