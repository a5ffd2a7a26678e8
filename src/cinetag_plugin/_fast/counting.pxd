# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Counting bytes into four sets of counters, which keeps flat pictures as quick as busy ones.

An increment waits for the last one of the same counter; neighbouring pixels are often alike, so
each goes to a set of its own.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

cdef enum:
    SETS = 4
    LEVELS = 256

ctypedef uint32_t[SETS][LEVELS] Counters


cdef inline void clear(Counters counters) noexcept nogil:
    memset(counters, 0, SETS * LEVELS * sizeof(uint32_t))


cdef inline void count_bytes(const uint8_t *levels, int n, Counters counters) noexcept nogil:
    cdef int i
    for i in range(n // SETS):
        counters[0][levels[SETS * i]] += 1
        counters[1][levels[SETS * i + 1]] += 1
        counters[2][levels[SETS * i + 2]] += 1
        counters[3][levels[SETS * i + 3]] += 1
    for i in range(n - n % SETS, n):
        counters[0][levels[i]] += 1


cdef inline int64_t counted(Counters counters, int level) noexcept nogil:
    return (
        <int64_t>counters[0][level] + counters[1][level] + counters[2][level] + counters[3][level]
    )


cdef inline void fold(Counters counters, int levels, int64_t[::1] bins) noexcept nogil:
    """Add the counts of 0..levels - 1 up in bins that each hold an equal share of the levels."""
    cdef int level
    for level in range(levels):
        bins[level * <int>bins.shape[0] // levels] += counted(counters, level)
