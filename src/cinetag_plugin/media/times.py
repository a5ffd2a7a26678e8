"""Presentation times that rise: what is done where a file's own do not."""

from fractions import Fraction


class RisingTimes:
    """Turns the times as decoded into times that rise strictly, changing as little as it can.

    A clock that jumps back (joined recordings) goes on from where it was; a frame without a time
    gets the next place at the film's rate.

    Args:
        step: ticks from one frame to the next at the film's rate, at least 1 when rounded.
    """

    def __init__(self, step: Fraction) -> None:
        self._step = max(1, round(step))
        self._shift = 0
        self._last: int | None = None
        self.repaired = 0
        self.missing = 0

    def place(self, pts: int | None) -> int:
        """Return the time of the next frame, whose own is ``pts``."""
        following = 0 if self._last is None else self._last + self._step
        if pts is None:
            self.missing += 1
            pts = following - self._shift
        pts += self._shift
        if self._last is not None and pts <= self._last:
            self.repaired += 1
            self._shift += following - pts
            pts = following
        self._last = pts
        return pts


class CountedTimes:
    """The times of pictures without a clock: frame ``i`` at tick ``i``."""

    def __init__(self) -> None:
        self._next = 0
        self.repaired = 0
        self.missing = 0

    def place(self, pts: int | None) -> int:
        """Return the next number, whatever FFmpeg makes up as ``pts``."""
        del pts
        self._next += 1
        return self._next - 1
