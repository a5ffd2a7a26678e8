"""How good tag scores are: average precision, hits among the best, calibration, and how sure that is.

Truth is a boolean matrix ``(pictures, labels)``, scores a matrix of the same shape, higher for
likelier. Intervals resample whole sources, not pictures: the question is what happens on the
next source, and pictures of one source are not independent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from numpy.typing import NDArray

    Truth = NDArray[np.bool_]
    Scores = NDArray[np.floating]

Interval = tuple[float, float] | None
"""Low and high end at 95 % when whole sources are drawn again; None where fewer than two bear on it."""

BINS = 10
"""Of probability, for calibration."""


def truth_of(labels: Sequence[Set[str]], columns: Sequence[str]) -> Truth:
    """Return ``(pictures, columns)``: whether the labels of each picture have the column's."""
    return np.array([[column in of_picture for column in columns] for of_picture in labels], bool)


class Ranking:
    """One label's pictures from the highest score down; equal scores are one threshold.

    Args:
        truth: ``(pictures,)``, of which pictures the label holds.
        scores: likewise.
    """

    def __init__(self, truth: Truth, scores: Scores) -> None:
        self._order = np.argsort(-scores, kind="stable")
        self._held = truth[self._order]
        values = scores[self._order]
        self._last_of_tie = np.append(values[1:] != values[:-1], True)

    def average_precision(self, weights: NDArray[np.floating] | None = None) -> float:
        """Return the area under precision and recall; nan where the label never holds.

        The sum over thresholds of precision times the gain in recall, without interpolation, so that
        ties win nothing (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, section 8.4).

        Args:
            weights: ``(pictures,)``, how often each counts; once where nothing is said.
        """
        ranked = np.ones(len(self._order)) if weights is None else weights[self._order]
        right = np.cumsum(ranked * self._held)[self._last_of_tie]
        if right[-1] == 0:
            return float("nan")
        seen = np.maximum(np.cumsum(ranked)[self._last_of_tie], 1)
        return float((right / seen * np.diff(right, prepend=0)).sum() / right[-1])


def average_precision(truth: Truth, scores: Scores) -> float:
    """Return the average precision of one label; see :meth:`Ranking.average_precision`."""
    return Ranking(truth, scores).average_precision()


def average_precisions(truth: Truth, scores: Scores) -> NDArray[np.float64]:
    """Return the average precision of each label (column)."""
    pairs = zip(truth.T, scores.T, strict=True)
    return np.array([average_precision(held, given) for held, given in pairs])


def mean_average_precision(truth: Truth, scores: Scores) -> float:
    """Return the mean of the labels' average precisions; labels that never hold are left out."""
    values = average_precisions(truth, scores)
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def hit_rate(truth: Truth, scores: Scores, best: int) -> float:
    """Return how often one of the ``best`` labels of a picture is right, among pictures with any.

    Of equal scores the earlier label wins.
    """
    return float(hits(truth, scores, best)[truth.any(axis=1)].mean())


def hits(truth: Truth, scores: Scores, best: int) -> NDArray[np.bool_]:
    """Say for each picture whether one of its ``best`` labels is right."""
    chosen = np.argsort(-scores, axis=1, kind="stable")[:, :best]
    return np.asarray(np.take_along_axis(truth, chosen, axis=1).any(axis=1))


def calibration_error(truth: Truth, probabilities: Scores) -> float:
    """Return the expected calibration error: how far probabilities lie off how often labels hold.

    The mean over all picture-label pairs of the gap in their bin, ``BINS`` of equal width (Naeini,
    Cooper and Hauskrecht, AAAI 2015).
    """
    gaps = calibration_gaps(truth.reshape(1, -1), probabilities.reshape(1, -1))
    return float(np.abs(gaps).sum() / probabilities.size)


def calibration_gaps(truth: Truth, probabilities: Scores) -> NDArray[np.float64]:
    """Return how far what holds exceeds what was said, of each picture and bin: ``(pictures, BINS)``.

    Summed over pictures, the sizes of the bins' gaps add up to the calibration error times the pairs.
    """
    first = np.arange(len(truth))[:, np.newaxis] * BINS
    gaps = truth.astype(np.float64) - probabilities
    cells = (first + _bins_of(probabilities)).ravel()
    sums = np.bincount(cells, gaps.ravel(), minlength=len(truth) * BINS)
    return np.asarray(sums, np.float64).reshape(len(truth), BINS)


def _bins_of(probabilities: Scores) -> NDArray[np.int64]:
    return np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)


def reliability(truth: Truth, probabilities: Scores) -> list[tuple[float, float, int]]:
    """Return mean probability, how often the labels hold, and how many pairs, of each bin that has any.

    The bins are those of :func:`calibration_error`.
    """
    held, given = truth.ravel().astype(np.float64), probabilities.ravel()
    bin_of = _bins_of(given)
    members = np.bincount(bin_of, minlength=BINS)
    sums = zip(*(np.bincount(bin_of, v, minlength=BINS) for v in (given, held)), members, strict=True)
    return [(float(p / n), float(h / n), int(n)) for p, h, n in sums if n]


def bootstrap_by_source(
    sources: Sequence[str],
    statistic: Callable[[NDArray[np.int64]], float],
    rounds: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the percentile interval of a statistic when whole sources are drawn with replacement.

    Args:
        sources: the source of each picture.
        statistic: takes the drawn pictures as indices (with repeats); nan draws are left out.
        rounds: how many times the sources are drawn.
        seed: of the draws.
        level: how much of the draws lies inside the interval.
    """
    drawn = bootstrap_each(sources, lambda rows: np.array([statistic(rows)]), rounds, seed, level)
    return float(drawn[0, 0]), float(drawn[1, 0])


def bootstrap_each(
    sources: Sequence[str],
    statistics: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    rounds: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> NDArray[np.float64]:
    """Return the intervals of several statistics over the same draws, as :func:`bootstrap_by_source`.

    Returns:
        ``(2, statistics)``, low and high; nan where no draw has a value.
    """
    names, members = np.unique(np.array(sources), return_inverse=True)
    pictures = [np.flatnonzero(members == index) for index in range(len(names))]
    draw = np.random.default_rng(seed)
    values = np.array(
        [
            statistics(np.concatenate([pictures[i] for i in draw.integers(0, len(names), len(names))]))
            for _ in range(rounds)
        ]
    )
    known = ~np.isnan(values).all(axis=0)
    intervals = np.full((2, values.shape[1]), np.nan)
    intervals[:, known] = np.nanquantile(values[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return intervals


def intervals_by_source(
    sources: Sequence[str],
    statistics: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    rounds: int = 1000,
    seed: int = 0,
) -> list[Interval]:
    """Return the intervals of :func:`bootstrap_each`, one a statistic; None where one would say nothing."""
    ends = zip(*bootstrap_each(sources, statistics, rounds, seed), strict=True)
    several = len(set(sources)) > 1
    return [(float(low), float(high)) if several and not np.isnan(low) else None for low, high in ends]
