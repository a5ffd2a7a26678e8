"""Markers for Avid Media Composer: Markers window > Import, tab separated text without a header.

User, timecode, track, colour, comment, length in frames. Only a length of 1 has been seen in lists
that Avid wrote, so every marker is a point unless spans are asked for. A track keeps one marker a
frame: events that begin together are one.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.events import KINDS
from cinetag_plugin.export.labels import beginning_said, labelled, midnight_said
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.text import SEPARATOR

Encoding = Literal["utf-8", "mac_roman"]

USER, TRACK = "cinetag", "V1"

_POINT = "1"


def render(
    table: Sequence[Event], analysis: Analysis, *, span: bool = False, encoding: Encoding = "utf-8"
) -> bytes:
    """Return the list, by time, lines ended by CR LF.

    Args:
        table: the events.
        analysis: what they were made from.
        span: markers are as long as their events.
        encoding: of the text; what ``mac_roman`` lacks becomes ``?``.

    Raises:
        ExportError: the film's rate has no timecode.
    """
    grid = conformed(analysis)
    label = labelled(analysis.film, grid, "a marker list of Avid")
    length: Callable[[Mark], str] = (lambda mark: str(mark.duration)) if span else (lambda mark: _POINT)
    rows = (
        (USER, label(mark.start), TRACK, colour(mark.colour, "avid").lower(), said(mark), length(mark))
        for mark in kept(table, grid, _carries(span))
    )
    return "".join("\t".join(row) + "\r\n" for row in rows).encode(encoding, "replace")


def losses(
    table: Sequence[Event], analysis: Analysis, *, span: bool = False, encoding: Encoding = "utf-8"
) -> Losses:
    """Count what markers do not hold, say what text is not, and where the sequence must begin."""
    grid, carries = conformed(analysis), _carries(span)
    unheld = _unheld_said(kept(table, grid, carries), encoding)
    return lost(table, grid, carries, unheld, midnight_said(grid), beginning_said(grid))


def _carries(span: bool) -> Carries:
    return Carries(lengths=KINDS if span else (), one_a_place=True)


def _unheld_said(found: Sequence[Mark], encoding: Encoding) -> str:
    unheld = sum(said(mark).encode(encoding, "replace").decode(encoding) != said(mark) for mark in found)
    return f"{unheld} with signs that {encoding} lacks, written as ?" if unheld else ""


def said(mark: Mark) -> str:
    """Return the one text that a marker has."""
    return SEPARATOR.join(filter(None, (mark.name, mark.comment)))
