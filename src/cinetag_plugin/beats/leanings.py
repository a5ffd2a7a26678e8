"""What sound, faces, subtitles and motion add to what a shot's pictures say.

Each measure of a shot that lies above the film's median multiplies the odds of some categories, and
below it divides them. The table is data (``data/leanings.json``): log-odds for each ``unit``, to two
units at most. Its numbers were set by hand and are small: no film with labelled beats is large enough to
learn them from, so none of it is used unless it is asked for. docs/beats.md says what it did where
it could be measured.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import resources
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from cinetag_plugin.document.records import Shot

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_UNITS = 2.0


class Leaning(msgspec.Struct, frozen=True):
    """One measure: which evidence it belongs to, and what a ``unit`` of it adds to log-odds."""

    evidence: str
    measure: str
    unit: float
    leans: dict[str, float]


def known_leanings() -> list[Leaning]:
    """Return the table."""
    text = resources.files("cinetag_plugin.beats").joinpath("data/leanings.json").read_bytes()
    return msgspec.json.decode(text, type=list[Leaning])


def leaned(
    said: NDArray[np.float64], shots: Sequence[Shot], labels: Sequence[str], evidence: Collection[str]
) -> NDArray[np.float64]:
    """Return what the shots say, with the evidence in it; rows sum to 1, and a 0 stays 0.

    Args:
        said: ``(shots, labels)``, rows summing to 1.
        shots: with their measures; one that lacks a measure is not moved by it.
        labels: those of the columns.
        evidence: which kinds count.
    """
    odds = np.zeros(said.shape)
    for leaning in known_leanings():
        if leaning.evidence in evidence:
            apart = _apart(shots, leaning)
            for column, label in enumerate(labels):
                odds[:, column] += leaning.leans.get(label, 0.0) * apart
    moved = said * np.exp(odds)
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))


def _apart(shots: Sequence[Shot], leaning: Leaning) -> NDArray[np.float64]:
    """Return by how many units each shot lies above the median of those that have the measure."""
    values = np.array([shot.measures.get(leaning.measure, np.nan) for shot in shots])
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(shots))
    units = (values - np.median(values[known])) / leaning.unit
    return np.asarray(np.where(known, units, 0.0).clip(-MOST_UNITS, MOST_UNITS))
