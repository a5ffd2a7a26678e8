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
from itertools import pairwise
from typing import Literal

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.reels.room import Room
from cinetag_plugin.reels.scenes import Scene, strongest_first, with_handles

Match = Literal["any", "all"]

SLIVER = Fraction(1)
"""Seconds; what is left of a length is not filled with less than this of a place that stands alone."""

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
    strength = _Strength(film, wanted.stretches(analysis), match)
    for start, end in strength.carried():
        yield strength.scene(start, end)


def _even_parts(film: int, analysis: Analysis, wanted: Wanted, match: Match) -> Iterator[Scene]:
    """Yield the scenes of a film, parted where a label begins or ends."""
    stretches = wanted.stretches(analysis)
    strength = _Strength(film, stretches, match)
    borders = sorted({border for places in stretches.values() for place in places for border in place[:2]})
    for start, end in strength.carried():
        inside = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        for first, last in pairwise([start, *inside, end]):
            yield strength.scene(first, last)


class _Strength:
    """How strong scenes of one film are."""

    def __init__(self, film: int, stretches: Mapping[str, Sequence[Stretch]], match: Match) -> None:
        self._film = film
        self._stretches = stretches
        self._match = match
        self._lookups = {label: _Lookup(places) for label, places in stretches.items()}

    def carried(self) -> Iterator[tuple[int, int]]:
        """Yield where enough of the labels are."""
        return _covered(self._stretches.values(), len(self._stretches) if self._match == "all" else 1)

    def scene(self, start: int, end: int) -> Scene:
        """Return the scene of a place where enough of the labels are."""
        sure = {label: lookup.surest(start, end) for label, lookup in self._lookups.items()}
        there = {label: value for label, value in sure.items() if value is not None}
        strength = min(there.values()) if self._match == "all" else max(there.values())
        return Scene(self._film, start, end, strength, tuple(sorted(there)))


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


def strongest(
    analyses: Sequence[Analysis],
    wanted: Wanted,
    length: Fraction,
    *,
    match: Match = "any",
    handles: int = 0,
) -> list[Scene]:
    """Return the strongest places that carry the labels wanted and last ``length`` seconds at most, in time.

    Scenes are parted wherever a label begins or ends, so that each part is as strong all through. The
    strongest are taken first, handles reckoned in. The first that does not fit whole is cut short, unless
    less than :data:`SLIVER` would stand alone; those weaker than it are left out. What touches then is
    one scene.
    """
    parts = [
        part for film, analysis in enumerate(analyses) for part in _even_parts(film, analysis, wanted, match)
    ]
    room = Room(analyses, length, handles)
    kept: list[Scene] = []
    for scene in strongest_first(parts):
        fits = room.cost(scene) <= room.left
        if not fits and kept and room.left < SLIVER and not room.touches(scene):
            break
        part = scene if fits else room.part_of(scene)
        if part is not None:
            kept.append(part)
            room.take(part)
        if not fits:
            break
    return with_handles(kept, analyses, handles)


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
