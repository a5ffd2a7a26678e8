"""The figures of :mod:`~cinetag_plugin.evaluation.tags` for pictures that count any number of times.

Drawing sources again a thousand times asks for the same figures a thousand times. All but average
precision are sums over pictures, and for that the pictures are sorted once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinetag_plugin.evaluation.tags import BINS, Ranking, calibration_gaps, hits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cinetag_plugin.evaluation.tags import Scores, Truth


class WeightedTags:
    """Figures of tags, given how often each picture counts.

    Args:
        truth: ``(pictures, tags)``.
        scores: likewise, 0 to 1.
        given: likewise, which tags are given at the operating point.
    """

    def __init__(self, truth: Truth, scores: Scores, given: NDArray[np.bool_]) -> None:
        self._tags = truth.shape[1]
        tagged = truth.any(axis=1)
        of_picture = [tagged, *(tagged & hits(truth, scores, best) for best in (1, 3))]
        counts = np.hstack([np.stack(of_picture, axis=1), truth & given, truth, given])
        self._sums = np.hstack([counts, calibration_gaps(truth, scores)]).astype(np.float64)
        self._ranks = [Ranking(held, said) for held, said in zip(truth.T, scores.T, strict=True)]

    def average_precisions(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the average precision of each tag; nan where it never holds."""
        return np.array([ranking.average_precision(weights) for ranking in self._ranks])

    def overall(self, weights: NDArray[np.floating], precisions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return hit@1, hit@3, mean of ``precisions``, macro and micro F1, calibration error.

        Means over tags are over those that hold in any picture that counts; all is nan where none does.
        """
        sums = weights @ self._sums
        (tagged, at_1, at_3), counts = sums[:3], sums[3 : 3 + 3 * self._tags]
        right, true, found = counts.reshape(3, self._tags)
        occurs = true > 0
        if not occurs.any():
            return np.full(6, np.nan)
        f1 = 2 * right[occurs] / (true + found)[occurs]
        micro = 2 * right.sum() / (true.sum() + found.sum())
        error = np.abs(sums[-BINS:]).sum() / (weights.sum() * self._tags)
        return np.array([at_1 / tagged, at_3 / tagged, precisions[occurs].mean(), f1.mean(), micro, error])
