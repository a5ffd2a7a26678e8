"""Key frames chosen among the frames of a whole shot, in bounded memory.

Where the middle needs half a shot (:mod:`.key_frames`), other choices need all of it. In shots of up
to :data:`MOST_CANDIDATES` frames every frame is a candidate. In longer ones one of every 2, 4, 8, ...
neighbours is, the one with the highest rank (of equals the first), so that the sharpest frame, or the
pictures that the codec coded as key frames, are among the candidates however long the shot.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.shots.key_frames import copied

MOST_CANDIDATES = 256
"""Frames up to which all of a shot are candidates; beyond, 128 to 256 of them are."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that may become a key frame; ``rank`` is what it is worth among its neighbours."""

    frame: Frame
    rank: float


Choice = Callable[[Sequence[Candidate], range], Sequence[Frame]]
"""Chooses key frames among one or more candidates, given the frames of their shot."""


class CandidateFrames:
    """The candidates of the running shot.

    Args:
        context: how many frames after a boundary it may become known.
        rank: what a frame is worth among its neighbours.
        choice: chooses among the candidates when the shot has ended.
    """

    def __init__(self, context: int, rank: Callable[[Frame], float], choice: Choice) -> None:
        self._context = context
        self._rank = rank
        self._choice = choice
        self._start: int | None = None
        self._stride = 1
        self._settled: list[Candidate] = []
        # a boundary may still fall among these, so all of them are kept
        self._recent: deque[Candidate] = deque()

    def keep(self, frame: Frame) -> Frame:
        """Take the next frame of the film, in order; return the copy that is kept of it."""
        if self._start is None:
            self._start = frame.index
        kept = copied(frame)
        self._recent.append(Candidate(kept, self._rank(kept)))
        while self._recent[0].frame.index < frame.index - self._context:
            self._settle(self._recent.popleft())
        while len(self._settled) > MOST_CANDIDATES:
            self._widen()
        return kept

    def near(self, index: int) -> Frame:
        """Return the candidate nearest to a frame of the running shot."""
        return min(self._all(), key=lambda candidate: abs(candidate.frame.index - index)).frame

    def close(self, start: int, end: int, clear: range) -> Sequence[Frame]:
        """Return the key frames of ``[start, end)``, rising, and begin the next shot at ``end``.

        Args:
            start: where the shot before ended, or the first frame kept.
            end: one past the shot's last frame.
            clear: the frames of the shot outside gradual transitions; those inside are chosen only
                where there are no others.
        """
        kept = list(self._all())
        inside = [candidate for candidate in kept if start <= candidate.frame.index < end]
        chosen = self._choice(
            # a detector that is later than its context has lost the candidates: any must do
            [candidate for candidate in inside if candidate.frame.index in clear] or inside or kept,
            range(start, end),
        )
        self._settled.clear()
        while self._recent and self._recent[0].frame.index < end:
            self._recent.popleft()
        self._start, self._stride = end, 1
        return sorted(chosen, key=lambda frame: frame.index)

    def _all(self) -> Iterator[Candidate]:
        yield from self._settled
        yield from self._recent

    def _widen(self) -> None:
        self._stride *= 2
        kept, self._settled = self._settled, []
        for candidate in kept:
            self._settle(candidate)

    def _settle(self, candidate: Candidate) -> None:
        """Keep a candidate, or the better of it and the one that stands for its neighbours."""
        if not self._settled or self._group(candidate) != self._group(self._settled[-1]):
            self._settled.append(candidate)
        elif candidate.rank > self._settled[-1].rank:
            self._settled[-1] = candidate

    def _group(self, candidate: Candidate) -> int:
        return (candidate.frame.index - (self._start or 0)) // self._stride
