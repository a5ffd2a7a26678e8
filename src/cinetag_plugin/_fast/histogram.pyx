# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""Histograms of hue, saturation, value and luma; `reference` says what they are.

A picture passes through in blocks: samples, planar R'G'B', planar HSV, counters. All of a block
lies in the processor's first cache, and every loop but the counting is SIMD.
"""

import numpy as np

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

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
from cinetag_plugin._fast.counting cimport LEVELS, SETS, Counters, clear, count_bytes, fold
from cinetag_plugin._fast.hsv cimport HUES, HsvBlock, divide_block, join_block, turn_block

from cinetag_plugin._fast import doors
from cinetag_plugin._fast.matrices import coefficients

cdef struct Marginals:
    Counters hue
    Counters saturation
    Counters value

cdef struct Joint:
    int hues
    int saturations
    int values
    uint32_t *counters

cdef struct Tally:
    # What one picture is counted with and into; joint.counters is NULL for marginal counts.
    Block pixels
    HsvBlock hsv
    Marginals marginals
    Joint joint


def hsv_histogram_yuv(y, u, v, *, matrix, full_range, bins=(180, 256, 256), step=1):
    """Count hue, saturation and value of a 4:2:0 picture, as `reference.hsv_histogram_yuv`."""
    doors.check_planes(y, u, v)
    doors.check_hsv_bins(bins)
    doors.check_step(step)
    cdef Tally tally
    begin(&tally)
    tally_yuv(&tally, y, u, v, conversion(coefficients(matrix, full_range)), step)
    return marginal_bins(&tally, bins)


def hsv_histogram_rgb(rgb, *, bins=(180, 256, 256), step=1):
    """Count hue, saturation and value of an R'G'B' picture, as `reference.hsv_histogram_rgb`."""
    doors.check_rgb(rgb)
    doors.check_hsv_bins(bins)
    doors.check_step(step)
    cdef Tally tally
    begin(&tally)
    tally_rgb(&tally, rgb, step)
    return marginal_bins(&tally, bins)


def hsv_joint_histogram_yuv(y, u, v, *, matrix, full_range, bins=(8, 8, 8), step=1):
    """Count HSV triples of a 4:2:0 picture, as `reference.hsv_joint_histogram_yuv`."""
    doors.check_planes(y, u, v)
    doors.check_joint_bins(bins)
    doors.check_step(step)
    cdef Tally tally
    cdef uint32_t[:, ::1] sets = joint_sets(bins)
    begin_joint(&tally, bins, sets)
    tally_yuv(&tally, y, u, v, conversion(coefficients(matrix, full_range)), step)
    return np.asarray(sets).sum(axis=0, dtype=np.int64)


def hsv_joint_histogram_rgb(rgb, *, bins=(8, 8, 8), step=1):
    """Count HSV triples of an R'G'B' picture, as `reference.hsv_joint_histogram_rgb`."""
    doors.check_rgb(rgb)
    doors.check_joint_bins(bins)
    doors.check_step(step)
    cdef Tally tally
    cdef uint32_t[:, ::1] sets = joint_sets(bins)
    begin_joint(&tally, bins, sets)
    tally_rgb(&tally, rgb, step)
    return np.asarray(sets).sum(axis=0, dtype=np.int64)


def luma_histogram(y, bins=256, step=1):
    """Count the levels of a luma plane in equal bins, as `reference.luma_histogram`."""
    doors.check_plane(y)
    doors.check_bins(bins)
    doors.check_step(step)
    cdef const uint8_t[:, :] plane = y
    cdef int64_t[::1] counts = np.zeros(bins, dtype=np.int64)
    cdef int every = min(step, max(y.shape))
    with nogil:
        count_luma(plane, every, counts)
    return np.asarray(counts)


cdef void count_luma(const uint8_t[:, :] plane, int step, int64_t[::1] counts) noexcept nogil:
    cdef Counters counters
    cdef uint8_t[BLOCK] samples
    cdef int i, block, row, first, n, columns = samples_of(plane.shape[1], step)
    clear(counters)
    for i in range(samples_of(plane.shape[0], step)):
        row = i * step
        if step == 1:
            count_bytes(&plane[row, 0], columns, counters)
            continue
        for block in range(blocks_of(columns)):
            first = block * BLOCK
            n = min(BLOCK, columns - first)
            take_samples(samples, &plane[row, 0], first, step, n)
            count_bytes(samples, n, counters)
    fold(counters, LEVELS, counts)


cdef void begin(Tally *tally) noexcept:
    clear(tally.marginals.hue)
    clear(tally.marginals.saturation)
    clear(tally.marginals.value)
    tally.joint.counters = NULL


cdef void begin_joint(Tally *tally, bins, uint32_t[:, ::1] sets):
    tally.joint.hues, tally.joint.saturations, tally.joint.values = bins
    tally.joint.counters = &sets[0, 0]


cdef object joint_sets(bins):
    return np.zeros((SETS, bins[0] * bins[1] * bins[2]), dtype=np.uint32)


cdef object marginal_bins(Tally *tally, bins):
    hue, saturation, value = (np.zeros(n, dtype=np.int64) for n in bins)
    fold(tally.marginals.hue, HUES, hue)
    fold(tally.marginals.saturation, LEVELS, saturation)
    fold(tally.marginals.value, LEVELS, value)
    return hue, saturation, value


cdef object tally_yuv(Tally *tally, y, u, v, Conversion how, step):
    cdef const uint8_t[:, :] luma = y
    cdef const uint8_t[:, :] cb = u
    cdef const uint8_t[:, :] cr = v
    cdef int every = min(step, max(y.shape))
    with nogil:
        tally_planes(tally, luma, cb, cr, &how, every)


cdef object tally_rgb(Tally *tally, rgb, step):
    cdef const uint8_t[:, :, :] pixels = rgb
    cdef int every = min(step, max(rgb.shape))
    with nogil:
        tally_pixels(tally, pixels, every)


cdef void tally_planes(
    Tally *tally,
    const uint8_t[:, :] y,
    const uint8_t[:, :] u,
    const uint8_t[:, :] v,
    const Conversion *how,
    int step,
) noexcept nogil:
    cdef int i, block, row, first, n, columns = samples_of(y.shape[1], step)
    for i in range(samples_of(y.shape[0], step)):
        row = i * step
        for block in range(blocks_of(columns)):
            first = block * BLOCK
            n = min(BLOCK, columns - first)
            take_samples(tally.pixels.y, &y[row, 0], first, step, n)
            take_chroma(tally.pixels.u, &u[row // 2, 0], first, step, n)
            take_chroma(tally.pixels.v, &v[row // 2, 0], first, step, n)
            convert_block(&tally.pixels, n, how)
            count_block(tally, n)


cdef void tally_pixels(Tally *tally, const uint8_t[:, :, :] rgb, int step) noexcept nogil:
    cdef int i, block, row, first, n, columns = samples_of(rgb.shape[1], step)
    for i in range(samples_of(rgb.shape[0], step)):
        row = i * step
        for block in range(blocks_of(columns)):
            first = block * BLOCK
            n = min(BLOCK, columns - first)
            take_pixels(&tally.pixels, &rgb[row, 0, 0], first, step, n)
            count_block(tally, n)


cdef inline void take_pixels(
    Block *block, const uint8_t *row, int first, int step, int n
) noexcept nogil:
    row += 3 * <Py_ssize_t>first * step
    if step == 1:
        take_neighbours(block, row, n)
        return
    cdef int i
    for i in range(n):
        block.red[i] = row[3 * i * step]
        block.green[i] = row[3 * i * step + 1]
        block.blue[i] = row[3 * i * step + 2]


cdef dispatched take_neighbours(Block *block, const uint8_t *row, int n) noexcept nogil:
    cdef int i
    for i in range(n):
        block.red[i] = row[3 * i]
        block.green[i] = row[3 * i + 1]
        block.blue[i] = row[3 * i + 2]


cdef void count_block(Tally *tally, int n) noexcept nogil:
    cdef HsvBlock *hsv = &tally.hsv
    turn_block(hsv, &tally.pixels, n)
    divide_block(hsv, n)
    if tally.joint.counters is NULL:
        count_bytes(hsv.hue, n, tally.marginals.hue)
        count_bytes(hsv.saturation, n, tally.marginals.saturation)
        count_bytes(hsv.value, n, tally.marginals.value)
    else:
        join_block(hsv, n, tally.joint.hues, tally.joint.saturations, tally.joint.values)
        count_joint(hsv, n, &tally.joint)


cdef void count_joint(const HsvBlock *hsv, int n, const Joint *joint) noexcept nogil:
    cdef int i
    cdef Py_ssize_t bins = joint.hues * joint.saturations * joint.values
    cdef uint32_t *first = joint.counters
    cdef uint32_t *second = first + bins
    cdef uint32_t *third = second + bins
    cdef uint32_t *fourth = third + bins
    cdef const uint16_t *bin = hsv.joint
    for i in range(n // SETS):
        first[bin[0]] += 1
        second[bin[1]] += 1
        third[bin[2]] += 1
        fourth[bin[3]] += 1
        bin += SETS
    for i in range(n % SETS):
        first[bin[i]] += 1
