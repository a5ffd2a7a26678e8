"""The key frame of every shot is its middle, though nobody knows where a shot ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.shots.key_frames import EXACT_LENGTH, KeptFrames, entropy_of

_PLANE = np.zeros((2, 2), np.uint8)
_CHROMA = np.zeros((1, 1), np.uint8)


def _frame(index: int) -> Frame:
    return Frame(index=index, pts=index * 10, y=_PLANE, u=_CHROMA, v=_CHROMA)


def _watched(starts: list[int], first: int, end: int, context: int) -> tuple[list[tuple[int, int, int]], int]:
    """Run a film through; return (start, end, key frame) of each shot, and the most frames held."""
    kept, waiting, shots, most = KeptFrames(context), list(starts), [], 0
    begin = first
    for index in range(first, end):
        kept.keep(_frame(index))
        most = max(most, len(kept._settled) + len(kept._recent))
        while waiting and waiting[0] + context <= index:
            shots.append((begin, waiting[0], kept.middle(begin, waiting[0]).index))
            begin = waiting.pop(0)
    for boundary in [*waiting, end]:
        shots.append((begin, boundary, kept.middle(begin, boundary).index))
        begin = boundary
    return shots, most


@settings(deadline=None)
@given(st.data(), st.integers(0, 12), st.integers(0, 50))
def test_shots_of_512_frames_or_less_have_their_exact_middle(data, context, first):
    lengths = data.draw(st.lists(st.integers(1, 60), min_size=1, max_size=20))
    lengths.append(data.draw(st.sampled_from([1, 2, 511, EXACT_LENGTH])))
    starts = (first + np.cumsum(lengths)).tolist()
    shots, _ = _watched(starts[:-1], first, starts[-1], context)
    assert [key for _, _, key in shots] == [(start + end) // 2 for start, end, _ in shots]


@pytest.mark.parametrize("length", [513, 700, 1024, 1025, 5000, 20_000])
@pytest.mark.parametrize("context", [0, 8])
def test_a_long_shot_has_the_nearest_of_256_candidates_and_memory_stays_bounded(length, context):
    shots, most = _watched([30, 30 + length], 0, 60 + length, context)
    start, end, key = shots[1]
    assert start <= key < end
    assert abs(key - (start + end) // 2) <= length / 256 / 2
    assert most <= EXACT_LENGTH // 2 + context + 2


def test_kept_planes_outlive_the_buffers_they_came_from():
    kept = KeptFrames(0)
    plane = np.full((2, 2), 7, np.uint8)
    kept.keep(Frame(index=0, pts=0, y=plane, u=_CHROMA, v=_CHROMA))
    plane[:] = 0
    assert (kept.middle(0, 1).y == 7).all()


def test_a_late_detector_gets_the_nearest_frame_there_is():
    kept = KeptFrames(1)
    for index in range(100):
        kept.keep(_frame(index))
    assert 0 <= kept.middle(0, 4).index < 100


def test_entropy_is_the_sum_of_three_planes_in_bits():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    half = np.repeat(np.array([0, 255], np.uint8), 32).reshape(8, 8)
    flat = np.zeros((8, 8), np.uint8)
    assert entropy_of(Frame(index=0, pts=0, y=levels, u=half, v=flat)) == pytest.approx(8 + 1 + 0)
