"""What volunteers' answers come to: mean opinion scores, and equation 7 of Khan et al. (AVSS 2017).

Equation 7 prints a factor of 1/(MN)^2 before the sum over M viewers and N films. The sum has MN
terms of at most 1, so that nothing above 1/(MN) could come out, and the printed results (precision
0.76) need 1/(MN): precision and recall are read as means over all pairs of a film and a viewer.

Intervals draw volunteers again; one volunteer has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cinetag_plugin.evaluation.sheets import BEST_GRADE, OwnTags, Rating
from cinetag_plugin.evaluation.tags import Interval, intervals_by_source

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Opinion:
    """A mean opinion score, 1 to 5, over all ratings given."""

    ratings: int
    volunteers: int
    mean: float
    interval: Interval

    @property
    def percent(self) -> float:
        """The mean in percent of the best grade, as the paper prints it."""
        return 100 * self.mean / BEST_GRADE

    def as_json(self) -> dict[str, Any]:
        """Return the score and what it stands on."""
        counts = {"n": self.ratings, "volunteers": self.volunteers}
        return {"mos": self.mean, "interval": self.interval, "percent": self.percent} | counts


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of equation 7 over ``pairs`` of a film and a volunteer."""

    pairs: int
    volunteers: int
    precision: float
    recall: float
    intervals: Mapping[str, Interval]

    @property
    def f1(self) -> float:
        """Harmonic mean of mean precision and mean recall."""
        return harmonic_mean(self.precision, self.recall)

    def as_json(self) -> dict[str, Any]:
        """Return the figures and what they stand on."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        counts = {"pairs": self.pairs, "volunteers": self.volunteers}
        return {**figures, "intervals": dict(self.intervals), **counts}


def harmonic_mean(precision: float, recall: float) -> float:
    """Return ``2PR / (P + R)``, and 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def opinion(ratings: Sequence[Rating]) -> Opinion:
    """Return the mean opinion score of at least one rating."""
    grades = np.array([rating.grade for rating in ratings], float)
    who = [rating.volunteer for rating in ratings]
    (interval,) = intervals_by_source(who, lambda rows: np.array([grades[rows].mean()]))
    return Opinion(len(ratings), len(set(who)), float(grades.mean()), interval)


def agreement(answers: Sequence[OwnTags], extracted: Mapping[str, frozenset[str]]) -> Agreement:
    """Compare extracted tags with those that volunteers would give; at least one answer.

    Args:
        answers: a pair of film and volunteer each; what was named counts as all that is true.
        extracted: the tags found in each film; a film without any has precision 0.

    Raises:
        KeyError: a film is not among the extracted.
    """
    pairs = np.array([_shares(extracted[answer.film], answer.tags) for answer in answers])

    def statistics(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        precision, recall = (float(value) for value in pairs[rows].mean(axis=0))
        return np.array([precision, recall, harmonic_mean(precision, recall)])

    who = [answer.volunteer for answer in answers]
    ends = intervals_by_source(who, statistics)
    precision, recall = (float(value) for value in pairs.mean(axis=0))
    named = dict(zip(("precision", "recall", "f1"), ends, strict=True))
    return Agreement(len(answers), len(set(who)), precision, recall, named)


def _shares(extracted: frozenset[str], named: frozenset[str]) -> tuple[float, float]:
    right = len(extracted & named)
    return right / len(extracted) if extracted else 0.0, right / len(named)
