"""The detector ``rule``: every frame is looked at, a hard cut stands on the new shot's first frame.

A cut is a frame that differs from the one before much more than its neighbours do from theirs.
With d(f) the difference of frames f - 1 and f (:func:`.measures.difference`) its clearness is ::

    d(f) / (largest d among the r frames before and the r after + CALM)

The largest rather than the mean, because of duplicated frames (animation on twos, silent film);
``CALM`` is the motion that any shot may have. A cut is clear among four frames each side, very
clear among two (fast cutting), or one of two that bound a shot of one or two frames. Short black
between two shots is passed over; flashes, changes of light, and changes of a part of the picture, are none
(:mod:`.rules`). ``benchmarks/cuts.py`` measures what it finds, with ``THRESHOLD`` and ``CALM``
chosen on other films. The form of the rule and its other constants were settled on those same films
(66 cuts), so expect a little less on new ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cinetag_plugin.document.contracts import Boundary, DetectorSpec, Frame, StreamFacts
from cinetag_plugin.shots.measures import FrameMeasures, difference, measure
from cinetag_plugin.shots.rules import (
    GAP_SIGHT,
    LONGEST_FLASH,
    black_gap,
    is_black,
    is_flash,
    is_partial,
    is_relit,
)

THRESHOLD = 0.8
"""Clearness of a cut among four pictures each side; higher finds fewer cuts."""

CALM = 0.5
"""Difference of successive pictures that motion alone may bring."""

SURE = 1.4
"""How many times the threshold a cut must reach that has only two pictures each side."""

PAIR = 1.8
"""How many times the threshold two cuts must reach that part one or two pictures."""

REACH = 4
"""Pictures on each side that a cut is compared with."""

CONTEXT = REACH + GAP_SIGHT
"""Frames after a cut that must have been seen; the light of a flash may last most of them."""

_NEAR = 2
_REMEMBERED = LONGEST_FLASH + GAP_SIGHT + CONTEXT


class _Picture(NamedTuple):
    """A frame that is not passed over, and how far it lies from the picture before."""

    measures: FrameMeasures
    difference: float


class CutRule:
    """Finds hard cuts on their exact frame, :data:`CONTEXT` frames later.

    Args:
        threshold: see :data:`THRESHOLD`.
        calm: see :data:`CALM`.
    """

    def __init__(self, threshold: float = THRESHOLD, calm: float = CALM) -> None:
        self._threshold = threshold
        self._calm = calm
        self._frames: dict[int, FrameMeasures] = {}
        self._newest = -1
        self._unsettled = 0
        self._pictures: list[_Picture] = []
        self._undecided = 0

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Take the next frame; return the cut that has become certain, if any."""
        return self.take(measure(frame))

    def take(self, measures: FrameMeasures) -> list[Boundary]:
        """Take the next frame as its measures; as :meth:`feed`."""
        if not self._frames:
            self._unsettled = measures.index
        self._newest = measures.index
        self._frames[measures.index] = measures
        self._frames.pop(measures.index - _REMEMBERED, None)
        self._settle(at_end=False)
        return list(self._decide(self._newest - CONTEXT))

    def finish(self) -> list[Boundary]:
        """Return the cuts among the last frames."""
        self._settle(at_end=True)
        return list(self._decide(self._newest))

    def _settle(self, *, at_end: bool) -> None:
        """Sort frames into pictures and short black, as far as the frames seen tell."""
        while self._unsettled <= self._newest:
            index = self._unsettled
            gap = 0
            # in long black no gap begins, and none before the first picture
            if is_black(self._frames[index]) and self._pictures and not is_black(self._pictures[-1].measures):
                if index + GAP_SIGHT > self._newest and not at_end:
                    return
                sight = range(index, min(index + GAP_SIGHT, self._newest) + 1)
                gap = black_gap([self._frames[i] for i in sight])
            if not gap:
                self._add_picture(self._frames[index])
            self._unsettled += gap or 1

    def _add_picture(self, measures: FrameMeasures) -> None:
        before = self._pictures[-1].measures if self._pictures else measures
        self._pictures.append(_Picture(measures, difference(before, measures)))

    def _decide(self, last: int) -> Iterator[Boundary]:
        """Yield the cuts among the undecided pictures up to frame ``last``."""
        while self._undecided < len(self._pictures):
            index = self._pictures[self._undecided].measures.index
            if index > last:
                return
            if self._is_cut(self._undecided):
                yield Boundary("cut", index, index)
            self._undecided += 1
            if self._undecided > REACH + _NEAR:
                del self._pictures[0]
                self._undecided -= 1

    def _is_cut(self, place: int) -> bool:
        if self._pictures[place].difference < self._threshold * self._calm:
            return False  # not clear even where all around stands still: most frames
        among_four = self._clearness([place], REACH) >= self._threshold
        among_two = self._clearness([place], _NEAR) >= SURE * self._threshold
        if not (among_four or among_two or self._is_one_of_two(place)):
            return False
        before, after = (self._pictures[i].measures for i in (place - 1, place))
        return not (is_relit(before, after) or is_partial(before, after) or self._flashes(place))

    def _is_one_of_two(self, place: int) -> bool:
        """Tell whether a shot of one or two pictures begins or ends here."""
        others = [place + distance for distance in (-_NEAR, -1, 1, _NEAR)]
        return any(
            self._clearness(sorted([place, other]), _NEAR) >= PAIR * self._threshold
            for other in others
            if 0 < other < len(self._pictures)
        )

    def _clearness(self, cuts: Sequence[int], reach: int) -> float:
        """Return how far a cut, or two with what they part, stand out from what lies around."""
        first, last = cuts[0], cuts[-1]
        around = range(max(0, first - reach), min(len(self._pictures), last + reach + 1))
        most = max((self._pictures[i].difference for i in around if i not in cuts), default=0.0)
        least = min(self._pictures[i].difference for i in cuts)
        if first != last:  # what the two part must lie between unlike pictures
            least = min(least, difference(self._pictures[first - 1].measures, self._pictures[last].measures))
        return least / (most + self._calm)

    def _flashes(self, place: int) -> bool:
        last, first = (self._pictures[i].measures.index for i in (place - 1, place))
        before = range(last - LONGEST_FLASH, last + 1)
        after = range(first, first + LONGEST_FLASH + 1)
        known = self._frames
        return is_flash([known[i] for i in before if i in known], [known[i] for i in after if i in known])


def _make(facts: StreamFacts, threshold: float | None) -> CutRule:
    return CutRule(THRESHOLD if threshold is None else threshold)


SPEC = DetectorSpec(
    name="rule",
    version="2",
    make=_make,
    context=CONTEXT,
    settings={"threshold": THRESHOLD, "calm": CALM, "sure": SURE, "pair": PAIR},
    samples=True,
    summary="every frame, a hand-made rule: hard cuts only, on their exact frame",
)
