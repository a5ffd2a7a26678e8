"""What people say of a film's beats: tables of events and of shots, frame by frame.

Columns are parted by tabs, lines that begin with ``#`` are comments. Events have the columns start, end,
category, note; shots have start, end, tags, beat and others. Frames are counted from 0 in display order,
the end is exclusive. Where a viewer would not decide, the category is ``difficult``; where nothing
happens, ``none``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.vocabulary import Names

DIFFICULT, NONE = "difficult", "none"

EVENTS_SUFFIX, SHOTS_SUFFIX = ".events.tsv", ".tsv"

LARGEST_TRUTH = 4 * 1024 * 1024
"""Bytes of a truth file."""

MOST_ROWS = 20_000

_COLUMN: Mapping[str, int] = {"events": 2, "shots": 3}
_REMEDY: Mapping[str, str] = {
    "events": "rows are: start, end, category, note, parted by tabs",
    "shots": "rows are: start, end, tags, beat, parted by tabs",
}


@dataclass(frozen=True, slots=True)
class BeatSpan:
    """Frames ``[start, end)`` of one category (its slug), of a truth or of an answer."""

    start: int
    end: int
    category: str

    @property
    def extent(self) -> tuple[int, int]:
        """First frame, and the one past the last."""
        return self.start, self.end


def read_spans(path: Path, what: Literal["events", "shots"], names: Names) -> tuple[BeatSpan, ...]:
    """Read a table of events or shots, by rising start.

    Args:
        path: the file, UTF-8.
        what: which of the two kinds of table it is.
        names: knows the categories, their other names and their parts.

    Raises:
        DocumentError: unreadable, or a row that is none.
    """
    try:
        lines = read_limited(path, LARGEST_TRUTH).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", _REMEDY[what]) from fault
    known = {category.slug for category in names.beat_classes} | {DIFFICULT, NONE}
    spans = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            span = _span(line.split("\t"), _COLUMN[what], names)
            if span.category not in known:
                raise ValueError(f"has the unknown category {span.category[:40]!r}")
        except ValueError as fault:
            raise DocumentError(path, f"line {number} {fault}", _REMEDY[what]) from fault
        spans.append(span)
    if len(spans) > MOST_ROWS:
        raise DocumentError(path, f"has more than {MOST_ROWS} rows", "see that it is a table of one film")
    return tuple(sorted(spans, key=lambda span: span.extent))


def _span(cells: Sequence[str], column: int, names: Names) -> BeatSpan:
    if len(cells) <= column or not all(cell.isascii() and cell.isdecimal() for cell in cells[:2]):
        raise ValueError("lacks its frames or its category")
    start, end = (int(cell[:18]) for cell in cells[:2])
    if end <= start:
        raise ValueError("ends before it starts")
    return BeatSpan(start, end, names.resolve_category(cells[column].strip()))
