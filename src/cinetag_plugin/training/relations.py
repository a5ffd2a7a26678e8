"""How labels go together, learnt from pictures that the scores were not fitted to.

One matrix refines all logits: a label gains where labels that go with it are likely, and loses where
they are not. What is learnt is only as general as the pictures: labels that always come from the same
collection go together there, and perhaps nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinetag_plugin.document.contracts import Relations
from cinetag_plugin.training.fit import minimise, sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


def fit_relations(logits: Matrix, truth: NDArray[np.bool_], penalty: float = 10.0) -> Relations:
    """Learn the relations of labels.

    The refined logit of a label is its own plus a weighted sum of the other labels' standardised logits;
    the weights minimise the mean cross-entropy a picture, every label's positives weighing as much as
    its negatives, plus ``penalty / 2`` times the squared weights.

    Args:
        logits: ``(pictures, labels)``, of pictures that the scores have not seen.
        truth: which labels each picture has, of the same shape.
        penalty: the larger, the less the labels tell of each other.
    """
    count = logits.shape[1]
    mean, spread = logits.mean(axis=0), np.maximum(logits.std(axis=0), 1e-9)
    others, apart = (logits - mean) / spread, 1.0 - np.eye(count)
    positives = np.maximum(truth.sum(axis=0), 1)
    heavier = np.maximum((len(truth) - positives) / positives, 1.0)
    weight = np.where(truth, heavier, 1.0) / len(truth)

    def objective(shares: Matrix) -> tuple[float, Matrix]:
        moved = logits + others @ (shares * apart)
        value = (weight * (np.logaddexp(0.0, moved) - truth * moved)).sum()
        slope = others.T @ (weight * (sigmoid(moved) - truth))
        return float(value + 0.5 * penalty * (shares**2).sum()), slope * apart + penalty * shares

    shares = minimise(objective, np.zeros((count, count))) * apart / spread[:, None]
    matrix = np.eye(count) + shares.T
    return Relations(
        matrix=tuple(tuple(map(float, row)) for row in matrix), offset=tuple(map(float, -(mean @ shares)))
    )
