"""What a cut list must know of a film, what it gives, and how it takes a detector's place."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.document.contracts import Boundary, Frame


@dataclass(frozen=True, slots=True)
class FilmClock:
    """What a cut list must know of the film: its rate, and how its timecode counts.

    Attributes:
        rate: frames a second.
        start_frame: the frame number that the first timecode names; None where the film has none.
        drop_frame: whether the film's labels, and those of a list that does not say, drop frames.
    """

    rate: Fraction
    start_frame: int | None
    drop_frame: bool = False


@dataclass(frozen=True, slots=True)
class CutList:
    """The boundaries of a list in rising order, and what its reader had to assume, for people."""

    boundaries: tuple[Boundary, ...]
    warning: str = ""


class GivenCuts:
    """A detector that finds what a cut list says."""

    def __init__(self, boundaries: Iterable[Boundary]) -> None:
        self._by_frame = {boundary.frame: boundary for boundary in boundaries}

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Return the boundary at this frame, if the list has one."""
        found = self._by_frame.get(frame.index)
        return () if found is None else (found,)

    def finish(self) -> Iterable[Boundary]:
        """Nothing is ever open."""
        return ()
