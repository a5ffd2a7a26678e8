# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""The joint histogram of luminance and colour that shots are told apart by; see `reference`."""

import numpy as np

from libc.stdint cimport uint8_t, uint32_t

from cinetag_plugin._fast import cube_bins, doors

cdef enum:
    TINTS = 9
    MOST_TINT_VALUES = 264

cdef uint8_t[MOST_TINT_VALUES] TINT_OF

for place, tint in enumerate(cube_bins.tint_bins()):
    TINT_OF[place] = tint


def colour_cube(y, u, v):
    """Return the shares of pixels in each bin, as `reference.colour_cube`."""
    doors.check_planes(y, u, v)
    luma_dither, blue_dither, red_dither = cube_bins.dither(*u.shape)
    cdef const uint8_t[:, :] luma = y
    cdef const uint8_t[:, :] cb = u
    cdef const uint8_t[:, :] cr = v
    cdef const uint8_t[:, ::1] to_luma = luma_dither
    cdef const uint8_t[:, ::1] to_blue = blue_dither
    cdef const uint8_t[:, ::1] to_red = red_dither
    cdef uint32_t[::1] counts = np.zeros(cube_bins.BINS, dtype=np.uint32)
    cdef Py_ssize_t row
    with nogil:
        for row in range(cb.shape[0]):
            count_row(
                &luma[2 * row, 0], &cb[row, 0], &cr[row, 0],
                &to_luma[row, 0], &to_blue[row, 0], &to_red[row, 0], <int>cb.shape[1], &counts[0],
            )
    return np.asarray(counts).astype(np.float32) * np.float32(1 / u.size)


cdef inline void count_row(
    const uint8_t *luma, const uint8_t *cb, const uint8_t *cr,
    const uint8_t *to_luma, const uint8_t *to_blue, const uint8_t *to_red, int n, uint32_t *counts,
) noexcept nogil:
    cdef int i, level, blue, red
    for i in range(n):
        level = (luma[2 * i] + to_luma[i]) >> 4
        blue = TINT_OF[cb[i] + to_blue[i]]
        red = TINT_OF[cr[i] + to_red[i]]
        counts[(level * TINTS + blue) * TINTS + red] += 1
