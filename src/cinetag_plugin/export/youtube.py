"""Chapters for the description of a video on YouTube: lines ``M:SS Title``.

YouTube wants whole seconds, the first chapter at 0:00, three of them at least, and ten seconds at least
for each. It does not say ends: a chapter goes on to the next.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.errors import UnfitError
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.selection import chaptered, chapters_lost, names_alone
from cinetag_plugin.export.table_csv import seconds_of
from cinetag_plugin.export.text import clean

_SHORTEST = 10
_FEWEST = 3
_TITLE_LIMIT = 100
_START = "Start"
_REFUSED = str.maketrans("<>", "()")
"""A description must not have these."""


class Chapter(NamedTuple):
    """A line; that of the start has no event."""

    second: int
    strength: float
    title: str
    event: Event | None = None


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return a line a chapter: beats, or else shots.

    Raises:
        UnfitError: fewer than three chapters are left that are long enough.
    """
    found = _chapters(events, analysis.film)
    if len(found) < _FEWEST:
        fault = f"has {len(found)} of the {_FEWEST} chapters of {_SHORTEST} s that YouTube asks for"
        raise UnfitError(analysis.film.name, fault, "use another format of chapters, such as ffmetadata")
    return "".join(f"{_clock(chapter.second)} {chapter.title}\n" for chapter in found).encode("utf-8")


def losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what chapters do not hold: those too near to another are left out, none has an end."""
    overlapping = chapters_lost(events, analysis.film)
    if overlapping == Losses():  # there are no events, and the chapter is the film
        return overlapping
    kept = [chapter.event for chapter in _chapters(events, analysis.film) if chapter.event]
    return replace(
        names_alone(kept),
        durations=sum(event.duration > 1 for event in kept),
        left_out=overlapping.left_out + overlapping.colours - len(kept),
        shortened=sum(len(clean(event.name, sys.maxsize)) > _TITLE_LIMIT for event in kept),
    )


def _chapters(events: Sequence[Event], film: Film) -> list[Chapter]:
    return _spaced(_rounded(events, film), seconds_of(film)(film.frames))


def _rounded(events: Sequence[Event], film: Film) -> list[Chapter]:
    """Return all chapters by whole seconds, rounded down so that none begins after its event."""
    seconds = seconds_of(film)
    return [
        Chapter(max(int(seconds(event.start)), 0), _strength(event), _title(event), event)
        for event in chaptered(events, film)
    ]


def _spaced(wanted: Sequence[Chapter], length: Fraction) -> list[Chapter]:
    """Return chapters ten seconds apart, from 0 on; of two that are nearer the stronger stands."""
    found: list[Chapter] = []
    if not wanted or wanted[0].second > 0:
        found.append(Chapter(0, 0.0, _START))
    for chapter in wanted:
        if chapter.second + _SHORTEST > length and found:
            continue
        if not found or chapter.second - found[-1].second >= _SHORTEST:
            found.append(chapter)
        elif found[-1].second > 0 and chapter.strength > found[-1].strength:
            found[-1] = chapter
    return found


def _strength(event: Event) -> float:
    """Return how sure a beat is; of shots the longer counts more."""
    confidence = event.data.get("cinetag", {}).get("confidence")
    return float(event.duration) if confidence is None else float(confidence)


def _title(event: Event) -> str:
    return clean(event.name.translate(_REFUSED), _TITLE_LIMIT) or event.kind


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
