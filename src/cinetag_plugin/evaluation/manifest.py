"""Manifests of labelled pictures, read row by row: a bad row is told and passed over.

A manifest is a table of columns parted by tabs, with the columns ``path``, ``tags`` and
``source_group``; others are left alone. Scoring what a stranger collected must not end at the first
slip, as training does.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited

COLUMNS = ("path", "tags", "source_group")

LARGEST_MANIFEST = 256 * 1024 * 1024
"""Bytes; a million rows have some two hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One picture of a manifest.

    Attributes:
        line: where the row stands, from 1.
        path: the picture, in the manifest's folder or below; it may be missing.
        labels: what was said of it; a label that is absent was not always judged absent.
        group: the collection it comes from.
    """

    line: int
    path: Path
    labels: frozenset[str]
    group: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows that can be used, what is wrong with the others, and the file's checksum in hex."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]
    sha256: str


def read_rows(path: Path) -> Manifest:
    """Read a manifest; paths in it are relative to its folder, and may not leave it.

    Raises:
        DocumentError: unreadable, not UTF-8, or a column is missing.
    """
    content = read_limited(path, LARGEST_MANIFEST)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", "save it as UTF-8") from fault
    header, *lines = text.split("\n")
    places = _places(path, header.removesuffix("\r").split("\t"))
    rows: dict[Path, Row] = {}
    faults = []
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        try:
            row = _row(path.parent, number, line.removesuffix("\r").split("\t"), places)
            if row.path in rows:
                raise ValueError(f"repeats the picture of line {rows[row.path].line}")
        except ValueError as fault:
            faults.append(f"line {number} {fault}")
        else:
            rows[row.path] = row
    return Manifest(tuple(rows.values()), tuple(faults), hashlib.sha256(content).hexdigest())


def _places(path: Path, header: list[str]) -> list[int]:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise DocumentError(path, f"has no column {missing[0]}", f"name the columns {', '.join(COLUMNS)}")
    return [header.index(column) for column in COLUMNS]


def _row(folder: Path, number: int, cells: list[str], places: list[int]) -> Row:
    if len(cells) <= max(places):
        raise ValueError("is cut short")
    name, labels, group = (cells[place] for place in places)
    if not name.strip() or "\0" in name:
        raise ValueError("names no picture")
    picture = Path(os.path.normpath(folder / name))
    if not picture.is_relative_to(os.path.normpath(folder)):
        raise ValueError(f"names {name[:80]}, which leaves the manifest's folder")
    found = frozenset(label.strip() for label in labels.split(",") if label.strip())
    return Row(number, picture, found, group)
