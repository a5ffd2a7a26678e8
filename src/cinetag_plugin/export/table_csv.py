"""CSV: the whole table of events, one line each, for spreadsheets and scripts.

RFC 4180, UTF-8 without byte order mark, CRLF. Frames are those of the film, seconds are its
presentation times since the first frame with six decimals, timecode is that of the film's (or, at
variable rate, of the conformed) grid and empty at rates that have none. Cells that a fact does not
apply to are empty.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.document.time import seconds_at
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.spreadsheet import written
from cinetag_plugin.export.text import decimal_seconds

HEADER = (
    "in_frame",
    "out_frame",
    "in_tc",
    "out_tc",
    "in_seconds",
    "out_seconds",
    "kind",
    "class",
    "name",
    "comment",
    "strength",
    "probability",
    "confidence",
    "colour",
)
_SCORES = ("strength", "probability", "confidence")
_DECIMALS = 6


def render(events: Sequence[Event], analysis: Analysis, *, excel: bool = False) -> bytes:
    """Return the table; the colour is a web colour. ``excel`` is that of :func:`.spreadsheet.written`."""
    grid, seconds = conformed(analysis), seconds_of(analysis.film)
    return written([HEADER, *(_cells(event, grid, seconds) for event in events)], excel=excel)


def seconds_of(film: Film) -> Callable[[int], Fraction]:
    """Return what gives the exact time of a frame since the first: its pts where the rate varies."""
    return film.clock.seconds if film.variable_rate else lambda frame: seconds_at(frame, film.rate)


def _cells(event: Event, grid: Conformed, seconds: Callable[[int], Fraction]) -> list[Any]:
    facts = event.data.get("cinetag", {})
    times = [decimal_seconds(seconds(frame), _DECIMALS) for frame in (event.start, event.end)]
    return [
        event.start,
        event.end,
        *labels(event, grid),
        *times,
        event.kind,
        facts.get("class", event.slug),
        event.name,
        event.comment,
        *(facts.get(score, "") for score in _SCORES),
        colour(event.colour, "hex"),
    ]


def labels(event: Event, grid: Conformed) -> list[str]:
    """Return the timecodes of an event's first frame and of the one past its last; none where none are."""
    return grid.labels(event.start, event.end)
