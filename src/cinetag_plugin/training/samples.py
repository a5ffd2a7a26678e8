"""Measured pictures made ready for training: copies merged, labels chosen, sources to split by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.tags import truth_of
from cinetag_plugin.training.collection import Collection
from cinetag_plugin.training.embeddings import Measured
from cinetag_plugin.training.splits import joined, source_of

FEWEST_LABELS = 2
FEWEST_UNITS = 3
"""One to teach, one to validate, one to test."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What a head is trained on; a row is a picture that is no copy of another.

    Attributes:
        embeddings: ``(pictures, values)`` float32.
        colours: ``(pictures, 128)`` float32, for the baseline.
        truth: ``(pictures, labels)``.
        labels: those with enough pictures, in alphabetic order.
        too_few: how many pictures the other labels have.
        sources: where each picture comes from.
        units: what a split never parts: sources where they are known, else pictures.
        by_source: the units are sources, all of them.
        rows: which of the collection's pictures these are.
        copies: how many pictures were merged into their first copy.
        background: the label of pictures that show none of the others; empty where there is none.
    """

    embeddings: NDArray[np.float32]
    colours: NDArray[np.float32]
    truth: NDArray[np.bool_]
    labels: tuple[str, ...]
    too_few: Mapping[str, int]
    sources: tuple[str, ...]
    units: tuple[str, ...]
    by_source: bool
    rows: tuple[int, ...]
    copies: int
    background: str = ""

    def without_background(self) -> Samples:
        """Return the same pictures with the background as no label: those that had it have none."""
        kept = [column for column, label in enumerate(self.labels) if label != self.background]
        labels = tuple(self.labels[column] for column in kept)
        return replace(self, truth=self.truth[:, kept], labels=labels, background="")


def samples_of(collection: Collection, measured: Measured, *, least: int, background: str = "") -> Samples:
    """Merge copies, leave out labels with fewer than ``least`` pictures, and pictures that have no other.

    A picture with a label besides the ``background`` does not show the background.

    Raises:
        DocumentError: fewer pictures, or fewer labels with enough of them, than training takes.
    """
    pictures = [collection.pictures[row] for row in measured.rows]
    first: dict[bytes, int] = {}
    labels_of: dict[bytes, frozenset[str]] = {}
    for row, (picture, checksum) in enumerate(zip(pictures, measured.checksums, strict=True)):
        first.setdefault(checksum, row)
        labels_of[checksum] = labels_of.get(checksum, frozenset()) | picture.labels
    for checksum, named in labels_of.items():
        if len(named) > 1:
            labels_of[checksum] = named - {background}
    counts = Counter(label for labels in labels_of.values() for label in labels)
    labels = tuple(sorted(label for label, count in counts.items() if count >= least))
    taught = [checksum for checksum in first if not labels_of[checksum].isdisjoint(labels)]
    if len(labels) < FEWEST_LABELS or len(taught) < FEWEST_UNITS:
        raise DocumentError(
            collection.name,
            f"has {len(labels)} labels with {least} pictures or more, and training takes {FEWEST_LABELS}",
            "add pictures, or lower --least",
        )
    names = joined([source_of(picture.group) for picture in pictures], measured.checksums)
    rows = [first[checksum] for checksum in taught]
    sources = tuple(names[row] for row in rows)
    guessed = [pictures[row].path in collection.sourceless for row in rows]
    units = tuple(
        f"picture {row}" if alone else source
        for row, source, alone in zip(rows, sources, guessed, strict=True)
    )
    if len(set(units)) < FEWEST_UNITS:
        guessed, units = [True] * len(rows), tuple(f"picture {row}" for row in rows)
    held = truth_of([labels_of[checksum] for checksum in taught], labels)
    embeddings, colours = (array[rows] if len(rows) < len(array) else array for array in measured.vectors)
    too_few = {label: count for label, count in sorted(counts.items()) if count < least}
    return Samples(
        embeddings,
        colours,
        held,
        labels,
        too_few,
        sources,
        units,
        not any(guessed),
        tuple(measured.rows[row] for row in rows),
        len(pictures) - len(first),
        background if background in labels else "",
    )
