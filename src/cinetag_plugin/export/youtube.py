"""Chapters for the description of a video on YouTube: lines ``M:SS Title``.

YouTube wants whole seconds, the first chapter at 0:00, three of them at least, and ten seconds at least
for each. It does not say ends: a chapter goes on to the next.
"""

from collections.abc import Sequence
from fractions import Fraction

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.errors import UnfitError
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.selection import chapters, chapters_lost
from cinetag_plugin.export.table_csv import seconds_of
from cinetag_plugin.export.text import clean

_SHORTEST = 10
_FEWEST = 3
_TITLE_LIMIT = 100
_START = "Start"
_REFUSED = str.maketrans("<>", "()")
"""A description must not have these."""

Chapter = tuple[int, float, str]
"""Second, strength, title."""


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return a line a chapter: beats, or else shots.

    Raises:
        UnfitError: fewer than three chapters are left that are long enough.
    """
    found = _chapters(events, analysis.film)
    if len(found) < _FEWEST:
        fault = f"has {len(found)} of the {_FEWEST} chapters of {_SHORTEST} s that YouTube asks for"
        raise UnfitError(analysis.film.name, fault, "use another format of chapters, such as ffmetadata")
    return "".join(f"{_clock(second)} {title}\n" for second, _, title in found).encode("utf-8")


def losses(events: Sequence[Event], analysis: Analysis) -> str:
    """Say how many chapters are left out, those that overlap and those that are too short."""
    wanted = _rounded(events, analysis.film)
    left_out = len(wanted) - sum(chapter in wanted for chapter in _chapters(events, analysis.film))
    said = f"{left_out} of {len(wanted)} chapters left out, nearer than {_SHORTEST} s to the next"
    return "; ".join(filter(None, (chapters_lost(events, analysis.film), said if left_out else "")))


def _chapters(events: Sequence[Event], film: Film) -> list[Chapter]:
    return _spaced(_rounded(events, film), seconds_of(film)(film.frames))


def _rounded(events: Sequence[Event], film: Film) -> list[Chapter]:
    """Return all chapters by whole seconds, rounded down so that none begins after its event."""
    seconds = seconds_of(film)
    return [
        (max(int(seconds(event.start)), 0), _strength(event), _title(event))
        for event in chapters(events, film)
    ]


def _spaced(wanted: Sequence[Chapter], length: Fraction) -> list[Chapter]:
    """Return chapters ten seconds apart, from 0 on; of two that are nearer the stronger stands."""
    found: list[Chapter] = []
    if not wanted or wanted[0][0] > 0:
        found.append((0, 0.0, _START))
    for chapter in wanted:
        if chapter[0] + _SHORTEST > length and found:
            continue
        if not found or chapter[0] - found[-1][0] >= _SHORTEST:
            found.append(chapter)
        elif found[-1][0] > 0 and chapter[1] > found[-1][1]:
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
