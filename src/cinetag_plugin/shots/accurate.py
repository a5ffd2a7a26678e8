"""The detector ``accurate``: every frame is looked at, a cut stands on the new shot's first frame.

A cut is a frame that differs from the one before much more than its neighbours do from theirs.
With d(f) the difference of frames f - 1 and f (:func:`.measures.difference`) its clearness is ::

    d(f) / (largest d among the r frames before and the r after + CALM)

The largest rather than the mean, because of duplicated frames (animation on twos, silent film);
``CALM`` is the motion that any shot may have. A cut is clear among four frames each side, very
clear among two (fast cutting), or one of two that bound a shot of one or two frames. Short black
between two shots is passed over, flashes are none (:mod:`.rules`). ``benchmarks/cuts.py`` chooses
the values and measures what they find.
"""

from collections.abc import Iterable, Iterator

from cinetag_plugin.document.contracts import Boundary, DetectorSpec, Frame, StreamFacts
from cinetag_plugin.shots.measures import FrameMeasures, difference, measure
from cinetag_plugin.shots.rules import GAP_SIGHT, LONGEST_FLASH, black_gap, is_black, is_flash

THRESHOLD = 0.88
"""Clearness of a cut among four frames each side; higher finds fewer cuts."""

CALM = 0.4
"""Difference of successive frames that motion alone may bring."""

SURE = 1.4
"""How many times the threshold a cut must reach that has only two frames each side."""

PAIR = 1.8
"""How many times the threshold two cuts must reach that are one or two frames apart."""

REACH = 4
"""Frames on each side that a cut is compared with."""

_NEAR = 2

CONTEXT = REACH + GAP_SIGHT
"""Frames after a cut that must have been seen; the light of a flash may last ``LONGEST_FLASH`` of them."""

_REMEMBERED = LONGEST_FLASH + CONTEXT + GAP_SIGHT


class AccurateDetector:
    """Finds hard cuts on their exact frame, :data:`CONTEXT` frames later.

    Args:
        threshold: see :data:`THRESHOLD`.
        calm: see :data:`CALM`.
    """

    def __init__(self, threshold: float = THRESHOLD, calm: float = CALM) -> None:
        self._threshold = threshold
        self._calm = calm
        self._frames: dict[int, FrameMeasures] = {}
        # difference to the picture before, 0 for black that is passed over
        self._differences: dict[int, float] = {}
        self._picture_before: dict[int, int] = {}
        self._newest_picture: int | None = None
        self._black_until = 0
        self._settled = 0
        self._decided = 0
        self._end = 0

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Take the next frame; return the cut that has become certain, if any."""
        return self.take(measure(frame))

    def take(self, measures: FrameMeasures) -> list[Boundary]:
        """Take the next frame as its measures; as :meth:`feed`."""
        if not self._frames:
            self._settled = self._decided = measures.index
        self._frames[measures.index] = measures
        self._end = measures.index + 1
        self._settle(self._end - GAP_SIGHT)
        found = list(self._decide(self._end - CONTEXT))
        self._forget(measures.index - _REMEMBERED)
        return found

    def finish(self) -> list[Boundary]:
        """Return the cuts among the last frames."""
        self._settle(self._end)
        return list(self._decide(self._end))

    def _settle(self, end: int) -> None:
        """Say for each frame before ``end`` which picture comes before it, and how far it lies apart."""
        for index in range(self._settled, end):
            self._settled = index + 1
            if self._is_passed_over(index):
                self._differences[index] = 0.0
                continue
            before = self._newest_picture
            self._newest_picture = index
            if before is not None:
                self._picture_before[index] = before
                self._differences[index] = difference(self._frames[before], self._frames[index])

    def _is_passed_over(self, index: int) -> bool:
        before = self._newest_picture
        # inside long black no gap begins, and none before the first picture
        if index >= self._black_until and before is not None and not is_black(self._frames[before]):
            ahead = [self._frames[i] for i in range(index, min(index + GAP_SIGHT + 1, self._end))]
            self._black_until = index + black_gap(ahead)
        return index < self._black_until

    def _decide(self, end: int) -> Iterator[Boundary]:
        for index in range(self._decided, end):
            self._decided = index + 1
            if index in self._picture_before and self._is_cut(index):
                yield Boundary("cut", index, index)

    def _is_cut(self, index: int) -> bool:
        if self._differences[index] < self._threshold * self._calm:
            return False  # not clear even where all around stands still: most frames
        among_four = self._clearness((index,), REACH) >= self._threshold
        among_two = self._clearness((index,), _NEAR) >= SURE * self._threshold
        return (among_four or among_two or self._is_one_of_two(index)) and not self._flashes(index)

    def _is_one_of_two(self, index: int) -> bool:
        """Tell whether a shot of one or two frames begins or ends here."""
        partners = (index + distance for distance in (-_NEAR, -1, 1, _NEAR))
        return any(
            self._clearness((index, other), _NEAR) >= PAIR * self._threshold
            for other in partners
            if other in self._picture_before
        )

    def _clearness(self, cuts: tuple[int, ...], reach: int) -> float:
        """Return how far a cut, or two with what they part, stand out from what lies around."""
        first, last = min(cuts), max(cuts)
        around = (
            self._differences.get(i, 0.0) for i in range(first - reach, last + reach + 1) if i not in cuts
        )
        far_apart = difference(self._frames[self._picture_before[first]], self._frames[last])
        least = min(far_apart, *(self._differences[i] for i in cuts))
        return least / (max(around) + self._calm)

    def _flashes(self, index: int) -> bool:
        last = self._picture_before[index]
        before = range(last - LONGEST_FLASH, last + 1)
        after = range(index, index + LONGEST_FLASH + 1)
        known = self._frames
        return is_flash([known[i] for i in before if i in known], [known[i] for i in after if i in known])

    def _forget(self, index: int) -> None:
        for memory in (self._frames, self._differences, self._picture_before):
            memory.pop(index, None)


def _make(facts: StreamFacts, threshold: float | None) -> AccurateDetector:
    return AccurateDetector(THRESHOLD if threshold is None else threshold)


SPEC = DetectorSpec(
    name="accurate",
    version="1",
    make=_make,
    context=CONTEXT,
    settings={"threshold": THRESHOLD, "calm": CALM, "sure": SURE, "pair": PAIR},
    summary="every frame: hard cuts on their exact frame",
)
