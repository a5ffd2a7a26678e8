# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""Distances of two histograms on 0..1; `reference` says what they are."""

from libc.math cimport fabs, sqrt

from cinetag_plugin._fast import doors

cdef struct Sums:
    double a
    double b
    double lowest


def half_l1(a, b):
    """Return half the L1 distance of two normalised histograms, as `reference.half_l1`."""
    cdef const double[::1] first, second
    first, second = doors.as_pair(a, b)
    cdef Sums of = sums(first, second)
    doors.check_counts(of.lowest, of.a + of.b)
    if of.a == 0 or of.b == 0:
        return distance_of_empty(of)
    cdef double distance = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(first.shape[0]):
            distance += fabs(first[i] / of.a - second[i] / of.b)
    return min(0.5 * distance, 1.0)


def bhattacharyya(a, b):
    """Return OpenCV's Bhattacharyya distance, as `reference.bhattacharyya`."""
    cdef const double[::1] first, second
    first, second = doors.as_pair(a, b)
    cdef Sums of = sums(first, second)
    doors.check_counts(of.lowest, of.a + of.b)
    if of.a == 0 or of.b == 0:
        return distance_of_empty(of)
    cdef double coefficient = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(first.shape[0]):
            coefficient += sqrt(first[i] / of.a * (second[i] / of.b))
    return sqrt(min(max(1.0 - coefficient, 0.0), 1.0))


def correlation_distance(a, b):
    """Return 1 minus Pearson's correlation, as `reference.correlation_distance`."""
    cdef const double[::1] first, second
    first, second = doors.as_pair(a, b)
    cdef Sums of = sums(first, second)
    doors.check_counts(of.lowest, of.a + of.b)
    if of.a == 0 or of.b == 0:
        return distance_of_empty(of)
    cdef double distance
    with nogil:
        distance = one_minus_correlation(first, second, of)
    return distance


cdef double one_minus_correlation(
    const double[::1] a, const double[::1] b, Sums of
) noexcept nogil:
    cdef double x, y, xx = 0, yy = 0, xy = 0
    cdef double mean_a = of.a / a.shape[0], mean_b = of.b / a.shape[0]
    cdef Py_ssize_t i
    for i in range(a.shape[0]):
        x = (a[i] - mean_a) / of.a
        y = (b[i] - mean_b) / of.b
        xx += x * x
        yy += y * y
        xy += x * y
    cdef bint a_flat = xx == 0 or is_flat(a), b_flat = yy == 0 or is_flat(b)
    if a_flat or b_flat:
        return 0.0 if a_flat and b_flat else 1.0
    return min(max(1.0 - xy / sqrt(xx * yy), 0.0), 1.0)


cdef Sums sums(const double[::1] a, const double[::1] b) noexcept nogil:
    cdef Sums of
    cdef Py_ssize_t i
    of.a = of.b = 0
    of.lowest = a[0]
    for i in range(a.shape[0]):
        of.a += a[i]
        of.b += b[i]
        of.lowest = min(of.lowest, min(a[i], b[i]))
    return of


cdef bint is_flat(const double[::1] counts) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, counts.shape[0]):
        if counts[i] != counts[0]:
            return False
    return True


cdef double distance_of_empty(Sums of) noexcept nogil:
    return 0.0 if of.a == of.b else 1.0
