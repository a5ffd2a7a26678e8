"""Labelled pictures as somebody laid them out: a folder of folders, or a manifest.

A manifest is a table of columns parted by tabs, with the columns ``path``, ``tags`` (or ``label``) and
``source_group``; others are left alone. A bad row is told and passed over, for scoring what a stranger
collected must not end at the first slip; who learns from the pictures takes them by :meth:`Listing.whole`,
which ends there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited

LARGEST_TABLE = 256 * 1024 * 1024
"""Bytes; a manifest of a million pictures has some two hundred megabytes."""

LONGEST_LINE = 131_072
"""Characters; a file with a longer line is of another kind."""

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})

_RULES = (
    "mend or remove it: every column has a value, no picture stands there twice, no path leaves the folder"
)


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture, what was said about it, and where it comes from.

    Attributes:
        path: the picture's file, in the collection's folder or below; it may be missing.
        room: the first folder of its path in the collection, such as ``film``.
        labels: what it shows; a label that is absent was not always judged absent.
        group: the collection it was taken from, whose pictures share look and subject; empty if not told.
        line: where it stands in the manifest, from 1; 0 where there is none.
    """

    path: Path
    room: str
    labels: frozenset[str]
    group: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The pictures that are listed as they should be, each once.

    Attributes:
        path: of the manifest or folder.
        pictures: in the manifest's order, or by name.
        faults: what is wrong with the other rows, one line each.
        sha256: of the manifest, in hex; empty for a folder.
    """

    path: Path
    pictures: tuple[LabelledPicture, ...]
    faults: tuple[str, ...] = ()
    sha256: str = ""

    def whole(self) -> tuple[LabelledPicture, ...]:
        """Return the pictures, all that are listed.

        Raises:
            DocumentError: a row has a fault.
        """
        if self.faults:
            raise DocumentError(self.path, self.faults[0], _RULES)
        return self.pictures


def read_labelled(path: Path) -> Listing:
    """Read a folder of folders, or a manifest.

    In a folder, a picture's label is the first folder below, its group the second one; links to folders
    are not followed. Paths in a manifest are relative to its folder, and may not leave it.

    Raises:
        DocumentError: unreadable, no table, or a column is missing.
    """
    return Listing(path, tuple(_in_folder(path))) if path.is_dir() else _in_manifest(path)


def _in_folder(folder: Path) -> Iterator[LabelledPicture]:
    for place, below, files in os.walk(folder):
        below.sort()
        inside = Path(place).relative_to(folder).parts
        for name in sorted(files):
            if inside and not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                group = inside[1] if len(inside) > 1 else ""
                yield LabelledPicture(Path(place) / name, inside[0], frozenset(inside[:1]), group)


def _in_manifest(manifest: Path) -> Listing:
    table = read_table(manifest)
    labels = "label" if "tags" not in table.columns and "label" in table.columns else "tags"
    pictures: dict[Path, LabelledPicture] = {}
    faults = []
    for number, cells in table.rows("path", labels, "source_group"):
        try:
            picture = _picture(manifest.parent, number, cells)
            if picture.path in pictures:
                raise ValueError(f"repeats the picture of line {pictures[picture.path].line}")
        except ValueError as fault:
            faults.append(f"line {number} {fault}")
        else:
            pictures[picture.path] = picture
    return Listing(manifest, tuple(pictures.values()), tuple(faults), table.sha256)


def _picture(folder: Path, line: int, cells: Sequence[str] | None) -> LabelledPicture:
    if cells is None:
        raise ValueError("is cut short")
    name, labels, group = cells
    inside = _inside(folder, name)
    found = frozenset(label.strip() for label in labels.split(",") if label.strip())
    return LabelledPicture(folder / inside, inside.parts[0], found, group.strip(), line)


def _inside(folder: Path, name: str) -> Path:
    """Return a path relative to the folder, in one spelling.

    Raises:
        ValueError: it is none, or leaves the folder, on this system or on one that parts by backslashes.
    """
    if not name.strip() or "\0" in name:
        raise ValueError("names no picture")
    top = Path(os.path.normpath(folder.absolute()))
    for spelt in (name.replace("\\", "/"), name):
        path = Path(os.path.normpath(top / spelt))
        if not path.is_relative_to(top):
            raise ValueError(f"names {name[:80]}, which leaves the manifest's folder")
    if path == top:
        raise ValueError("names no picture")
    return path.relative_to(top)


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows whose cells are parted by tabs.

    Attributes:
        path: of the file.
        columns: as its first line names them.
        lines: the others, as they stand there.
        sha256: of the file, in hex.
    """

    path: Path
    columns: Sequence[str]
    lines: Sequence[str]
    sha256: str

    def rows(self, *columns: str) -> Iterator[tuple[int, list[str] | None]]:
        """Yield each line's number, from 1, and its cells in these columns; None where it is cut short.

        Empty lines are passed over.

        Raises:
            DocumentError: a column is missing.
        """
        for column in columns:
            if column not in self.columns:
                remedy = f"name the columns {', '.join(columns)} in the first line"
                raise DocumentError(self.path, f"has no column {column}", remedy)
        places = [self.columns.index(column) for column in columns]
        for number, line in enumerate(self.lines, 2):
            cells = line.split("\t")
            if line.strip():
                yield number, [cells[place] for place in places] if len(cells) > max(places) else None


def read_table(path: Path) -> Table:
    """Read a table; a byte order mark is no part of it.

    Raises:
        DocumentError: unreadable, not UTF-8, or with lines as no table has them.
    """
    content = read_limited(path, LARGEST_TABLE)
    try:
        text = content.decode("utf-8-sig")
        header, *lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, line in enumerate((header, *lines), 1):
            if len(line) > LONGEST_LINE:
                raise ValueError(f"line {number} has more than {LONGEST_LINE} characters")
    except ValueError as fault:
        raise DocumentError(path, f"is no table ({fault})", "save it as tab-separated UTF-8") from fault
    return Table(path, header.split("\t"), lines, hashlib.sha256(content).hexdigest())
