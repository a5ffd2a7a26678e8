"""How right beat categories are: precision, recall and F of each, and what is taken for what.

The mean F is the mean of the categories' F, as in the published table (Ejaz et al., ICMV 2017), not
the F of mean precision and mean recall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.evaluation.shots import Counts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LABELS = 200
LARGEST_COUNT = 10**12
LARGEST_MATRIX = 4 * 1024 * 1024
"""Bytes of a matrix file."""

_REMEDY = 'it holds {"labels": [...], "matrix": [[...]]}, a row of counts for each true label'


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true label (row) was answered by each label (column); the same labels both ways."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]

    @property
    def per_category(self) -> dict[str, Counts]:
        """How often each label is true, was answered, and both."""
        answered = [sum(column) for column in zip(*self.matrix, strict=True)]
        return {
            label: Counts(sum(row), answered[place], row[place])
            for place, (label, row) in enumerate(zip(self.labels, self.matrix, strict=True))
        }

    @property
    def total(self) -> int:
        """All that was judged."""
        return sum(map(sum, self.matrix))

    @property
    def accuracy(self) -> float | None:
        """The part that was answered right; None where nothing was judged."""
        right = sum(row[place] for place, row in enumerate(self.matrix))
        return right / self.total if self.total else None

    @property
    def majority(self) -> float | None:
        """The accuracy of always answering the label that is true most often."""
        return max(map(sum, self.matrix)) / self.total if self.total else None

    @property
    def mean_precision(self) -> float | None:
        """Mean over the labels that were answered."""
        return _mean(counts.precision for counts in self.per_category.values())

    @property
    def mean_recall(self) -> float | None:
        """Mean over the labels that are ever true."""
        return _mean(counts.recall for counts in self.per_category.values())

    @property
    def mean_f(self) -> float | None:
        """Mean of the labels' F, over those that are ever true or were answered."""
        return _mean(counts.f1 for counts in self.per_category.values())

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that scripts rely on."""
        return {
            "per_category": {label: category_figures(counts) for label, counts in self.per_category.items()},
            "mean_f": self.mean_f,
            "accuracy": self.accuracy,
            "confusion": {"labels": list(self.labels), "matrix": [list(row) for row in self.matrix]},
            "n": self.total,
            "mean_precision": self.mean_precision,
            "mean_recall": self.mean_recall,
            "majority": self.majority,
        }


def category_figures(counts: Counts) -> dict[str, Any]:
    """Return rates and counts of one category, or of all together, under the names that scripts rely on."""
    figures = counts.as_json()
    return {"precision": figures["precision"], "recall": figures["recall"], "f": figures["f1"]} | {
        "n": counts.true,
        "answered": counts.found,
        "right": counts.matched,
    }


def _mean(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def confusion_of(labels: Sequence[str], true: Sequence[int], answered: Sequence[int]) -> Confusion:
    """Count pairs of true and answered labels, both as places in ``labels``."""
    matrix = [[0] * len(labels) for _ in labels]
    for row, column in zip(true, answered, strict=True):
        matrix[row][column] += 1
    return Confusion(tuple(labels), tuple(map(tuple, matrix)))


def intervals(
    labels: Sequence[str], true: Sequence[int], answered: Sequence[int], sources: Sequence[str]
) -> Mapping[str, tuple[float, float] | None]:
    """Return the 95 % intervals of mean F and accuracy when whole sources are drawn again; see tags."""
    import numpy as np

    from cinetag_plugin.evaluation.tags import intervals_by_source

    truth, said, kinds = np.array(true), np.array(answered), len(labels)

    def statistics(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        pairs = np.bincount(truth[rows] * kinds + said[rows], minlength=kinds * kinds)
        matrix = pairs.reshape(kinds, kinds)
        both = matrix.sum(axis=0) + matrix.sum(axis=1)
        right = matrix.diagonal()
        occurs = both > 0
        return np.array([(2 * right[occurs] / both[occurs]).mean(), right.sum() / len(rows)])

    return dict(zip(("mean_f", "accuracy"), intervals_by_source(sources, statistics), strict=True))


class _Matrix(msgspec.Struct):
    labels: list[str]
    matrix: list[list[int]]


def read_confusion(path: Path) -> Confusion:
    """Read a matrix: JSON with ``labels`` and ``matrix``, rows for the truth, columns for the answers.

    Raises:
        DocumentError: unreadable, not square, or counts that are none.
    """
    try:
        given = msgspec.json.decode(read_limited(path, LARGEST_MATRIX), type=_Matrix)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise DocumentError(path, f"is no confusion matrix ({fault})", _REMEDY) from fault
    if what := _fault(given):
        raise DocumentError(path, what, _REMEDY)
    return Confusion(tuple(given.labels), tuple(map(tuple, given.matrix)))


def _fault(given: _Matrix) -> str:
    size = len(given.labels)
    if not 1 <= size <= MOST_LABELS:
        return f"has {size} labels, not 1 to {MOST_LABELS}"
    if len(set(given.labels)) < size or not all(map(str.strip, given.labels)):
        return "has labels that are empty or stand there twice"
    if len(given.matrix) != size or any(len(row) != size for row in given.matrix):
        return f"has {size} labels, but no {size} rows of {size} counts"
    if any(not 0 <= count <= LARGEST_COUNT for row in given.matrix for count in row):
        return "has counts below 0, or larger than any"
    return ""
