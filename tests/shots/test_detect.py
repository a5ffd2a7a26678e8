"""Shots abut, cover the range, and begin where the boundaries say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.shots.detect import shots_from


@given(st.integers(0, 100), st.lists(st.integers(1, 50), max_size=20), st.integers(1, 50))
def test_shots_abut_and_cover_the_range(start, gaps, last):
    frames = [start + sum(gaps[: i + 1]) for i in range(len(gaps))]
    end = (frames or [start])[-1] + last
    shots = shots_from([Boundary("cut", frame, frame) for frame in frames], start, end)
    assert [shot.start for shot in shots] == [start, *frames]
    assert [shot.end for shot in shots] == [*frames, end]
    assert [shot.index for shot in shots] == list(range(len(shots)))
    assert [shot.transition_in.kind for shot in shots] == ["start"] + ["cut"] * len(frames)


def test_a_gradual_transition_cuts_in_its_middle():
    _, shot = shots_from([Boundary("dissolve", 10, 21)], 0, 40)
    assert shot.start == 15
    assert (shot.transition_in.start, shot.transition_in.end) == (10, 21)


@pytest.mark.parametrize("frames", [[0], [10], [12], [5, 5], [6, 5], [-1]])
def test_boundaries_outside_or_out_of_order_are_refused(frames):
    with pytest.raises(ValueError, match="boundary"):
        shots_from([Boundary("cut", frame, frame) for frame in frames], 0, 10)


def test_no_frames_make_no_shots():
    with pytest.raises(ValueError, match="no frames"):
        shots_from([], 3, 3)
