"""Candidates of a whole shot: all of a short one, the best of each few neighbours in a long one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.shots.candidates import MOST_CANDIDATES, CandidateFrames

PLANE = np.zeros((2, 2), np.uint8)
CHROMA = np.zeros((1, 1), np.uint8)


def frame(index):
    return Frame(index=index, pts=index * 10, y=PLANE, u=CHROMA, v=CHROMA)


def everything(candidates, shot):
    return [candidate.frame for candidate in candidates]


def kept(length, context=5, rank=lambda frame: 0.0, choice=everything, first=0):
    frames = CandidateFrames(context, rank, choice)
    most = 0
    for index in range(first, first + length):
        frames.keep(frame(index))
        most = max(most, len(list(frames._all())))
    return frames, most


@settings(deadline=None)
@given(st.integers(1, MOST_CANDIDATES), st.integers(0, 20), st.integers(0, 40))
def test_every_frame_of_a_short_shot_is_a_candidate(length, context, first):
    frames, _ = kept(length + context, context, first=first)
    found = frames.close(first, first + length, range(first, first + length))
    assert [f.index for f in found] == list(range(first, first + length))


@pytest.mark.parametrize("length", [257, 1000, 5000])
def test_memory_of_a_long_shot_is_bounded_and_its_best_frame_is_kept(length):
    sharpest = length * 2 // 3
    frames, most = kept(length, rank=lambda frame: float(frame.index == sharpest))
    assert most <= MOST_CANDIDATES + 6
    found = [f.index for f in frames.close(0, length, range(length))]
    assert sharpest in found
    assert len(found) >= MOST_CANDIDATES // 2
    assert max(np.diff(found)) <= 4 * length / MOST_CANDIDATES


def test_shots_follow_each_other():
    frames, _ = kept(60, context=10)
    assert [f.index for f in frames.close(0, 52, range(52))] == list(range(52))
    assert [f.index for f in frames.close(52, 60, range(52, 60))] == list(range(52, 60))


def test_frames_inside_a_transition_are_chosen_only_where_there_are_no_others():
    frames, _ = kept(30, context=30)
    assert [f.index for f in frames.close(0, 10, range(3, 7))] == [3, 4, 5, 6]
    assert [f.index for f in frames.close(10, 20, range(40, 50))] == list(range(10, 20))


def test_planes_outlive_the_buffers_they_came_from():
    frames = CandidateFrames(0, lambda frame: 0.0, everything)
    plane = np.full((2, 2), 7, np.uint8)
    frames.keep(Frame(index=0, pts=0, y=plane, u=CHROMA, v=CHROMA))
    plane[:] = 0
    assert (frames.near(0).y == 7).all()


def test_a_late_detector_gets_a_frame_there_is():
    frames, _ = kept(1000, context=1)
    assert frames.close(0, 4, range(4))
    assert frames.near(2).index < 1000
