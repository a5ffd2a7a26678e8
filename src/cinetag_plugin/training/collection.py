"""The labelled pictures that are learnt from: a fault ends the reading, labels are the vocabulary's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.vocabulary import slug_of
from cinetag_plugin.evaluation.labelled import LabelledPicture, read_labelled, read_table

Resolve = Callable[[str], str]

BEAT_LABELS = "BEATS.tsv"
"""Beside a manifest or in the folder: columns ``label`` and ``category``; ``-`` stands for none."""

NO_NAMES: Mapping[str, str] = {}


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
    path: Path,
    resolve: Resolve,
    *,
    parts: Sequence[str] = (),
    beats: bool = False,
    same_source: Mapping[str, str] = NO_NAMES,
) -> Collection:
    """Read a folder of folders, or a manifest (:func:`~cinetag_plugin.evaluation.labelled.read_labelled`).

    Args:
        path: the folder or the manifest.
        resolve: gives the slug of a label.
        parts: folders to take pictures from; all where none is named.
        beats: labels are turned into beat categories by the table ``BEATS.tsv`` where there is one;
            labels that it does not list are then left out.
        same_source: groups that are parts of one source, and the name that they get.

    Raises:
        DocumentError: it cannot be read, a path leaves the folder, a picture is listed twice, or
            no picture with a label is left.
    """
    listing = read_labelled(path)
    folder = path if path.is_dir() else path.parent
    categories = _categories(folder / BEAT_LABELS) if beats else None
    pictures, sourceless, unlabelled = [], set(), 0
    for picture in listing.whole():
        inside = picture.path.relative_to(folder)
        if parts and not any(inside.is_relative_to(part) for part in parts):
            continue
        slugs = frozenset(_slugs(picture.labels, resolve, categories))
        if not slugs:
            unlabelled += 1
            continue
        group = same_source.get(picture.group, picture.group) or picture.room
        pictures.append(replace(picture, labels=slugs, group=group))
        if not picture.group:
            sourceless.add(picture.path)
    if not pictures:
        raise DocumentError(path, "holds no picture with a label", "lay it out as docs/training.md says")
    name = folder.resolve().name or "pictures"
    return Collection(name, tuple(pictures), frozenset(sourceless), unlabelled, listing.sha256)


def read_rooms(
    manifest: Path, rooms: Sequence[str], same_source: Mapping[str, str] = NO_NAMES
) -> list[LabelledPicture]:
    """Read the pictures of a manifest whose first folder is one of ``rooms``; labels stay as they are.

    Pictures without a label are among them.

    Args:
        manifest: the table.
        rooms: names of folders.
        same_source: groups that are parts of one source, and the name that they get.

    Raises:
        DocumentError: as :func:`read_collection`, a picture does not exist, or none is left.
    """
    found = [
        replace(picture, group=same_source.get(picture.group, picture.group))
        for picture in read_labelled(manifest).whole()
        if picture.room in rooms
    ]
    if not found:
        raise DocumentError(manifest, f"no picture in {', '.join(sorted(rooms))}")
    for picture in found:
        if not picture.path.is_file():
            raise DocumentError(manifest, f"{picture.path.relative_to(manifest.parent)} does not exist")
    return found


def _slugs(labels: Iterable[str], resolve: Resolve, categories: Mapping[str, str] | None) -> Iterator[str]:
    for label in labels:
        if categories is None:
            yield resolve(label)
        elif slug_of(label) in categories:
            yield resolve(categories[slug_of(label)])


def _categories(path: Path) -> dict[str, str] | None:
    if not path.is_file():
        return None
    found = {}
    for _, cells in read_table(path).rows("label", "category"):
        label, category = cells or ("", "")
        if not {label.strip(), category.strip()} & {"", "-"}:
            found[slug_of(label)] = category
    return found
