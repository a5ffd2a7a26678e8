# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Planar R'G'B' to planar HSV in OpenCV's 8-bit convention, bit for bit, without its tables."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t

from cinetag_plugin._fast.blocks cimport BLOCK, Block, dispatched

cdef enum:
    HUES = 180
    HSV_SHIFT = 12

cdef struct HsvBlock:
    uint8_t hue[BLOCK]
    uint8_t saturation[BLOCK]
    uint8_t value[BLOCK]
    uint8_t spread[BLOCK]
    int16_t turn[BLOCK]
    uint16_t joint[BLOCK]


cdef inline dispatched turn_block(HsvBlock *hsv, const Block *pixels, int n) noexcept nogil:
    """Find value, spread and the hue's numerator: its distance from red in sixths of a turn."""
    cdef int i
    cdef uint8_t high, low
    cdef int16_t red, green, blue, value, spread, from_green, from_blue
    for i in range(n):
        high = max(max(pixels.red[i], pixels.green[i]), pixels.blue[i])
        low = min(min(pixels.red[i], pixels.green[i]), pixels.blue[i])
        hsv.value[i] = high
        hsv.spread[i] = high - low
    for i in range(n):
        red, green, blue = pixels.red[i], pixels.green[i], pixels.blue[i]
        value, spread = hsv.value[i], hsv.spread[i]
        from_green = blue - red + 2 * spread
        from_blue = red - green + 4 * spread
        from_green = from_green if value == green else from_blue
        hsv.turn[i] = green - blue if value == red else from_green


cdef inline dispatched divide_block(HsvBlock *hsv, int n) noexcept nogil:
    """Finish saturation and hue with the entries of OpenCV's two division tables, exactly.

    One float32 division serves both: after three roundings an entry 2**12 * 255 / value is off by
    0.19 / value at most, and no such quotient is nearer to a half than 0.5 / value. Products with
    an entry are integers below 2**24. A spread of 0 makes saturation and hue 0 whatever the entry.
    A hue below 0 gains a whole turn before the last shift.
    """
    cdef int i
    cdef int32_t hue, product
    cdef float value, spread, both, entry
    cdef float half = 0.5, rounding = 1 << (HSV_SHIFT - 1)
    cdef float of_value = 255 << HSV_SHIFT, of_spread = 30 << HSV_SHIFT
    for i in range(n):
        value, spread = hsv.value[i], hsv.spread[i]
        product = hsv.value[i] * hsv.spread[i]
        both = <float>1 / <float>(product + (product == 0))
        entry = <int32_t>(of_value * spread * both + half)
        hsv.saturation[i] = <int32_t>(entry * spread + rounding) >> HSV_SHIFT
        entry = <int32_t>(of_spread * value * both + half)
        hue = <int32_t>(entry * hsv.turn[i] + rounding)
        hue += (hue >> 31) & (HUES << HSV_SHIFT)
        hsv.hue[i] = hue >> HSV_SHIFT


cdef inline dispatched join_block(
    HsvBlock *hsv, int n, uint16_t hues, uint16_t saturations, uint16_t values
) noexcept nogil:
    """Number the joint bin of each pixel; 46604 / 2**23 divides by 180 exactly up to 2**15."""
    cdef int i
    cdef uint16_t hue, saturation, value
    for i in range(n):
        hue = hsv.hue[i] * hues
        hue = (<uint32_t>hue * <uint32_t>46604) >> 23
        saturation = <uint16_t>(hsv.saturation[i] * saturations) >> 8
        value = <uint16_t>(hsv.value[i] * values) >> 8
        hsv.joint[i] = <uint16_t>(hue * saturations + saturation) * values + value
