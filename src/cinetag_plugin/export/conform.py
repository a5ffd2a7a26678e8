"""Where the frames of a film lie on a grid of constant rate, for the formats that count frames.

A film of constant rate lies on its own grid: every frame is its own place. A film of variable rate
is conformed: a frame goes to the place nearest to its time. What the document names (borders of
shots, ends of events, key frames) keeps its order and at least one place each; frames between them
may share a place, so that a burst of fast frames does not push the rest of the film out of time.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.document.time import (
    conform,
    dropped_labels,
    frame_of_timecode,
    has_timecode,
    is_drop_frame,
    nearest_frame,
    nominal,
    seconds_at,
    timecode,
)


@dataclass(frozen=True, slots=True)
class Conformed:
    """A film on a grid of constant rate.

    Attributes:
        rate: places a second.
        start: the number that the start timecode gives to place 0 of the timeline.
        media_start: the number that the file's own timecode gives to it, the same unless the user has the
            timeline begin elsewhere.
        drop: labels count drop-frame.
        warning: what was conformed and how far the worst place is from its time; empty where every
            frame is its own place.
    """

    rate: Fraction
    start: int
    media_start: int
    drop: bool
    warning: str
    _film: Film
    _edges: tuple[int, ...]
    _places: tuple[int, ...]
    _turns: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many places the whole film takes."""
        return self.place(self._film.frames)

    def place(self, frame: int) -> int:
        """Return the place of a frame in ``[0, frames]``; the last is the end of the film."""
        if not self._edges:
            return frame
        index = bisect_right(self._edges, frame) - 1
        if frame == self._edges[index]:
            return self._places[index]
        nearest = nearest_frame(self._latest(self._edges[index], frame), self.rate)
        return min(max(nearest, self._places[index]), self._places[index + 1] - 1)

    def _latest(self, edge: int, frame: int) -> Fraction:
        """Return the latest time of the frames from an edge on: times of damaged films may run back."""
        between = self._turns[bisect_right(self._turns, edge) : bisect_right(self._turns, frame)]
        return max(self._film.clock.seconds(turn) for turn in (*between, frame))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the places of frames ``[start, end)``: at least one, and none outside the film."""
        first = self.place(min(max(start, 0), self._film.frames - 1))
        return first, max(self.place(min(max(end, 0), self._film.frames)), first + 1)

    def labels(self, start: int, end: int) -> list[str]:
        """Return the timecodes of frames ``start`` and ``end`` (exclusive); empty at rates that have none."""
        if not has_timecode(self.rate):
            return ["", ""]
        return [timecode(self.start + place, self.rate, self.drop) for place in self.span(start, end)]


def conformed(analysis: Analysis, rate: Fraction | None = None) -> Conformed:
    """Lay a film on the grid of frame-based formats.

    Args:
        analysis: what names the frames that must stay apart.
        rate: places a second; None takes the film's own, which at variable rate is that of the
            commonest step between its frames.
    """
    film = analysis.film
    rate = rate or film.rate
    drop = film.drop_frame and dropped_labels(rate) > 0
    start = media_start = frame_of_timecode(_label(film, rate), rate, drop)
    if isinstance(film, _Relabelled):
        drop = is_drop_frame(film.begins)
        start = frame_of_timecode(film.begins, rate, drop)
    if rate == film.rate and not film.variable_rate:
        return Conformed(rate, start, media_start, drop, "", film, (), (), ())
    edges = sorted(set(_named_frames(analysis)))
    times = [film.clock.seconds(frame) for frame in edges]
    places = conform(times, rate)
    worst = max(abs(seconds_at(place, rate) - time) for place, time in zip(places, times, strict=True))
    turns = tuple(run.frame for run in film.timing)
    warning = _warning(film, rate, worst)
    return Conformed(rate, start, media_start, drop, warning, film, tuple(edges), tuple(places), turns)


def at_rate(analysis: Analysis, rate: Fraction) -> Analysis:
    """Return the analysis of a film that every frame-based format conforms to ``rate``.

    Args:
        analysis: of a film of any rate.
        rate: places a second.
    """
    film = analysis.film
    drop = film.drop_frame and dropped_labels(rate) > 0
    start = None if film.start_timecode is None else _label(film, rate)
    changes = {"rate": rate, "variable_rate": True, "start_timecode": start, "drop_frame": drop}
    return msgspec.structs.replace(analysis, film=msgspec.structs.replace(film, **changes))


class _Relabelled(Film, frozen=True, kw_only=True, dict=True):
    """A film whose timeline begins at another timecode than its file; it is never written."""

    begins: str


def beginning_at(analysis: Analysis, label: str) -> Analysis:
    """Return the analysis of a film whose timeline begins at another timecode.

    Places in its files stay what they are.

    Args:
        analysis: of a film at the rate that is written.
        label: ``hh:mm:ss:ff``, with ``;`` before the frames for drop-frame.

    Raises:
        ValueError: there is no such label at the rate.
    """
    film = analysis.film
    if not has_timecode(film.rate):
        raise ValueError(f"{float(film.rate):.6g} frames a second have no timecode")
    if is_drop_frame(label) and not dropped_labels(film.rate):
        raise ValueError(f"{float(film.rate):.6g} frames a second have no drop frame")
    frame_of_timecode(label, film.rate)
    facts = {name: getattr(film, name) for name in Film.__struct_fields__}
    return msgspec.structs.replace(analysis, film=_Relabelled(**facts, begins=label))


def _label(film: Film, rate: Fraction) -> str:
    """Return the film's start timecode at another rate: the same second, the same part of it."""
    label = film.start_timecode or "00:00:00:00"
    if rate == film.rate:
        return label
    hours, minutes, seconds, frames = re.split("[:;.,]", label.strip())
    scaled = int(frames) * nominal(rate) // nominal(film.rate)
    drop = film.drop_frame and dropped_labels(rate) > 0
    return f"{hours}:{minutes}:{seconds}{';' if drop else ':'}{scaled:02}"


def _named_frames(analysis: Analysis) -> Iterator[int]:
    film = analysis.film
    yield from (0, film.frames, analysis.analysed.start, analysis.analysed.end)
    for shot in analysis.shots:
        yield from (shot.start, shot.end, shot.transition_in.start, shot.transition_in.end)
    for span in analysis.tag_spans:
        yield from (span.start, span.end)
    for beat in analysis.beats:
        yield from (beat.start, beat.end)
    for key in analysis.key_frames:
        yield from (key.frame, key.frame + 1)
    yield from (source.start for source in film.sources)


def _warning(film: Film, rate: Fraction, worst: Fraction) -> str:
    kind = "variable frame rate" if len(film.timing) > 1 else "another frame rate"
    shift = round(worst * 1000)
    return f"source has {kind}; markers conformed to {float(rate):.5g} fps, worst shift {shift} ms"
