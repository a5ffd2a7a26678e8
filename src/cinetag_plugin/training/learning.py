"""How a head does while it learns: cross-entropy and accuracy on pictures taught and not taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.evaluation.tags import hit_rate
from cinetag_plugin.training.fit import Head, cross_entropies
from cinetag_plugin.training.splits import Split

Truth = NDArray[np.bool_]


class Moment(NamedTuple):
    """Cross-entropy (nats a picture) and accuracy (0 to 1: the best label is right) after some steps."""

    step: int
    training_loss: float
    validation_loss: float
    training_accuracy: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What figure 1 of the paper shows, of one split.

    Attributes:
        steps: what a step is, for people: ``epoch`` or ``iteration``.
        kept: the step whose head was taken.
        moments: in the order of their steps.
    """

    steps: str
    kept: int
    moments: tuple[Moment, ...]


class Judge:
    """Measures softmax heads on the training and the validation pictures of a split.

    Labels that no training picture has cannot be learnt there and are left out of the losses: held
    against a head, they would drown all it can learn.

    Args:
        embeddings: ``(pictures, values)`` of all pictures.
        truth: ``(pictures, labels)`` of all pictures.
        split: which of them are taught.
        balanced: every label counts the same in a loss, however many pictures it has there.
    """

    def __init__(
        self, embeddings: NDArray[np.floating], truth: Truth, split: Split, *, balanced: bool = False
    ) -> None:
        self._balanced = balanced
        self._known = truth[split.train].any(axis=0)
        self._taught = embeddings[split.train], truth[split.train]
        self._untaught = embeddings[split.validate], truth[split.validate]

    def loss(self, head: Head) -> float:
        """Return the cross-entropy on the validation pictures."""
        values, truth = self._untaught
        return self._loss(head.logits(values), truth)

    def moment(self, step: int, head: Head) -> Moment:
        """Return all four figures."""
        losses, rates = [], []
        for values, truth in (self._taught, self._untaught):
            logits = head.logits(values)
            losses.append(self._loss(logits, truth))
            rates.append(hit_rate(truth, logits, 1) if truth.any() else float("nan"))
        return Moment(step, *losses, *rates)

    def _loss(self, logits: NDArray[np.float64], truth: Truth) -> float:
        target = truth & self._known
        rows = target.any(axis=1)
        if not rows.any():
            return float("nan")
        shares = target[rows] / target[rows].sum(axis=1, keepdims=True)
        losses = cross_entropies(logits[rows], shares)
        if not self._balanced:
            return float(losses.mean())
        held = shares.sum(axis=0)
        return float((losses @ shares)[held > 0] @ (1 / held[held > 0]) / (held > 0).sum())
