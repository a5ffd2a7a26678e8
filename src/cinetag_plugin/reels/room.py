"""What is left of a length while scenes are chosen for it, their handles reckoned in."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.reels.scenes import Scene


class Room:
    """A length that scenes are put into; where their handles overlap, those frames count once.

    Args:
        analyses: one a film.
        length: seconds.
        handles: frames that each scene gets on both sides, as far as the film goes.

    Attributes:
        left: seconds.
    """

    def __init__(self, analyses: Sequence[Analysis], length: Fraction, handles: int) -> None:
        self.left = length
        self._analyses = analyses
        self._handles = handles
        # what is taken of each film, in time, none touching another
        self._taken: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def cost(self, scene: Scene) -> Fraction:
        """Return how many seconds a scene would take."""
        seconds = self._analyses[scene.film].film.clock.seconds
        return sum((seconds(end) - seconds(start) for start, end in self._new(scene)), Fraction(0))

    def take(self, scene: Scene) -> None:
        """Put a scene in; it must fit."""
        self.left -= self.cost(scene)
        start, end = self._grown(scene)
        taken, touching = self._taken[scene.film], self._touching(scene.film, start, end)
        joined = [(start, end), *taken[touching]]
        taken[touching] = [(min(start for start, _ in joined), max(end for _, end in joined))]

    def part_of(self, scene: Scene) -> Scene | None:
        """Return as much of a scene as fits; None where not a frame does.

        It is cut short at its end, or at its beginning where only what follows it is taken already.
        """
        follows, leads = self._has(scene.film, scene.end), self._has(scene.film, scene.start - 1)

        def part(frames: int) -> Scene:
            if follows and not leads:
                return replace(scene, start=scene.end - frames)
            return replace(scene, end=scene.start + frames)

        counts = range(1, scene.end - scene.start + 1)
        fitting = bisect_right(counts, self.left, key=lambda frames: self.cost(part(frames)))
        return part(fitting) if fitting else None

    def touches(self, scene: Scene) -> bool:
        """Tell whether what is taken, with its handles, goes on before or after a scene."""
        return self._has(scene.film, scene.start - 1) or self._has(scene.film, scene.end)

    def _grown(self, scene: Scene) -> tuple[int, int]:
        frames = self._analyses[scene.film].film.frames
        return max(0, scene.start - self._handles), min(frames, scene.end + self._handles)

    def _new(self, scene: Scene) -> Iterator[tuple[int, int]]:
        """Yield what a scene would add, with its handles."""
        start, end = self._grown(scene)
        for taken_start, taken_end in self._taken[scene.film][self._touching(scene.film, start, end)]:
            if start < taken_start:
                yield start, taken_start
            start = max(start, taken_end)
        if start < end:
            yield start, end

    def _has(self, film: int, frame: int) -> bool:
        touching = self._taken[film][self._touching(film, frame, frame + 1)]
        return any(start <= frame < end for start, end in touching)

    def _touching(self, film: int, start: int, end: int) -> slice:
        """Return which of what is taken of a film touches or overlaps ``[start, end)``."""
        taken = self._taken[film]
        first = bisect_left(taken, start, key=lambda place: place[1])
        return slice(first, bisect_right(taken, end, key=lambda place: place[0]))
