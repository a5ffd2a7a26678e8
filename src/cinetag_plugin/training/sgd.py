"""A softmax head taught in small batches, as Khan et al. (AVSS 2017) taught theirs, with numpy alone.

Their network is a frozen backbone, dropout of one half on its embedding, one new layer with ReLU
(equation 1) and softmax cross-entropy, by plain gradient descent. What they do not print (the first
weights) is that of TensorFlow's retraining script, which they used: normal, 0.001 wide, cut at twice that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.training.fit import Head, softmax

Values = NDArray[np.floating]
FIRST_WEIGHTS = 0.001


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a head is taught.

    Attributes:
        rate: length of a step, times the gradient of the batch's mean cross-entropy.
        batch: pictures a step.
        epochs: passes over the pictures at most.
        warm_up: passes that are always made, and of which only the last counts: on pictures of other sources
            the loss rises at first, while the head learns little but which labels are frequent.
        patience: passes without a lower loss after which the teaching ends.
        dropout: share of the embedding's values that a step does not see; the others are raised to make up.
    """

    rate: float = 0.005
    batch: int = 500
    epochs: int = 500
    warm_up: int = 50
    patience: int = 50
    dropout: float = 0.5


def teach(
    embeddings: Values,
    truth: NDArray[np.bool_],
    schedule: Schedule,
    loss: Callable[[Head], float],
    *,
    bounded: bool,
    seed: int,
) -> tuple[Head, int]:
    """Teach a head; return the one of the epoch with the lowest loss, and that epoch.

    Args:
        embeddings: ``(pictures, values)``.
        truth: ``(pictures, labels)``; the labels of a picture share its target equally, and pictures
            without any are left out.
        schedule: how.
        loss: is asked after each epoch, of pictures that are not taught.
        bounded: ReLU before the softmax. A label whose score is below zero for a picture is then not
            taught by it, and may never be.
        seed: of the first weights, the order of the pictures, and what is dropped.
    """
    rows = np.flatnonzero(truth.any(axis=1))
    target = (truth / np.maximum(truth.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    draw = np.random.default_rng(seed)
    layer = _Layer(embeddings.shape[1], truth.shape[1], bounded, draw)
    best, best_epoch, lowest = layer.head(), 0, np.inf
    for epoch in range(1, schedule.epochs + 1):
        draw.shuffle(rows)
        for first in range(0, len(rows), schedule.batch):
            batch = rows[first : first + schedule.batch]
            seen = _dropped(embeddings[batch], schedule.dropout, draw)
            layer.step(seen, target[batch], schedule.rate)
        head = layer.head()
        reached = loss(head)
        if reached < lowest or epoch <= schedule.warm_up:
            best, best_epoch, lowest = head, epoch, reached
        elif epoch - best_epoch >= schedule.patience:
            break
    return best, best_epoch


class _Layer:
    def __init__(self, values: int, labels: int, bounded: bool, draw: np.random.Generator) -> None:
        first = draw.standard_normal((values, labels), np.float32)
        while (far := np.abs(first) > 2).any():
            first[far] = draw.standard_normal(int(far.sum()), np.float32)
        self._weights = first * np.float32(FIRST_WEIGHTS)
        self._bias = np.zeros(labels, np.float32)
        self._bounded = bounded

    def step(self, inputs: Values, target: NDArray[np.float32], rate: float) -> None:
        scores = inputs @ self._weights + self._bias
        given = softmax(np.maximum(scores, 0.0) if self._bounded else scores)
        slope = (given - target) / len(inputs)
        if self._bounded:
            slope[scores <= 0] = 0.0
        slope = slope.astype(np.float32)
        self._weights -= np.float32(rate) * (inputs.T @ slope)
        self._bias -= np.float32(rate) * slope.sum(axis=0)

    def head(self) -> Head:
        weights, bias = self._weights.astype(np.float64), self._bias.astype(np.float64)
        return Head(weights, bias, "softmax", self._bounded)


def _dropped(inputs: Values, share: float, draw: np.random.Generator) -> NDArray[np.float32]:
    kept = draw.random(inputs.shape, np.float32) >= share
    return np.asarray(inputs * kept / np.float32(1 - share), np.float32)
