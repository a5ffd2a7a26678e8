"""A round trip that is not exact is seen: what is moved, lost, joined or too much."""

import pytest

from round_trip_reading import Reading
from round_trips import compared

WANTED = [(0, 1), (0, 221), (125, 175), (300, 310)]


def counts(found, wanted=WANTED, joined=False):
    row = compared("film", "otio", Reading("own", "markers", wanted, found, joined))
    return row.moved, row.shift, row.lost, row.joined, row.extra


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        (WANTED, (0, 0, 0, 0, 0)),
        (list(reversed(WANTED)), (0, 0, 0, 0, 0)),
        ([(0, 1), (0, 221), (125, 176), (300, 310)], (1, 1, 0, 0, 0)),
        ([(1, 2), (1, 222), (126, 176), (301, 311)], (4, 1, 0, 0, 0)),
        (WANTED[1:], (0, 0, 1, 0, 0)),
        ([*WANTED, (125, 175)], (0, 0, 0, 0, 1)),
        ([], (0, 0, 4, 0, 0)),
    ],
)
def test_what_is_not_as_it_was_written_is_counted(found, seen):
    assert counts(found) == seen


def test_markers_of_one_frame_may_be_one_as_long_as_the_longest():
    assert counts([(0, 221), (125, 175), (300, 310)], joined=True) == (0, 0, 0, 1, 0)
    assert counts([(0, 1), (125, 175), (300, 310)], joined=True) == (1, 220, 0, 1, 0)


def test_points_have_no_ends_to_compare():
    points = [(start, None) for start, _ in WANTED]
    assert counts(points, points) == (0, 0, 0, 0, 0)
    assert counts([(0, None), (125, None), (299, None)], points, joined=True) == (1, 1, 0, 1, 0)
