"""Where the shots of a film lie on its clock, for what is measured by time rather than by frame."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cinetag_plugin.document.records import Film, Shot


class Stretch(NamedTuple):
    """From ``start`` until before ``end``, in seconds on the clock of the pictures: pts times time base."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        """The time halfway."""
        return (self.start + self.end) / 2

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start

    def at_least(self, seconds: float) -> "Stretch":
        """Return the stretch, or one so long around its middle where it is shorter."""
        half = max(self.length, seconds) / 2
        return Stretch(self.middle - half, self.middle + half)


def stretches(film: Film, shots: Sequence[Shot]) -> Iterator[Stretch]:
    """Yield where each shot lies; the last frame of a film lasts as long as the one before."""
    clock = film.clock
    for shot in shots:
        start, end = (float(clock.pts(frame) * clock.time_base) for frame in (shot.start, shot.end))
        yield Stretch(start, end)
