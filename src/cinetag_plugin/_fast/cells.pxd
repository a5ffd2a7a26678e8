# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Means over the cells of an equal grid; `reference.block_means` says what they are."""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from cinetag_plugin._fast.blocks cimport dispatched



cdef inline void average_cells(
    const uint8_t[:, :] plane, int32_t *edges, uint32_t *sums, float[:, ::1] means
) noexcept nogil:
    """Fill the means; edges has room for a number more than there are columns, sums for a row of pixels."""
    cdef Py_ssize_t i, row, top, bottom, rows = means.shape[0], height = plane.shape[0]
    cdef int column, columns = <int>plane.shape[1]
    # divided once, not in every band of rows: a division takes as long as tens of pixels
    for i in range(means.shape[1] + 1):
        edges[i] = <int32_t>(i * <Py_ssize_t>columns // means.shape[1])
    for i in range(rows):
        top = i * height // rows
        bottom = max(top + 1, (i + 1) * height // rows)
        for column in range(columns):
            sums[column] = 0
        for row in range(top, bottom):
            add_row(sums, &plane[row, 0], columns)
        average_columns(sums, edges, bottom - top, &means[i, 0], means.shape[1])


cdef inline void average_columns(
    const uint32_t *sums, const int32_t *edges, Py_ssize_t height, float *means, Py_ssize_t columns
) noexcept nogil:
    cdef Py_ssize_t i
    cdef int column, left, right
    cdef uint64_t total
    for i in range(columns):
        left = edges[i]
        right = max(left + 1, edges[i + 1])
        total = 0
        for column in range(left, right):
            total += sums[column]
        means[i] = <float>(<double>total / <double>(height * (right - left)))


cdef inline dispatched add_row(uint32_t *sums, const uint8_t *row, int n) noexcept nogil:
    cdef int i
    for i in range(n):
        sums[i] += row[i]
