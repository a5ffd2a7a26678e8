"""Which frame of the stream each analysed frame is, where some were left out of the analysis."""

from bisect import bisect_right
from typing import TypeVar

from msgspec.structs import replace

from cinetag_plugin.document.records import Analysis, BeatEvent, Film, KeyFrame, Shot, Span, TagSpan, Timing

Spanned = TypeVar("Spanned", bound=Span | TagSpan | BeatEvent)


class Places:
    """Maps frames as they were analysed to frames of the stream.

    Attributes:
        frames: frames that have been passed on.
        left_out: those of them that were not analysed.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.left_out = 0
        self._firsts: list[int] = []
        self._gaps: list[int] = []

    def note(self, *, analysed: bool) -> None:
        """Note the next frame of the stream."""
        if not analysed:
            self.left_out += 1
        elif self.left_out and (not self._gaps or self._gaps[-1] != self.left_out):
            self._firsts.append(self.frames - self.left_out)
            self._gaps.append(self.left_out)
        self.frames += 1

    def of(self, analysed: int) -> int:
        """Return which frame of the stream was the ``analysed``-th to be analysed, from 0."""
        place = bisect_right(self._firsts, analysed)
        return analysed + (self._gaps[place - 1] if place else 0)


class Mapped:
    """An analysis of some frames, put onto all frames of the stream, which come at a constant rate.

    Args:
        analysed: how many frames were analysed; those that follow the last belong to the last shot.
        places: where each of them stood.
    """

    def __init__(self, analysed: int, places: Places) -> None:
        self._analysed = analysed
        self._places = places

    def analysis(self, found: Analysis) -> Analysis:
        """Return the analysis with every frame number and time as in the stream."""
        if not self._places.left_out:
            return found
        return replace(
            found,
            film=self._film(found.film),
            analysed=self.moved(found.analysed),
            shots=tuple(map(self.shot, found.shots)),
            key_frames=tuple(map(self.key_frame, found.key_frames)),
            tag_spans=tuple(map(self.moved, found.tag_spans)),
            beats=tuple(map(self.moved, found.beats)),
        )

    def shot(self, shot: Shot) -> Shot:
        """Return a shot with its frames as in the stream."""
        entry = shot.transition_in
        entry = replace(entry, start=self._at(entry.start), end=self._at(entry.end))
        return replace(shot, start=self._at(shot.start), end=self._at(shot.end), transition_in=entry)

    def key_frame(self, key: KeyFrame) -> KeyFrame:
        """Return a key frame with its number and time as in the stream."""
        frame = self._at(key.frame)
        return replace(key, frame=frame, pts=key.pts + frame - key.frame)

    def moved(self, span: Spanned) -> Spanned:
        """Return a span, or what lasts as one, with its frames as in the stream."""
        return replace(span, start=self._at(span.start), end=self._at(span.end))

    def _at(self, frame: int) -> int:
        return self._places.frames if frame >= self._analysed else self._places.of(frame)

    def _film(self, film: Film) -> Film:
        """Return the film with all frames, one tick each: a y4m stream counts frames."""
        frames = self._places.frames
        return replace(
            film,
            frames=frames,
            rate=1 / film.time_base,
            variable_rate=False,
            duration=float(frames * film.time_base),
            timing=(Timing(frame=0, pts=film.start_pts, step=1),),
            sources=tuple(replace(source, frames=frames) for source in film.sources),
        )
