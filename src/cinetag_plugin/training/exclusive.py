"""Classes of which a picture shows one, or none: softmax heads with a background, and what they answer.

The background is a class like any other while a head is taught. Its probability is what is left when
none of the others is seen, so that a picture that shows none of them need not be called one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.records import KnownErrors
from cinetag_plugin.document.vocabulary import NO_BEAT
from cinetag_plugin.training.fit import minimise, softmax

Matrix = NDArray[np.float64]
Truth = NDArray[np.bool_]

ANSWERED = 0.4
"""Probability from which a category counts as answered where "no beat" is a class too.

Upon our own backbone one film frame in forty without a beat gets one then; from 0.3 it is one in nine.
"""

_RAREST = 1e-6


def fit_shares(
    logits: Matrix, truth: Truth, weights: Matrix, background: int, taught: Truth
) -> tuple[float, Matrix]:
    """Find slope and shifts such that ``softmax(slope * logits + shifts)`` is as often right as it says.

    The logits come from heads that were taught every class as heavy as any other. Each class is shifted by
    the logarithm of its share among the weighted pictures; slope and one more shift, of the background
    against all others, are fitted, since few sources can carry no more.

    Args:
        logits: ``(pictures, classes)``, of pictures that the head has not seen.
        truth: likewise; the classes of a picture share its weight.
        weights: how often the like of each picture occurs where the head will be used.
        background: the column of the background.
        taught: of each picture whether the head that gave its logits had been taught its classes; others
            count for the shares alone.

    Returns:
        The slope, and a shift a class.
    """
    target = truth / truth.sum(axis=1, keepdims=True)
    shares = np.log(np.maximum(weights @ target / weights.sum(), _RAREST))
    given, held, heavy = logits[taught], target[taught], weights[taught] / weights[taught].sum()
    moved = np.arange(truth.shape[1]) == background

    def loss(theta: Matrix) -> tuple[float, Matrix]:
        values = theta[0] * given + shares + theta[1] * moved
        top = values.max(axis=1, keepdims=True)
        norm = top[:, 0] + np.log(np.exp(values - top).sum(axis=1))
        slope = heavy[:, None] * (softmax(values) - held)
        return (
            float(heavy @ (norm - (held * values).sum(axis=1))),
            np.array([float((slope * given).sum()), float(slope[:, background].sum())]),
        )

    found = minimise(loss, np.array([1.0, 0.0]))
    return float(found[0]), shares + found[1] * moved


def log_odds(logits: NDArray[np.floating]) -> Matrix:
    """Return ``log(p / (1 - p))`` of each class under softmax, exact also where p is next to 0 or 1."""
    found = np.empty(logits.shape)
    for column in range(logits.shape[1]):
        others = np.delete(logits, column, axis=1)
        top = others.max(axis=1)
        found[:, column] = logits[:, column] - top - np.log(np.exp(others - top[:, None]).sum(axis=1))
    return found


def known_errors(
    probabilities: Matrix,
    truth: Truth,
    categories: Sequence[str],
    answers: Sequence[bool] | None = None,
    shares: Sequence[float] = (),
) -> KnownErrors:
    """Count which category was answered for which, on pictures left out of training.

    The probabilities of the parts of a category are added up; the best category is answered. Where "no
    beat" is among them, it is answered instead of a category with less than :data:`ANSWERED`.

    Args:
        probabilities: ``(pictures, labels)``; rows of nan were not tested.
        truth: likewise; pictures of several categories are left out.
        categories: what each label is, or is a part of.
        answers: whether a label may be answered; all may unless given. Of a category with one that may,
            the others count among the true; of a category with none, nothing counts: a label that is
            never answered would explain any silence.
        shares: of each label, where the probabilities were made to hold; "no beat" gets what the labels
            leave that may be answered.
    """
    may = np.ones(len(categories), bool) if answers is None else np.array(answers)
    told = {name for name, given in zip(categories, may, strict=True) if given or name == NO_BEAT}
    names = tuple(sorted(told, key=lambda name: (name == NO_BEAT, name)))
    member = np.array([[name == of for name in names] for of in categories])
    true = (truth.astype(np.int64) @ member) > 0
    tested = ~np.isnan(probabilities).any(axis=1) & (true.sum(axis=1) == 1)
    answered = answered_by(probabilities[tested] @ (member & may[:, None]), names)
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (true[tested].argmax(axis=1), answered), 1)
    often = tuple(_often(names, member, may, shares)) if shares else ()
    return KnownErrors(labels=names, counts=tuple(tuple(map(int, row)) for row in counts), shares=often)


def _often(
    names: Sequence[str], member: NDArray[np.bool_], may: NDArray[np.bool_], shares: Sequence[float]
) -> Iterator[float]:
    """Give how frequent each category is, as far as its labels may be answered."""
    sums = dict(zip(names, np.array(shares) @ (member & may[:, None]), strict=True))
    others = sum(share for name, share in sums.items() if name != NO_BEAT)
    for name, share in sums.items():
        yield round(float(1 - others if name == NO_BEAT else share), 4)


def answered_by(scores: Matrix, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the column that each picture is answered by; see :func:`known_errors`."""
    if NO_BEAT not in names:
        return np.asarray(scores.argmax(axis=1))
    nothing = list(names).index(NO_BEAT)
    others = scores.copy()
    others[:, nothing] = -1.0
    best = others.argmax(axis=1)
    return np.where(others.max(axis=1) >= ANSWERED, best, nothing)
