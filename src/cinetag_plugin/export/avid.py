"""Markers for Avid Media Composer: Markers window > Import, tab separated text without a header.

User, timecode, track, colour, comment, length in frames. Only a length of 1 has been seen in lists
that Avid wrote, so every marker is a point. A track keeps one marker a frame: events that begin
together are one.
"""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.labels import beginning_said, labelled, midnight_said
from cinetag_plugin.export.marks import Mark, marks, merging_said, one_a_place
from cinetag_plugin.export.text import SEPARATOR

_USER, _TRACK, _POINT = "cinetag", "V1", "1"


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the list, by time, lines ended by CR LF.

    Raises:
        ExportError: the film's rate has no timecode.
    """
    grid = conformed(analysis)
    label = labelled(analysis.film, grid, "a marker list of Avid")
    rows = (
        (_USER, label(mark.start), _TRACK, colour(mark.colour, "avid").lower(), _said(mark), _POINT)
        for mark in one_a_place(marks(table, grid))
    )
    return "".join("\t".join(row) + "\r\n" for row in rows).encode()


def losses(table: Sequence[Event], analysis: Analysis) -> str:
    """Say which events share a marker, and where the sequence must begin."""
    grid = conformed(analysis)
    said = (merging_said(marks(table, grid)), midnight_said(grid), beginning_said(grid))
    return "; ".join(filter(None, said))


def _said(mark: Mark) -> str:
    return SEPARATOR.join(filter(None, (mark.name, mark.comment)))
