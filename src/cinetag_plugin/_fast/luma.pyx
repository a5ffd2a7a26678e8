# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""Light and sharpness of a luma plane in one pass; `reference` says what they are."""

from libc.math cimport sqrt
from libc.stdint cimport int16_t, int64_t, uint8_t

from cinetag_plugin._fast.blocks cimport dispatched

from cinetag_plugin._fast import doors

cdef enum:
    # squares of the Laplacian, at most 1020, of so many pixels stay inside 31 bits
    RUN = 1024

cdef struct Sums:
    int64_t luma
    int64_t luma_squared
    int64_t laplacian
    int64_t laplacian_squared


def luma_statistics(y, step=1):
    """Return mean, deviation and variance of the Laplacian, as `reference.luma_statistics`."""
    doors.check_plane(y)
    doors.check_step(step)
    cdef const uint8_t[:, :] plane = y
    cdef int every = min(step, y.shape[0])
    cdef Sums sums
    cdef int rows
    with nogil:
        rows = add_rows(plane, every, &sums)
    cdef double pixels = <double>rows * plane.shape[1]
    return (
        <double>sums.luma / pixels,
        sqrt(variance(sums.luma, sums.luma_squared, pixels)),
        variance(sums.laplacian, sums.laplacian_squared, pixels),
    )


cdef inline double variance(int64_t total, int64_t squared, double pixels) noexcept nogil:
    cdef double mean = <double>total / pixels
    cdef double spread = <double>squared / pixels - mean * mean
    return spread if spread > 0 else 0


cdef int add_rows(const uint8_t[:, :] y, int step, Sums *sums) noexcept nogil:
    cdef int last = <int>y.shape[0] - 1, rows = last // step + 1, i, row
    sums.luma = sums.luma_squared = sums.laplacian = sums.laplacian_squared = 0
    for i in range(rows):
        row = i * step
        # the picture goes on beyond its edge as it ends
        add_row(sums, &y[max(row - 1, 0), 0], &y[row, 0], &y[min(row + 1, last), 0], <int>y.shape[1])
    return rows


cdef inline void add_row(
    Sums *sums, const uint8_t *above, const uint8_t *row, const uint8_t *below, int columns
) noexcept nogil:
    cdef int first = 1, last = columns - 1
    add_edge(sums, above, row, below, 0, 0, min(1, last))
    if last > 0:
        add_edge(sums, above, row, below, last, last - 1, last)
    while first < last:
        add_run(sums, above + first, row + first, below + first, min(<int>RUN, last - first))
        first += RUN


cdef inline void add_edge(
    Sums *sums,
    const uint8_t *above,
    const uint8_t *middle,
    const uint8_t *below,
    int column,
    int left,
    int right,
) noexcept nogil:
    cdef int value = middle[column]
    cdef int bend = above[column] + below[column] + middle[left] + middle[right] - 4 * value
    sums.luma += value
    sums.luma_squared += value * value
    sums.laplacian += bend
    sums.laplacian_squared += bend * bend


cdef dispatched add_run(
    Sums *sums, const uint8_t *above, const uint8_t *middle, const uint8_t *below, int n
) noexcept nogil:
    cdef int i
    cdef int16_t value, bend  # narrow, so that they multiply and add in pairs
    cdef int luma = 0, luma_squared = 0, laplacian = 0, laplacian_squared = 0
    for i in range(n):
        value = middle[i]
        bend = above[i] + below[i] + middle[i - 1] + middle[i + 1] - 4 * value
        luma += value
        luma_squared += value * value
        laplacian += bend
        laplacian_squared += bend * bend
    sums.luma += luma
    sums.luma_squared += luma_squared
    sums.laplacian += laplacian
    sums.laplacian_squared += laplacian_squared
