"""Markers for DaVinci Resolve: Media Pool > timeline > Timelines > Import > Timeline Markers from EDL.

An event a marker, in the form of Resolve's own exports. The place is the timecode of the timeline,
which must begin at the film's start timecode (Resolve's own default is 01:00:00:00). Resolve keeps one
marker a frame, so events that begin together are one marker; it takes at most 999, so the weakest of
more are left out.
"""

from collections.abc import Sequence
from typing import Literal

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.labels import beginning_said, counting, labelled, midnight_said
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.text import NAME_LIMIT, SEPARATOR, clean

CARRIES = Carries(one_a_place=True, most=999)

_LAST_OF_BMP = "\uffff"


def render(
    table: Sequence[Event], analysis: Analysis, *, note: Literal["before", "name"] = "before"
) -> bytes:
    """Return the list, lines ended by CR LF.

    Args:
        table: the events.
        analysis: what they were made from.
        note: comments stand ``before`` the directives, as Resolve writes them, or behind the ``name``,
            should an import drop them there.

    Raises:
        ExportError: the film's rate has no timecode.
    """
    grid = conformed(analysis)
    label = labelled(analysis.film, grid, "a marker EDL of Resolve")
    lines = [f"TITLE: {_plain(clean(analysis.film.name, NAME_LIMIT))}", counting(grid), ""]
    for number, mark in enumerate(kept(table, grid, CARRIES), start=1):
        frame = f"{label(mark.start)} {label(mark.start + 1)}"
        lines += [
            f"{number:03}  001      V     C        {frame} {frame}  ",
            _directives(mark, note),
            "",
        ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers do not hold, and say where the timeline must begin."""
    grid = conformed(analysis)
    return lost(table, grid, CARRIES, midnight_said(grid), beginning_said(grid))


def _directives(mark: Mark, note: str) -> str:
    before, name = _plain(mark.comment), _plain(mark.name)
    if note == "name":
        before, name = "", SEPARATOR.join(filter(None, (name, before)))
    return f"{before} |C:{colour(mark.colour, 'resolve_edl')} |M:{name} |D:{mark.duration}"


def _plain(text: str) -> str:
    """Return text without what begins a directive, and without what Resolve's reader garbles."""
    return clean("".join(char for char in text if char <= _LAST_OF_BMP).replace("|", "/"))
