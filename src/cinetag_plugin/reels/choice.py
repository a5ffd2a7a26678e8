"""Which scenes carry the tags and beats wanted.

``any``: every stretch that carries at least one label; ``all``: every stretch that carries all of them
at once. A label is where a ``tag_span`` or a beat event says so; it is as sure there as its
probability (tags) or confidence (beats) is. A scene for any label is as strong as the surest label in
it, one for all labels as the least sure of them, each taken where it is surest.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.reels.scenes import Scene, in_time, seconds_of, strongest_first, with_handles

Match = Literal["any", "all"]

SLIVER = Fraction(1)
"""Seconds; what is left of a length is not filled with less than this of a longer scene."""

Stretch = tuple[int, int, float]
"""First frame, the one past the last, and how sure it is there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The labels that scenes are chosen by, as slugs; at least one."""

    tags: tuple[str, ...] = ()
    beats: tuple[str, ...] = ()

    def stretches(self, analysis: Analysis) -> dict[str, list[Stretch]]:
        """Return where each label is in a film, in time."""
        found: dict[str, list[Stretch]] = {label: [] for label in (*self.tags, *self.beats)}
        for span in analysis.tag_spans:
            if span.tag in self.tags:
                found[span.tag].append((span.start, span.end, span.probability))
        for beat in analysis.beats:
            if beat.category in self.beats:
                found[beat.category].append((beat.start, beat.end, beat.confidence))
        return {label: sorted(places) for label, places in found.items()}


def chosen(
    analyses: Sequence[Analysis], wanted: Wanted, *, match: Match = "any", handles: int = 0
) -> list[Scene]:
    """Return the scenes of the films that carry the labels wanted, in time, none touching another.

    Args:
        analyses: one a film.
        wanted: the labels.
        match: one label at least, or all at once.
        handles: frames added on both sides, as far as the film goes.
    """
    scenes = [
        scene for film, analysis in enumerate(analyses) for scene in _of_film(film, analysis, wanted, match)
    ]
    return with_handles(scenes, analyses, handles)


def _of_film(film: int, analysis: Analysis, wanted: Wanted, match: Match) -> Iterator[Scene]:
    stretches = wanted.stretches(analysis)
    enough = len(stretches) if match == "all" else 1
    lookups = {label: _Lookup(places) for label, places in stretches.items()}
    for start, end in _covered(stretches.values(), enough):
        sure = {label: lookup.surest(start, end) for label, lookup in lookups.items()}
        there = {label: value for label, value in sure.items() if value is not None}
        strength = min(there.values()) if match == "all" else max(there.values())
        yield Scene(film, start, end, strength, tuple(sorted(there)))


def _covered(labels: Iterable[Sequence[Stretch]], enough: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches where at least ``enough`` labels are at once; what touches is one stretch."""
    turns = sorted(turn for places in labels for turn in _turns(places))
    count, began = 0, None
    for place, (frame, step) in enumerate(turns):
        count += step
        if place + 1 < len(turns) and turns[place + 1][0] == frame:
            continue
        if count >= enough and began is None:
            began = frame
        elif count < enough and began is not None:
            yield began, frame
            began = None


def _turns(places: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """Yield the frames where one label begins (1) and ends (-1); it counts once where its own overlap."""
    reached = -1
    for start, end, _ in places:
        if end > reached:
            yield from ((max(start, reached), 1), (end, -1))
            reached = end


class _Lookup:
    """How sure one label is at most within given frames; its stretches may overlap."""

    def __init__(self, places: Sequence[Stretch]) -> None:
        self._places = places
        self._starts = [start for start, _, _ in places]
        # the farthest end so far: rising, where the ends themselves need not be
        self._reached: list[int] = []
        for _, end, _ in places:
            self._reached.append(max(end, self._reached[-1] if self._reached else end))

    def surest(self, start: int, end: int) -> float | None:
        first, last = bisect_right(self._reached, start), bisect_left(self._starts, end)
        return max((sure for _, until, sure in self._places[first:last] if until > start), default=None)


def within(scenes: Sequence[Scene], analyses: Sequence[Analysis], length: Fraction) -> list[Scene]:
    """Return the strongest scenes that last ``length`` seconds together at most, in time.

    The first that does not fit whole is cut short at its end, unless less than :data:`SLIVER` would be
    left of it; those weaker than it are left out.
    """
    kept, left = [], length
    for scene in strongest_first(scenes):
        film = analyses[scene.film].film
        if (seconds := seconds_of(scene, film)) <= left:
            kept.append(scene)
            left -= seconds
            continue
        if left >= SLIVER or not kept:
            kept += _cut_short(scene, analyses[scene.film], left)
        break
    return in_time(kept)


def _cut_short(scene: Scene, analysis: Analysis, seconds: Fraction) -> list[Scene]:
    clock = analysis.film.clock
    # the first frame that would be shown past the length
    frames = range(scene.start + 1, scene.end + 1)
    end = scene.start + bisect_right(frames, clock.seconds(scene.start) + seconds, key=clock.seconds)
    if end == scene.start:
        return []
    return [Scene(scene.film, scene.start, end, scene.strength, scene.labels)]


def looked_for(analysis: Analysis) -> Mapping[str, frozenset[str]]:
    """Return which tags and beats could have been found in a film: ``{"tags": …, "beats": …}``.

    Those that its models tell, and those that stand in it, whoever set them.
    """
    told: dict[str, set[str]] = {"tags": set(), "beats": set()}
    for model in analysis.models:
        told.get(model.role, set()).update(model.labels)
    told["tags"] |= {span.tag for span in analysis.tag_spans}
    told["beats"] |= {beat.category for beat in analysis.beats}
    return {role: frozenset(labels) for role, labels in told.items()}
