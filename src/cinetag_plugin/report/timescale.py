"""Frames of a film as places along a picture's time axis."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, count

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.report.words import analysed_seconds, clock_time

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 9


class TimeScale:
    """Maps frames of the analysed part to x between ``left`` and ``right``, by their true times.

    Where a film's times do not advance, frames are spread evenly.
    """

    def __init__(self, analysis: Analysis, left: float, right: float) -> None:
        self.left, self.right = left, right
        self._clock = analysis.film.clock
        self._part = analysis.analysed
        self._origin = self._clock.seconds(self._part.start)
        self._length = analysed_seconds(analysis)

    def x(self, frame: int) -> float:
        """Return the place of a frame's beginning; frames outside the analysed part lie at its ends."""
        frame = min(max(frame, self._part.start), self._part.end)
        if self._length > 0:
            share = (self._clock.seconds(frame) - self._origin) / self._length
        else:
            share = Fraction(frame - self._part.start, self._part.end - self._part.start)
        return self.left + float(min(max(share, Fraction(0)), Fraction(1))) * (self.right - self.left)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield x and label of round times of the film, at most nine."""
        if self._length <= 0:
            return
        hours = (3600 * 2**power for power in count(1))
        step = next(step for step in chain(_STEPS, hours) if self._length / step <= _MOST_TICKS - 1)
        first = -(-self._origin // step)
        last = (self._origin + self._length) // step
        for multiple in range(first, last + 1):
            share = (multiple * step - self._origin) / self._length
            yield self.left + float(share) * (self.right - self.left), clock_time(Fraction(multiple * step))

    def stretches(self, spans: Iterable[tuple[int, int]], finest: float) -> Iterator[tuple[float, float]]:
        """Yield x and width of spans in rising order, joined where nearer than ``finest`` pixels."""
        begun: tuple[float, float] | None = None
        for start, end in sorted((self.x(start), self.x(end)) for start, end in spans):
            if begun and start < begun[1] + finest:
                begun = (begun[0], max(begun[1], end))
                continue
            if begun:
                yield begun[0], begun[1] - begun[0]
            begun = (start, max(end, start + finest))
        if begun:
            yield begun[0], begun[1] - begun[0]

    def density(self, frames: Iterable[int], breadth: float) -> Iterator[tuple[float, float]]:
        """Yield x of each column of ``breadth`` pixels that has frames, and its share of the fullest."""
        found = Counter(int((self.x(frame) - self.left) // breadth) for frame in frames)
        fullest = max(found.values(), default=1)
        for column, number in sorted(found.items()):
            yield self.left + column * breadth, number / fullest
