"""How good tag scores are: average precision, hits among the best, calibration, and how sure that is.

Truth is a boolean matrix ``(pictures, labels)``, scores a matrix of the same shape, higher for
likelier. Intervals resample whole sources, not pictures: the question is what happens on the
next source, and pictures of one source are not independent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Truth = NDArray[np.bool_]
    Scores = NDArray[np.floating]


def average_precision(truth: Truth, scores: Scores) -> float:
    """Return the area under precision and recall of one label; nan where it never holds.

    The sum over thresholds of precision times the gain in recall, without interpolation; equal
    scores are one threshold, so that ties win nothing (Manning, Raghavan and Schuetze, Introduction to
    Information Retrieval, section 8.4).
    """
    positives = int(truth.sum())
    if positives == 0:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, values = truth[order], scores[order]
    last_of_tie = np.append(values[1:] != values[:-1], True)
    hits = np.cumsum(ranked)[last_of_tie]
    precision = hits / (np.flatnonzero(last_of_tie) + 1)
    return float((precision * np.diff(hits, prepend=0)).sum() / positives)


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


def calibration_error(truth: Truth, probabilities: Scores, bins: int = 10) -> float:
    """Return the expected calibration error: how far probabilities lie off how often labels hold.

    The mean over all picture-label pairs of the gap in their bin, bins of equal width (Naeini,
    Cooper and Hauskrecht, AAAI 2015).
    """
    held, given = truth.ravel().astype(np.float64), probabilities.ravel()
    bin_of = np.minimum((given * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(bin_of, held - given, minlength=bins)
    return float(np.abs(gaps).sum() / given.size)


def reliability(truth: Truth, probabilities: Scores, bins: int = 10) -> list[tuple[float, float, int]]:
    """Return mean probability, how often the labels hold, and how many pairs, of each bin that has any.

    The bins are those of :func:`calibration_error`.
    """
    held, given = truth.ravel().astype(np.float64), probabilities.ravel()
    bin_of = np.minimum((given * bins).astype(np.int64), bins - 1)
    members = np.bincount(bin_of, minlength=bins)
    sums = zip(*(np.bincount(bin_of, v, minlength=bins) for v in (given, held)), members, strict=True)
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
