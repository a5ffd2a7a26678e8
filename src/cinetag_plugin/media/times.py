"""Presentation times that rise, and how they are remembered."""

from collections.abc import Sequence
from fractions import Fraction

from cinetag_plugin.document.time import TimingRun


class RisingTimes:
    """Turns the times as decoded into times that rise strictly, changing as little as it can.

    A clock that jumps back (joined recordings) goes on from where it was; a frame without a time
    gets the next place at the film's rate.

    Args:
        step: ticks from one frame to the next at the film's rate.
    """

    def __init__(self, step: Fraction) -> None:
        self._step = max(1, round(step))
        self._shift = 0
        self._last: int | None = None
        self.repaired = 0
        self.missing = 0

    def go_on_from(self, last: int) -> None:
        """Take ``last`` for the time of the frame before the next."""
        self._last = last

    def place(self, pts: int | None) -> int:
        """Return the time of the next frame, whose own is ``pts``."""
        following = 0 if self._last is None else self._last + self._step
        if pts is None:
            self.missing += 1
            place = following
        else:
            place = pts + self._shift
        if self._last is not None and place <= self._last:
            self.repaired += 1
            self._shift += following - place
            place = following
        self._last = place
        return place


class CountedTimes:
    """The times of pictures without a clock: frame ``i`` at tick ``i``, whatever FFmpeg makes up."""

    def __init__(self) -> None:
        self._next = 0
        self.repaired = 0
        self.missing = 0

    def place(self, _made_up: int | None) -> int:
        """Return the next number."""
        self._next += 1
        return self._next - 1


class Runs:
    """Folds times into runs of equal steps as they come (see ``document.time.run_lengths``).

    Args:
        step: ticks of the step that is taken for granted while only one frame is known.
    """

    def __init__(self, step: Fraction) -> None:
        self._runs: list[TimingRun] = []
        self._last = 0
        self.frames = 0
        self.last_step = max(1, round(step))

    def go_on_from(self, runs: Sequence[TimingRun], frames: int) -> None:
        """Take the first ``frames`` frames (two or more) of ``runs`` for noted."""
        self._runs = [run for run in runs if run.frame < frames - 1]
        last = self._runs[-1]
        self._last = last.pts + (frames - 1 - last.frame) * last.step
        self.frames, self.last_step = frames, last.step

    def add(self, pts: int) -> None:
        """Note the time of the next frame, later than the one before."""
        if self.frames:
            self.last_step = pts - self._last
            if not self._runs or self.last_step != self._runs[-1].step:
                self._runs.append(TimingRun(self.frames - 1, self._last, self.last_step))
        self._last = pts
        self.frames += 1

    def so_far(self) -> list[TimingRun]:
        """Return the runs of all frames noted."""
        if self._runs or not self.frames:
            return list(self._runs)
        return [TimingRun(0, self._last, self.last_step)]
