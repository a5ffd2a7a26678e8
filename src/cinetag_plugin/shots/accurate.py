"""The detector ``accurate``: hard cuts by rule, gradual transitions by a learnt network.

Every frame is measured once. Cuts are found by comparing each frame with its neighbours
(:mod:`.neighbours`), dissolves, fades and wipes by a network over time (:mod:`.passages`). A passage
leads somewhere: where the picture before it and the one after it are alike, the light or the colours
have changed, and no shot. A cut that stands inside a passage belongs to it.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from cinetag_plugin.document.contracts import Boundary, DetectorSpec, Frame, StreamFacts
from cinetag_plugin.shots import neighbours, passages
from cinetag_plugin.shots.measures import FrameMeasures, measure, structure_distance
from cinetag_plugin.shots.neighbours import CutRule
from cinetag_plugin.shots.passages import FrameReader, Passage, PassageFinder, Reader
from cinetag_plugin.shots.reader import opened_reader

PASSAGE = 0.3
"""Probability of a passage above which a frame belongs to one."""


UNLIKE = 0.2
"""Least distance of structure between the pictures before and after a passage; most have 0.5 or more."""

_REMEMBERED = passages.CONTEXT + passages.LONGEST


class AccurateDetector:
    """Finds cuts on their exact frame and passages with their extent.

    Args:
        read: the network.
        threshold: of the rule for cuts, see :data:`.neighbours.THRESHOLD`.
        passage: see :data:`PASSAGE`.
    """

    def __init__(
        self, read: Reader, threshold: float = neighbours.THRESHOLD, passage: float = PASSAGE
    ) -> None:
        self._rule = CutRule(threshold)
        self._frames = FrameReader(read)
        self._finder = PassageFinder(passage)
        self._cuts: deque[Boundary] = deque()
        self._seen: deque[FrameMeasures] = deque(maxlen=_REMEMBERED)

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Take the next frame; return the boundaries that have become certain, in rising order."""
        measures = measure(frame)
        self._seen.append(measures)
        self._cuts.extend(self._rule.take(measures))
        found: list[Boundary] = []
        for first, answers in self._frames.take(measures):
            found += self._joined(self._finder.take(first, answers))
            found += self._cuts_before(self._finder.settled)
        return found

    def finish(self) -> Iterable[Boundary]:
        """Return the boundaries still open when the film has ended."""
        self._cuts.extend(self._rule.finish())
        found: list[Boundary] = []
        for first, answers in self._frames.finish():
            found += self._joined(self._finder.take(first, answers))
        return [*found, *self._cuts_before(None)]

    def _joined(self, found: Iterable[Passage]) -> Iterator[Boundary]:
        for passage in found:
            if self._leads_somewhere(passage):
                yield from self._with_cuts_before(passage.boundary)

    def _leads_somewhere(self, passage: Passage) -> bool:
        first = self._seen[0].index
        before, after = (
            self._seen[min(max(0, frame - first), len(self._seen) - 1)]
            for frame in (passage.start - 1, passage.end)
        )
        return structure_distance(before, after) >= UNLIKE

    def _cuts_before(self, frame: int | None) -> Iterator[Boundary]:
        while self._cuts and (frame is None or self._cuts[0].start < frame):
            yield self._cuts.popleft()

    def _with_cuts_before(self, passage: Boundary) -> Iterator[Boundary]:
        """Yield the cuts before a passage, then the passage.

        Those inside it are part of it, and so is one at its end: after a fade out the next shot may
        appear at full.
        """
        yield from self._cuts_before(passage.start + 1)
        while self._cuts and self._cuts[0].start <= passage.end:
            self._cuts.popleft()
        yield passage


def _make(facts: StreamFacts, threshold: float | None) -> AccurateDetector:
    return AccurateDetector(opened_reader(), neighbours.THRESHOLD if threshold is None else threshold)


SPEC = DetectorSpec(
    name="accurate",
    version="2",
    make=_make,
    context=passages.CONTEXT,
    settings={**neighbours.SPEC.settings, "passage": PASSAGE, "unlike": UNLIKE},
    samples=True,
    summary="every frame: cuts on their exact frame, dissolves, fades and wipes with their extent",
)
