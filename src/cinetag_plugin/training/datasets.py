"""Labelled pictures as a manifest lists them, checked before anything is learnt from them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from cinetag_plugin.document.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

COLUMNS = ("path", "tags", "source_group")
"""Columns that a manifest must have; others are left alone."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture, what was said about it, and where it comes from.

    Attributes:
        path: the picture's file.
        room: the first folder of its path in the manifest, such as ``film``.
        labels: what it shows; a label that is absent was not always judged absent.
        group: the collection it was taken from; pictures of one group share look and subject.
    """

    path: Path
    room: str
    labels: frozenset[str]
    group: str


def read_manifest(manifest: Path, rooms: Collection[str]) -> list[LabelledPicture]:
    """Read the rows of a tab-separated manifest whose first folder is one of ``rooms``.

    Paths in the manifest are relative to its folder.

    Raises:
        DocumentError: a column is missing, a row is cut short, a path leaves the folder, is listed
            twice or does not exist, or no row is left.
    """
    try:
        with manifest.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            _check_columns(manifest, reader.fieldnames or ())
            rows = [row for row in reader if _room(row["path"] or "") in rooms]
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(manifest, f"the manifest cannot be read ({error})") from error
    pictures = [_picture(manifest, row) for row in rows]
    if not pictures:
        raise DocumentError(manifest, f"no picture in {', '.join(sorted(rooms))}")
    if len({picture.path for picture in pictures}) < len(pictures):
        raise DocumentError(manifest, "a picture is listed twice", "keep one row a picture")
    return pictures


def label_counts(pictures: Iterable[LabelledPicture]) -> dict[str, int]:
    """Count the pictures of each label, most frequent first, equal counts in alphabetic order."""
    counts: dict[str, int] = {}
    for picture in pictures:
        for label in picture.labels:
            counts[label] = counts.get(label, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def truth_matrix(pictures: Sequence[LabelledPicture], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Say for each picture (row) and label (column) whether the label was given to the picture."""
    return np.array([[label in picture.labels for label in labels] for picture in pictures], bool)


def _check_columns(manifest: Path, columns: Collection[str]) -> None:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise DocumentError(manifest, f"column {missing[0]} is missing")


def _room(path: str) -> str:
    return path.split("/", 1)[0]


def _picture(manifest: Path, row: dict[str, str]) -> LabelledPicture:
    if any(row[column] is None for column in COLUMNS):
        raise DocumentError(manifest, f"the row of {row['path']} is cut short")
    relative = PurePosixPath(row["path"])
    if relative.is_absolute() or ".." in relative.parts:
        raise DocumentError(manifest, f"{relative} leaves the manifest's folder")
    path = manifest.parent.joinpath(*relative.parts)
    if not path.is_file():
        raise DocumentError(manifest, f"{relative} does not exist")
    labels = frozenset(label.strip() for label in row["tags"].split(",") if label.strip())
    return LabelledPicture(path, _room(row["path"]), labels, row["source_group"])
