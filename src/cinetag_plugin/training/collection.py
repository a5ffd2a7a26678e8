"""A user's labelled pictures: a folder of folders, or a manifest; labels as the vocabulary names them."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.vocabulary import slug_of
from cinetag_plugin.training.datasets import LabelledPicture

Resolve = Callable[[str], str]

LARGEST_TABLE = 256 * 1024 * 1024
"""Bytes; a manifest of a million pictures has some hundred megabytes."""

BEAT_LABELS = "BEATS.tsv"
"""Beside a manifest or in the folder: columns ``label`` and ``category``; ``-`` stands for none."""

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})


@dataclass(frozen=True, slots=True)
class Collection:
    """Labelled pictures of one name.

    Attributes:
        name: the folder's name, or that of the folder a manifest lies in.
        pictures: none is listed twice; that the files can be read is not known yet.
        sourceless: pictures whose source nobody told: their group is only their label's folder.
        unlabelled: how many pictures had no label of use, and were left out.
        sha256: of the manifest; empty for a folder.
    """

    name: str
    pictures: tuple[LabelledPicture, ...]
    sourceless: frozenset[Path]
    unlabelled: int
    sha256: str = ""


def read_collection(
    path: Path, resolve: Resolve, *, parts: Sequence[str] = (), beats: bool = False
) -> Collection:
    """Read a folder of folders, or a manifest.

    In a folder, a picture's label is the first folder below, its source the second one. A manifest is a
    tab-separated table with the columns ``path`` (relative to the manifest), ``tags`` or ``label``
    (parted by commas) and ``source_group``.

    Args:
        path: the folder or the manifest.
        resolve: gives the slug of a label.
        parts: folders to take pictures from; all where none is named.
        beats: labels are turned into beat categories by the table ``BEATS.tsv`` where there is one;
            labels that it does not list are then left out.

    Raises:
        DocumentError: it cannot be read, a path leaves the folder, a picture is listed twice, or
            no picture with a label is left.
    """
    folder = path if path.is_dir() else path.parent
    categories = _categories(folder / BEAT_LABELS) if beats else None
    rows, checksum = (_in_folder(path), "") if path.is_dir() else _in_manifest(path)
    pictures, sourceless, unlabelled = [], set(), 0
    for relative, labels, group in rows:
        if parts and not any(relative.is_relative_to(part) for part in parts):
            continue
        slugs = frozenset(_slugs(labels, resolve, categories))
        if not slugs:
            unlabelled += 1
            continue
        file = folder.joinpath(*relative.parts)
        pictures.append(LabelledPicture(file, relative.parts[0], slugs, group or relative.parts[0]))
        if not group:
            sourceless.add(file)
    if len({picture.path for picture in pictures}) < len(pictures):
        raise DocumentError(path, "a picture is listed twice", "keep one row a picture")
    if not pictures:
        raise DocumentError(path, "holds no picture with a label", "lay it out as docs/training.md says")
    name = folder.resolve().name or "pictures"
    return Collection(name, tuple(pictures), frozenset(sourceless), unlabelled, checksum)


Row = tuple[PurePosixPath, Sequence[str], str]


def _slugs(labels: Sequence[str], resolve: Resolve, categories: Mapping[str, str] | None) -> Iterator[str]:
    for label in labels:
        if categories is None:
            yield resolve(label)
        elif slug_of(label) in categories:
            yield resolve(categories[slug_of(label)])


def _in_folder(folder: Path) -> Iterator[Row]:
    """List the pictures below the folders of labels by name; links to folders are not followed."""
    for place, below, files in os.walk(folder):
        below.sort()
        inside = Path(place).relative_to(folder)
        for name in sorted(files):
            if not inside.parts or name.startswith(".") or Path(name).suffix.lower() not in PICTURE_SUFFIXES:
                continue
            group = inside.parts[1] if len(inside.parts) > 1 else ""
            yield PurePosixPath(*inside.parts, name), (inside.parts[0],), group


def _in_manifest(manifest: Path) -> tuple[Iterator[Row], str]:
    content = read_limited(manifest, LARGEST_TABLE)
    return _manifest_rows(manifest, content), hashlib.sha256(content).hexdigest()


def _manifest_rows(manifest: Path, content: bytes) -> Iterator[Row]:
    columns, rows = _table(manifest, content)
    labels = next((name for name in ("tags", "label") if name in columns), None)
    missing = [name for name in ("path", labels or "tags", "source_group") if name not in columns]
    if missing:
        raise DocumentError(manifest, f"column {missing[0]} is missing", "name the columns in the first line")
    for number, row in enumerate(rows, start=2):
        path, told, group = (row[name] for name in ("path", labels or "tags", "source_group"))
        if path is None or told is None or group is None:
            raise DocumentError(manifest, f"line {number} is cut short", "give every column a value")
        relative = PurePosixPath(path)
        if not relative.parts or relative.is_absolute() or ".." in relative.parts or "\\" in path:
            raise DocumentError(
                manifest, f"line {number}: {path[:200]!r} leaves the folder", "give paths below the manifest"
            )
        yield relative, [part.strip() for part in told.split(",") if part.strip()], group.strip()


def _categories(path: Path) -> dict[str, str] | None:
    if not path.is_file():
        return None
    columns, rows = _table(path, read_limited(path, LARGEST_TABLE))
    for name in ("label", "category"):
        if name not in columns:
            raise DocumentError(path, f"column {name} is missing", "name the columns in the first line")
    found = {}
    for row in rows:
        label, category = row["label"] or "-", row["category"] or "-"
        if "-" not in (label.strip(), category.strip()):
            found[slug_of(label)] = category
    return found


def _table(path: Path, content: bytes) -> tuple[Sequence[str], list[dict[str, str | None]]]:
    try:
        lines = content.decode("utf-8-sig").splitlines()
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows: list[dict[str, str | None]] = list(reader)
        return reader.fieldnames or (), rows
    except (UnicodeDecodeError, csv.Error) as fault:
        raise DocumentError(path, f"is no table ({fault})", "save it as tab-separated UTF-8") from fault
