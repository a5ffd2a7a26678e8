# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Blocks of planar pixels on the stack, and the loops over them that compilers turn into SIMD.

One struct holds all temporaries: members of one struct cannot overlap, which a compiler must know
before it vectorises. Functions marked `dispatched` are compiled for two instruction sets.
"""

from libc.stdint cimport int16_t, int32_t, uint8_t
from libc.string cimport memcpy

cdef extern from "dispatch.h":
    ctypedef void dispatched "CINETAG_DISPATCHED void"

cdef enum:
    BLOCK = 1024
    FRACTION_BITS = 13

cdef struct Conversion:
    int16_t black
    int16_t luma
    int16_t red
    int16_t green_u
    int16_t green_v
    int16_t blue

cdef struct Block:
    uint8_t y[BLOCK]
    uint8_t u[BLOCK]
    uint8_t v[BLOCK]
    uint8_t red[BLOCK]
    uint8_t green[BLOCK]
    uint8_t blue[BLOCK]


cdef inline Conversion conversion(coefficients):
    """Take `matrices.Coefficients` into a C struct; bits and order are theirs."""
    cdef Conversion c
    c.black, c.luma, c.red, c.green_u, c.green_v, c.blue = coefficients
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
    """Fill red, green and blue from y, u and v; 16-bit factors keep the products cheap."""
    cdef int i
    cdef int16_t y, u, v, red, green, blue
    cdef int32_t grey
    for i in range(n):
        y = block.y[i] - c.black
        u = block.u[i] - 128
        v = block.v[i] - 128
        grey = <int32_t>c.luma * y + (1 << (FRACTION_BITS - 1))
        red = (grey + <int32_t>c.red * v) >> FRACTION_BITS
        green = (grey - <int32_t>c.green_u * u - <int32_t>c.green_v * v) >> FRACTION_BITS
        blue = (grey + <int32_t>c.blue * u) >> FRACTION_BITS
        block.red[i] = min(max(red, 0), 255)
        block.green[i] = min(max(green, 0), 255)
        block.blue[i] = min(max(blue, 0), 255)
