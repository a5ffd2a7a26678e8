# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Blocks of planar pixels on the stack, and the loops over them that compilers turn into SIMD.

One struct holds all temporaries: members of one struct cannot overlap, which a compiler must know
before it vectorises. Functions marked `dispatched` are compiled for two instruction sets.
"""

from libc.stdint cimport int16_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

cdef extern from "dispatch.h":
    ctypedef void dispatched "CINETAG_DISPATCHED void"

cdef enum:
    BLOCK = 1024

cdef struct Conversion:
    # The factors of `matrices.Coefficients`, and the sums of their zeros less half of white.
    uint16_t luma
    uint16_t red
    uint16_t green_u
    uint16_t green_v
    uint16_t blue
    int16_t red_offset
    int16_t green_offset
    int16_t blue_offset

cdef struct Block:
    uint8_t y[BLOCK]
    uint8_t u[BLOCK]
    uint8_t v[BLOCK]
    uint8_t red[BLOCK]
    uint8_t green[BLOCK]
    uint8_t blue[BLOCK]


cdef inline Conversion conversion(coefficients):
    """Take `matrices.Coefficients` into a C struct."""
    cdef Conversion c
    cdef int offset = 32 - coefficients.luma_zero - (128 << 6)
    c.luma, c.red, c.green_u, c.green_v, c.blue = coefficients[:5]
    c.red_offset = offset - coefficients.red_zero
    c.green_offset = offset + coefficients.green_u_zero + coefficients.green_v_zero
    c.blue_offset = offset - coefficients.blue_zero
    return c


cdef inline int samples_of(Py_ssize_t size, int step) noexcept nogil:
    return (<int>size - 1) // step + 1


cdef inline int blocks_of(int samples) noexcept nogil:
    return (samples - 1) // BLOCK + 1


cdef inline void take_samples(
    uint8_t *block, const uint8_t *row, int first, int step, int n
) noexcept nogil:
    """Copy n samples of a row, step apart, beginning with sample number first."""
    cdef int i
    if step == 1:
        memcpy(block, row + first, n)
        return
    for i in range(n):
        block[i] = row[(first + i) * step]


cdef inline void take_chroma(
    uint8_t *block, const uint8_t *row, int first, int step, int n
) noexcept nogil:
    """Copy the chroma sample nearest to each of n luma samples; first is even."""
    cdef int i
    if step == 1:
        row += first // 2
        for i in range(n // 2):
            block[2 * i] = row[i]
            block[2 * i + 1] = row[i]
        if n % 2:
            block[n - 1] = row[n // 2]
        return
    for i in range(n):
        block[i] = row[(first + i) * step // 2]


cdef inline dispatched convert_block(Block *block, int n, const Conversion *c) noexcept nogil:
    """Fill red, green and blue from y, u and v, in 16 bits and about half of white."""
    cdef int i
    cdef uint16_t y, u, v
    cdef int16_t grey, red, green, blue
    for i in range(n):
        y = block.y[i] << 8
        u = block.u[i] << 8
        v = block.v[i] << 8
        grey = (<uint32_t>c.luma * y) >> 16
        red = <int16_t>(grey + ((<uint32_t>c.red * v) >> 16) + c.red_offset)
        green = <int16_t>(
            grey
            - ((<uint32_t>c.green_u * u) >> 16)
            - ((<uint32_t>c.green_v * v) >> 16)
            + c.green_offset
        )
        blue = <int16_t>(grey + ((<uint32_t>c.blue * u) >> 16) + c.blue_offset)
        block.red[i] = clipped(red >> 6)
        block.green[i] = clipped(green >> 6)
        block.blue[i] = clipped(blue >> 6)


cdef inline uint8_t clipped(int16_t level) noexcept nogil:
    """Clip a level counted from half of white."""
    return min(max(level, <int16_t>-128), <int16_t>127) + 128
