"""The frame that stands for a shot, kept while nobody knows yet where the shot ends.

The middle of a shot that began at ``s`` and will end at ``e`` or later is ``(s + e) // 2`` or later,
so everything before can go: half a shot is kept at most. In shots longer than :data:`EXACT_LENGTH`
only every second, fourth, ... frame is kept, so that memory stays bounded however long the shot.
"""

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame, Planes

EXACT_LENGTH = 512
"""Frames up to which a shot's key frame is exactly its middle; beyond, the nearest of 256 or more."""


class Keeper(Protocol):
    """Keeps frames of the running shot until its key frames can be chosen."""

    def keep(self, frame: Frame) -> Frame:
        """Take the next frame of the film, in order; return the copy that is kept of it."""

    def near(self, index: int) -> Frame:
        """Return the frame kept that is nearest to a frame of the running shot."""

    def close(self, start: int, end: int, clear: range) -> Sequence[Frame]:
        """Return the key frames of ``[start, end)``, rising, and begin the next shot at ``end``.

        ``clear`` are the frames outside gradual transitions.
        """


class KeptFrames:
    """Candidates for the middle frame of the running shot.

    Args:
        context: how many frames after a boundary it may become known.
    """

    def __init__(self, context: int) -> None:
        self._context = context
        self._start: int | None = None
        self._stride = 1
        self._settled: deque[Frame] = deque()
        # a boundary may still fall among these, so all of them are kept
        self._recent: deque[Frame] = deque()

    def keep(self, frame: Frame) -> Frame:
        """Take the next frame of the film, in order; return the copy that is kept of it."""
        if self._start is None:
            self._start = frame.index
        kept = copied(frame)
        self._recent.append(kept)
        certain_end = frame.index - self._context
        self._widen(certain_end - self._start)
        while self._recent[0].index < certain_end:
            self._settle(self._recent.popleft())
        earliest_middle = (self._start + certain_end) // 2
        while len(self._settled) > 1 and self._settled[1].index <= earliest_middle:
            self._settled.popleft()
        return kept

    def near(self, index: int) -> Frame:
        """Return the frame kept that is nearest to a frame of the running shot."""
        return min((*self._settled, *self._recent), key=lambda frame: abs(frame.index - index))

    def close(self, start: int, end: int, clear: range) -> Sequence[Frame]:
        """Return the middle of ``[start, end)``, in a transition or not, and begin the next shot."""
        return [self.middle(start, end)]

    def _widen(self, certain_length: int) -> None:
        if certain_length > EXACT_LENGTH * self._stride:
            self._stride *= 2
            kept, self._settled = self._settled, deque()
            for frame in kept:
                self._settle(frame)

    def _settle(self, frame: Frame) -> None:
        if self._start is not None and (frame.index - self._start) % self._stride == 0:
            self._settled.append(frame)

    def middle(self, start: int, end: int) -> Frame:
        """Return the key frame of ``[start, end)`` and begin the next shot at ``end``.

        ``start`` is where the shot before ended, or the first frame kept.
        """
        wanted = (start + end) // 2
        candidates = [*self._settled, *self._recent]
        inside = [frame for frame in candidates if start <= frame.index < end]
        # a detector that is later than its context has lost the candidates: the nearest must do
        chosen = min(inside or candidates, key=lambda frame: abs(frame.index - wanted))
        self._settled.clear()
        while self._recent and self._recent[0].index < end:
            self._recent.popleft()
        self._start, self._stride = end, 1
        return chosen


def copied(frame: Frame) -> Frame:
    """Return a frame whose planes are its own."""
    sample = frame.sample and Planes(*(plane.copy() for plane in frame.sample))
    y, u, v = frame.y.copy(), frame.u.copy(), frame.v.copy()
    return Frame(frame.index, frame.pts, y, u, v, frame.matrix, frame.full_range, sample)


def entropy_of(frame: Frame) -> float:
    """Return the cumulative entropy of a frame in bits, 0 to 24.

    The Shannon entropies of the luminance and the two chrominance planes, 256 levels each, summed
    (equation 4 of Khan et al., AVSS 2017, in its literal reading). Measured on the sample, whose
    picked pixels have the distribution of the whole picture, where averaged ones have not: at most
    0.15 bits from the full frame's (0.02 on average, see decision 5 on samples).
    """
    return sum(_fast.channel_entropies_yuv(*frame.sampled))
