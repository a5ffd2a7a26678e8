"""Folds that never have one source on both sides.

Pictures of one collection share photographers, padding, size and subject: a head that has seen
some of them recognises the collection, not the tag. So whole sources are dealt to folds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cinetag_plugin.evaluation.labelled import LabelledPicture


def source_of(group: str) -> str:
    """Name the source of a group: itself, but one for all web sites of an owner (``web:OWNER/SITE``)."""
    return group.split("/", 1)[0] if group.startswith("web:") else group


def sources(pictures: Sequence[LabelledPicture]) -> list[str]:
    """Name the source of each picture, one name for sources that share a file name (copies).

    Of joined sources the first in alphabetic order gives the name.
    """
    return joined(
        [source_of(picture.group) for picture in pictures], [picture.path.name for picture in pictures]
    )


def joined(sources: Sequence[str], copies: Sequence[str | bytes]) -> list[str]:
    """Give one name to sources that share a picture.

    Args:
        sources: the source of each picture.
        copies: equal for pictures that are copies of each other.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    first: dict[str | bytes, str] = {}
    for source, copy in zip(sources, copies, strict=True):
        one, other = root(source), root(first.setdefault(copy, source))
        parent[max(one, other)] = min(one, other)
    return [root(source) for source in sources]


def deal_folds(sources: Iterable[str], folds: int) -> NDArray[np.int64]:
    """Give each picture a fold: whole sources, largest first, each to the fold that is smallest.

    Equal sources are dealt in alphabetic order, so the same pictures always give the same folds.
    """
    names = np.array(list(sources))
    unique, counts = np.unique(names, return_counts=True)
    sizes = np.zeros(folds, np.int64)
    fold_of: dict[str, int] = {}
    for index in np.lexsort((unique, -counts)):
        smallest = int(sizes.argmin())
        fold_of[str(unique[index])] = smallest
        sizes[smallest] += counts[index]
    return np.array([fold_of[str(name)] for name in names], np.int64)


class Split(NamedTuple):
    """Which pictures (as indices) are taught, which choose settings, and which only measure."""

    train: NDArray[np.int64]
    validate: NDArray[np.int64]
    test: NDArray[np.int64]


def rotations(fold: NDArray[np.int64], rounds: int) -> list[Split]:
    """Let one fold after the other be tested, validated on the one before it, and taught on the others.

    Args:
        fold: of each picture, from :func:`deal_folds`; at least three folds hold something.
        rounds: how many rotations; the last folds come first, which hold the smallest sources.
    """
    folds = int(fold.max()) + 1
    return [
        Split(
            np.flatnonzero((fold != folds - 1 - turn) & (fold != (folds - 2 - turn) % folds)),
            np.flatnonzero(fold == (folds - 2 - turn) % folds),
            np.flatnonzero(fold == folds - 1 - turn),
        )
        for turn in range(min(rounds, folds))
    ]
