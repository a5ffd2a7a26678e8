"""Dissolves, fades and wipes: a small network reads the kinship of frames, and runs become boundaries.

The network (``cinetag-shots``, recipe in ``models/cinetag-shots``) is a stack of convolutions over
time. It sees :func:`.kinship.kinship` of each frame and tells for each frame how probable it is that
it lies in no passage, a dissolve, a fade or a wipe, or begins a shot after a hard cut. Frames come in
blocks of fixed length at fixed places, so what is found does not depend on where a block was read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.records import TransitionKind
from cinetag_plugin.shots.kinship import REACH, Stretch, kinship, stretch_of
from cinetag_plugin.shots.measures import FrameMeasures

BLOCK = 64
"""Frames that are read together."""

MARGIN = 15
"""Frames on each side whose kinship the network takes into account."""

WINDOW = BLOCK + 2 * MARGIN
"""Frames whose kinship the network is given at once."""

LONGEST = 150
"""Frames after which a passage is ended; none of the films looked at has a longer one."""

GAP = 3
"""Frames that may lie between two runs of one passage: a fade stands still for a moment in black."""

SHORTEST = 4
"""Frames of the shortest passage."""

LEAST = 0.6
"""Mean probability of a passage over its frames below which it is none."""

CONTEXT = BLOCK + MARGIN + REACH + LONGEST // 2 + GAP + 1
"""Frames after the middle of a passage that may go by until it is known."""

KINDS: tuple[TransitionKind, ...] = ("dissolve", "fade", "wipe")
"""What the network's second to fourth answers mean; the first is no passage, the last a hard cut."""

Probabilities = NDArray[np.float32]

Reader = Callable[[NDArray[np.float32]], Probabilities]
"""Takes kinship ``(WINDOW, CHANNELS)``, returns probabilities ``(WINDOW, 5)`` that sum to 1."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A gradual transition.

    Attributes:
        kind: ``dissolve``, ``fade`` or ``wipe``.
        start: first frame affected.
        end: first frame fully in the new shot.
        confidence: mean probability of a passage over its frames.
    """

    kind: TransitionKind
    start: int
    end: int
    confidence: float

    @property
    def boundary(self) -> Boundary:
        """The passage as detectors report it."""
        return Boundary(self.kind, self.start, self.end)


class FrameReader:
    """Turns the measures of frames, in order, into the network's answers, a block at a time."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._unread: list[FrameMeasures] = []
        self._seen: Stretch | None = None
        self._seen_from = 0
        self._newest = -1
        self._kin: dict[int, NDArray[np.float32]] = {}
        self._known = -1
        self._next: int | None = None

    def take(self, frame: FrameMeasures) -> Iterator[tuple[int, Probabilities]]:
        """Yield the index of the first frame and the answers of each block that has become certain."""
        self._unread.append(frame)
        self._newest = frame.index
        if self._next is None:
            self._next = self._seen_from = frame.index
            self._known = frame.index - 1
        # blocks begin at multiples of their length, wherever the first frame lies
        while frame.index >= self._block_end() + MARGIN + REACH - 1:
            yield self._block(self._block_end() + MARGIN)

    def finish(self) -> Iterator[tuple[int, Probabilities]]:
        """Yield what is left when the film has ended."""
        if self._next is None:
            return
        while self._next <= self._newest:
            yield self._block(self._newest + 1)

    def _block_end(self) -> int:
        assert self._next is not None
        return (self._next // BLOCK + 1) * BLOCK

    def _block(self, end: int) -> tuple[int, Probabilities]:
        """Read the next block, with kinship up to the frame before ``end``."""
        assert self._next is not None
        start, block_end = self._next, self._block_end()
        self._relate(min(end, block_end + MARGIN))
        base = block_end - BLOCK - MARGIN
        known = sorted(self._kin)
        rows = [self._kin[min(max(base + i, known[0]), known[-1])] for i in range(WINDOW)]
        answers = self._read(np.stack(rows))[MARGIN + start % BLOCK : MARGIN + BLOCK]
        self._next = block_end
        self._forget(block_end - MARGIN)
        return start, answers[: known[-1] + 1 - start]

    def _relate(self, end: int) -> None:
        """Work out the kinship of the frames before ``end`` that have none yet."""
        begin = self._known + 1
        if begin >= end:
            return
        rows = kinship(self._all_seen())
        for index in range(begin, end):
            self._kin[index] = rows[index - self._seen_from]
        self._known = end - 1

    def _all_seen(self) -> Stretch:
        """Lay out the frames not yet read after those that are still in reach."""
        if self._unread:
            unread = stretch_of(self._unread)
            self._seen = unread if self._seen is None else self._seen.then(unread)
            self._unread.clear()
        assert self._seen is not None
        return self._seen

    def _forget(self, before: int) -> None:
        self._kin = {index: row for index, row in self._kin.items() if index >= before}
        keep = self._known + 1 - REACH
        if self._seen is not None and keep > self._seen_from:
            self._seen = self._seen.since(keep - self._seen_from)
            self._seen_from = keep


class PassageFinder:
    """Finds passages in the network's answers, in order.

    Runs of frames that belong to a passage are one passage where no more than :data:`GAP` frames part
    them; short ones and those that the network is not sure of are none, nor is one that the end of the
    film cuts off: no shot follows.

    Args:
        threshold: probability of a passage above which a frame belongs to one, 0 to 1.
        least: mean probability over a passage's frames, see :data:`LEAST`.
    """

    def __init__(self, threshold: float, least: float = LEAST) -> None:
        self._threshold = threshold
        self._least = least
        self._start: int | None = None
        self._answers: list[Probabilities] = []
        self._sure = 0
        self._next = 0

    @property
    def settled(self) -> int:
        """No passage that is still to be reported begins before this frame."""
        return self._next if self._start is None else self._start

    def take(self, first: int, answers: Probabilities) -> Iterator[Passage]:
        """Take the answers of successive frames; yield the passages that have ended."""
        for index, answer in enumerate(answers, first):
            self._next = index + 1
            inside = 1 - answer[0] - answer[-1] >= self._threshold
            if self._start is None:
                if inside:
                    self._start, self._answers, self._sure = index, [answer], 1
                continue
            self._answers.append(answer)
            if inside:
                self._sure = len(self._answers)
            if len(self._answers) - self._sure > GAP or len(self._answers) >= LONGEST:
                yield from self._close()

    def _close(self) -> Iterator[Passage]:
        assert self._start is not None
        start, answers = self._start, np.stack(self._answers[: self._sure])
        self._start = None
        by_kind = answers[:, 1:-1].mean(axis=0)
        confidence = float(by_kind.sum())
        if len(answers) >= SHORTEST and confidence >= self._least:
            yield Passage(KINDS[int(by_kind.argmax())], start, start + len(answers), confidence)
