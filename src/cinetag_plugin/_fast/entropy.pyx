# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""Shannon's entropy of histograms and of planes; `reference` says what it is."""

from libc.math cimport log2
from libc.stdint cimport uint8_t

from cinetag_plugin._fast.counting cimport LEVELS, Counters, clear, count_bytes, counted

from cinetag_plugin._fast import doors


def entropy(histogram):
    """Return the entropy of a histogram in bits, as `reference.entropy`."""
    cdef const double[::1] counts = doors.as_counts(histogram)
    cdef double lowest = counts[0], total = 0, bits
    cdef Py_ssize_t i
    with nogil:
        for i in range(counts.shape[0]):
            lowest = min(lowest, counts[i])
            total += counts[i]
        bits = bits_of(&counts[0], counts.shape[0], total)
    doors.check_counts(lowest, total)
    return bits


def channel_entropies_yuv(y, u, v):
    """Return the entropies of the three planes, as `reference.channel_entropies_yuv`."""
    doors.check_planes(y, u, v)
    return plane_entropy(y), plane_entropy(u), plane_entropy(v)


cdef double plane_entropy(const uint8_t[:, :] plane):
    cdef Counters counters
    cdef double[LEVELS] counts
    cdef int row, level
    with nogil:
        clear(counters)
        for row in range(<int>plane.shape[0]):
            count_bytes(&plane[row, 0], <int>plane.shape[1], counters)
        for level in range(LEVELS):
            counts[level] = <double>counted(counters, level)
        return bits_of(counts, LEVELS, <double>(plane.shape[0] * plane.shape[1]))


cdef double bits_of(const double *counts, Py_ssize_t n, double total) noexcept nogil:
    cdef double p, bits = 0
    cdef Py_ssize_t i
    if total == 0:
        return 0.0
    for i in range(n):
        p = counts[i] / total
        if p > 0:
            bits -= p * log2(p)
    return max(bits, 0.0)
