"""The paper's detector: one frame a second, half L1 of joint HSV histograms, above 0.5."""

from fractions import Fraction

import numpy as np
import pytest

from cinetag_plugin.document.contracts import Frame, StreamFacts
from cinetag_plugin.shots.paper import PaperDetector

STREAM = StreamFacts(rate=Fraction(10), time_base=Fraction(1, 10))


def _frame(index: int, luma: np.ndarray, pts: int | None = None) -> Frame:
    chroma = np.full((8, 8), 128, np.uint8)
    return Frame(index=index, pts=index if pts is None else pts, y=luma, u=chroma, v=chroma)


def _flat(level: int) -> np.ndarray:
    return np.full((16, 16), level, np.uint8)


def _found(frames, threshold=None, stream=STREAM) -> list[int]:
    detector = PaperDetector(stream, threshold)
    return [b.frame for frame in frames for b in detector.feed(frame)] + [b.frame for b in detector.finish()]


def test_a_change_is_found_at_the_next_whole_second():
    frames = [_frame(i, _flat(40 if i < 13 else 200)) for i in range(40)]
    assert _found(frames) == [20]


def test_a_change_and_back_within_a_second_is_not_seen():
    frames = [_frame(i, _flat(200 if 11 <= i < 19 else 40)) for i in range(40)]
    assert _found(frames) == []


@pytest.mark.parametrize(("share", "found"), [(7, []), (8, []), (9, [10])])
def test_more_than_half_of_the_pixels_must_change(share, found):
    changed = _flat(40)
    changed[:share] = 200
    assert _found([_frame(0, _flat(40)), _frame(10, changed)]) == found


def test_a_higher_threshold_is_more_lenient():
    changed = _flat(40)
    changed[:12] = 200
    frames = [_frame(0, _flat(40)), _frame(10, changed)]
    assert _found(frames, 0.7) == [10]
    assert _found(frames, 0.8) == []


def test_the_grid_is_that_of_the_streams_clock():
    """A run that begins in mid-film samples the same frames."""
    frames = [_frame(i, _flat(40 if i < 25 else 200), pts=i + 3) for i in range(60)]
    assert _found(frames) == [27]
    assert _found(frames[15:]) == [27]


def test_uneven_times_are_sampled_by_time_not_by_count():
    times = [0, 1, 2, 25, 26, 40]
    levels = [40, 40, 200, 200, 40, 40]
    frames = [_frame(i, _flat(level), pts=t) for i, (t, level) in enumerate(zip(times, levels, strict=True))]
    assert _found(frames) == [3, 5]
