"""Logistic heads over embeddings, fitted with numpy alone.

A head is one linear layer. It is small enough to be fitted whole, without batches, by L-BFGS
(Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and 7.5), so that nobody needs a
training framework to add a tag. The result depends on nothing but the numbers given.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Objective = Callable[[Matrix], tuple[float, Matrix]]

Activation = Literal["sigmoid", "softmax"]
HISTORY = 10
ARMIJO = 1e-4
NEVER = -20.0
"""The logit of a label that was not taught among others."""


@dataclass(frozen=True, slots=True)
class Head:
    """A linear layer and what turns its output into probabilities.

    Attributes:
        weights: ``(embedding, labels)``, for the embedding as the backbone gives it.
        bias: one value a label.
        activation: ``sigmoid`` for independent labels, ``softmax`` for labels that share 1.
        bounded: ReLU stands between the layer and the activation.
        normalised: the embedding is divided by its length first.
    """

    weights: Matrix
    bias: Matrix
    activation: Activation
    bounded: bool = False
    normalised: bool = False

    def logits(self, embeddings: NDArray[np.floating]) -> Matrix:
        """Return the raw output, ``(pictures, labels)``; large float32 embeddings are not copied."""
        product = _product(embeddings, self.weights)
        if self.normalised:
            product /= _lengths(embeddings)
        logits = product + self.bias
        return np.maximum(logits, 0.0) if self.bounded else logits

    def probabilities(self, embeddings: NDArray[np.floating]) -> Matrix:
        """Return values in 0 to 1, ``(pictures, labels)``."""
        logits = self.logits(embeddings)
        return sigmoid(logits) if self.activation == "sigmoid" else softmax(logits)

    def scaled(self, slope: float, shift: float | Matrix) -> Head:
        """Return the head of ``slope * logits + shift``, one shift or one a label; not for bounded ones."""
        return replace(self, weights=self.weights * slope, bias=self.bias * slope + shift)


def fit_head(
    embeddings: NDArray[np.floating],
    truth: NDArray[np.bool_],
    activation: Activation = "sigmoid",
    penalty: float = 0.01,
    balance: float = 0.0,
) -> Head:
    """Fit a head to pictures (rows) whose labels are known; see :class:`HeadFit`."""
    return HeadFit(embeddings, truth, activation, balance).fit(penalty)


class HeadFit:
    """Pictures made ready for heads of several penalties, each fitted from where the last one ended.

    The embedding is standardised first, and the standardising folded into the head afterwards. The
    loss is the mean cross-entropy a picture plus ``penalty / 2`` times the squared standardised
    weights (the bias goes free). float32 embeddings are multiplied as such, in half the time and room.

    Args:
        embeddings: ``(pictures, values)``; one copy is kept.
        truth: ``(pictures, labels)``. With ``softmax`` the labels of a picture share its target equally,
            and pictures without any are left out. A label that no picture has is then taken out, and
            given :data:`NEVER`: it would raise the scores of all others instead.
        activation: of the heads.
        balance: 0 to 1, raises the weight of rare labels. With ``sigmoid`` a positive of a label counts
            ``(negatives / positives) ** balance`` times; with ``softmax`` a picture counts by
            ``1 / pictures ** balance`` of its label.
        normalised: the heads divide embeddings by their length.
    """

    def __init__(
        self,
        embeddings: NDArray[np.floating],
        truth: NDArray[np.bool_],
        activation: Activation = "sigmoid",
        balance: float = 0.0,
        *,
        normalised: bool = False,
    ) -> None:
        if activation == "softmax":
            labelled = truth.any(axis=1)
            embeddings, truth = embeddings[labelled], truth[labelled]
        self._activation = activation
        self._normalised = normalised
        self._absent = ~truth.any(axis=0) if activation == "softmax" else np.zeros(truth.shape[1], bool)
        precision = np.float32 if embeddings.dtype == np.float32 else np.float64
        inputs = np.ones((len(embeddings), embeddings.shape[1] + 1), precision)
        values = inputs[:, :-1]
        np.divide(embeddings, _lengths(embeddings) if normalised else 1.0, out=values, casting="same_kind")
        self._mean = values.mean(axis=0, dtype=np.float64)
        spread = _spread(values, self._mean)
        self._spread = np.where(spread > 1e-6 * max(float(spread.max()), 1e-12), spread, np.inf)
        self._finite = np.where(np.isfinite(self._spread), self._spread, 0.0)[:, None]
        values -= self._mean.astype(precision)
        values /= self._spread.astype(precision)
        self._loss = (
            _sigmoid_loss(inputs, truth, balance)
            if activation == "sigmoid"
            else _softmax_loss(inputs, truth, balance)
        )
        self._theta = np.zeros((inputs.shape[1], truth.shape[1]))

    def fit(
        self,
        penalty: float,
        *,
        start: Head | None = None,
        enough: float = 0.0,
        watch: Callable[[Head], None] | None = None,
    ) -> Head:
        """Fit a head.

        Args:
            penalty: see above.
            start: a head to go on from, of the same embedding and labels; the last one unless given.
            enough: end when a step lowers the loss by less than this share of it.
            watch: is given the head as it stands after each step.
        """
        if start is not None:
            self._theta = np.vstack([start.weights * self._finite, start.bias + self._mean @ start.weights])
            self._theta[:, ~start.weights.any(axis=0)] = 0.0  # labels that it was not taught begin anew

        def look(theta: Matrix) -> None:
            if watch:
                watch(self._head(theta))

        objective = _penalised(self._loss, penalty)
        self._theta = minimise(objective, self._theta, enough=enough, watch=look)
        return self._head(self._theta)

    def _head(self, theta: Matrix) -> Head:
        weights = theta[:-1] / self._spread[:, None]
        bias = np.where(self._absent, NEVER, theta[-1] - self._mean @ weights)
        return Head(weights, bias, self._activation, normalised=self._normalised)


def fit_calibration(logits: Matrix, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Find slope and shift that make sigmoid(slope * logits + shift) match how often labels hold.

    Platt's scaling with one pair for all labels, so their order in a picture stays. Give it logits
    of pictures that the head has not seen.
    """
    column = np.stack([logits.ravel(), np.ones(logits.size)], axis=1)
    loss = _sigmoid_loss(column, truth.reshape(-1, 1), 0.0)
    slope, shift = minimise(loss, np.array([[1.0], [0.0]])).ravel()
    return float(slope), float(shift)


def sigmoid(logits: Matrix) -> Matrix:
    """Return ``1 / (1 + exp(-logits))`` without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def softmax(logits: NDArray[np.floating]) -> NDArray[Any]:
    """Return ``exp(logits)``, each row scaled to sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def cross_entropies(logits: Matrix, target: Matrix) -> Matrix:
    """Return the cross-entropy of each picture after softmax, in nats; its ``target`` sums to 1."""
    top = logits.max(axis=1, keepdims=True)
    norm = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
    return np.asarray(norm - (target * logits).sum(axis=1))


def minimise(
    objective: Objective,
    start: Matrix,
    steps: int = 300,
    close: float = 1e-4,
    enough: float = 0.0,
    watch: Callable[[Matrix], None] | None = None,
) -> Matrix:
    """Minimise a smooth convex function by L-BFGS with backtracking; ``watch`` is given each step's point.

    Ends when the largest gradient is below ``close``, when a step lowers the value by less than the share
    ``enough``, when no step makes progress, or after ``steps``.
    """
    point, (value, gradient) = start, objective(start)
    pairs: deque[tuple[Matrix, Matrix]] = deque(maxlen=HISTORY)
    for _ in range(steps):
        if np.abs(gradient).max() < close:
            break
        direction = -_inverse_hessian_times(gradient, pairs)
        found = _backtrack(objective, point, value, gradient, direction)
        if found is None:
            break
        moved, lower, slope = found
        if np.vdot(moved - point, slope - gradient) > 0:
            pairs.append((moved - point, slope - gradient))
        fall, point, value, gradient = value - lower, moved, lower, slope
        if watch:
            watch(point)
        if fall < enough * abs(value):
            break
    return point


def _inverse_hessian_times(gradient: Matrix, pairs: deque[tuple[Matrix, Matrix]]) -> Matrix:
    """The two-loop recursion: the gradient times the inverse curvature seen in the last steps."""
    result, shares = gradient.copy(), []
    for step, change in reversed(pairs):
        share = np.vdot(step, result) / np.vdot(step, change)
        result -= share * change
        shares.append(share)
    if pairs:
        step, change = pairs[-1]
        result *= np.vdot(step, change) / np.vdot(change, change)
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        result += step * (share - np.vdot(change, result) / np.vdot(step, change))
    return result


def _backtrack(
    objective: Objective, point: Matrix, value: float, gradient: Matrix, direction: Matrix
) -> tuple[Matrix, float, Matrix] | None:
    """Halve the step until the value falls enough; None where it does not within 30 halvings."""
    fall, length = float(np.vdot(gradient, direction)), 1.0
    for _ in range(30):
        moved = point + length * direction
        new_value, slope = objective(moved)
        if new_value <= value + ARMIJO * length * fall:
            return moved, new_value, slope
        length /= 2
    return None


def _penalised(loss: Objective, penalty: float) -> Objective:
    def objective(theta: Matrix) -> tuple[float, Matrix]:
        value, gradient = loss(theta)
        shrink = np.vstack([theta[:-1], np.zeros_like(theta[-1:])])
        return value + 0.5 * penalty * float((shrink**2).sum()), gradient + penalty * shrink

    return objective


def _sigmoid_loss(inputs: NDArray[np.floating], truth: NDArray[np.bool_], balance: float) -> Objective:
    target = truth.astype(np.float64)
    positives = np.maximum(target.sum(axis=0), 1.0)
    heavier = np.maximum((len(target) - positives) / positives, 1.0) ** balance
    weight = np.where(truth, heavier, 1.0) / len(target)

    def loss(theta: Matrix) -> tuple[float, Matrix]:
        logits = _product(inputs, theta)
        value = weight * (np.logaddexp(0.0, logits) - target * logits)
        return float(value.sum()), _product(inputs.T, weight * (sigmoid(logits) - target))

    return loss


def _softmax_loss(inputs: NDArray[np.floating], truth: NDArray[np.bool_], balance: float) -> Objective:
    target = truth / truth.sum(axis=1, keepdims=True)
    share = target.mean(axis=0)
    absent = share == 0
    weight = target @ np.where(absent, 0.0, np.maximum(share, 1e-12) ** -balance)
    weight /= weight.sum()

    def loss(theta: Matrix) -> tuple[float, Matrix]:
        logits = _product(inputs, theta)
        logits[:, absent] = -1e30
        value = weight @ cross_entropies(logits, target)
        return float(value), _product(inputs.T, weight[:, None] * (softmax(logits) - target))

    return loss


def _lengths(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the length of each row as a column, at least what TensorFlow Lite divides by."""
    return np.asarray(np.maximum(np.sqrt(np.einsum("ij,ij->i", values, values)), 1e-6))[:, None]


def _spread(values: NDArray[np.floating], mean: Matrix) -> Matrix:
    """Return the standard deviation of each column, without a second array of that size."""
    squares = np.zeros(len(mean))
    for first in range(0, len(values), 1024):
        squares += ((values[first : first + 1024] - mean) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(squares / len(values)))


def _product(inputs: NDArray[np.floating], values: Matrix) -> Matrix:
    """Multiply in the precision of the inputs, the large ones."""
    return np.asarray(inputs @ values.astype(inputs.dtype), np.float64)
