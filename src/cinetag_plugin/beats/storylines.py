"""Ways in which a story may have run, drawn from what its shots say: a semi-Markov model of events.

An event is of a category and of one of two kinds, passing or lasting, each with its own probability
that the event goes on with the next shot: a mixture that follows the runs of scenes in real films,
where single shots stand between long stretches. A shot is answered by a label as the classifier's
errors are known, or, with some probability, by the label of the shot before it in the same event:
errors come in clumps. What is not known of a film (how long its events last, which categories are
frequent, how errors clump, how its errors differ from those that were counted) is drawn along with
its events: Gibbs sampling with forward filtering and backward sampling (Scott, JASA 97, 2002;
Johnson and Willsky, JMLR 14, 2013, for semi-Markov models).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

_TINY = 1e-9
_GOES_ON = np.concatenate([np.linspace(0.02, 0.9, 23), 1 - np.geomspace(0.08, 0.005, 13)])
"""Probabilities that an event goes on, among which the drawn one is chosen."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of any film before its shots are seen; pairs are those of beta distributions.

    Attributes:
        other_errors: counts added to every cell of the known errors.
        categories: count added to each category's events, more to those with a larger share.
        passing_goes_on, lasting_goes_on: that an event of this kind goes on with the next shot.
        is_passing: that an event is a passing one.
        clumps: that a shot is answered like the one before it, whatever it shows.
    """

    other_errors: float = 0.25
    categories: float = 1.0
    passing_goes_on: tuple[float, float] = (1.0, 4.0)
    lasting_goes_on: tuple[float, float] = (8.0, 1.5)
    is_passing: tuple[float, float] = (2.0, 8.0)
    clumps: tuple[float, float] = (3.0, 27.0)


@dataclass(frozen=True, slots=True)
class Effort:
    """How many draws are made of a film.

    Attributes:
        chains: drawn side by side, each begun elsewhere.
        sweeps: draws of each chain.
        unused: first draws of each chain that are thrown away.
    """

    chains: int = 16
    sweeps: int = 30
    unused: int = 10


def drawn(
    answers: Floats,
    errors: Floats,
    *,
    shares: Floats | None = None,
    turns: Floats | None = None,
    effort: Effort = Effort(),
    beliefs: Beliefs = Beliefs(),
    seed: int = 0,
) -> NDArray[np.int16]:
    """Draw the true labels of all shots, many times over; the same input gives the same draws.

    Args:
        answers: what each shot says, ``(films, shots, labels)``, rows summing to 1; films of one
            length are drawn side by side, each on its own.
        errors: how often a true label (row) was answered by each label (column), counts.
        shares: how frequent each label is where the answers hold as probabilities, ``(labels,)``; then an
            answer speaks for a label by how far it lies above the share, and errors are not drawn. None
            where answers are the classifier's word, and errors tell what it is worth.
        turns: by how much the odds that an event begins are multiplied, ``(shots,)``; None for 1.
        effort: how many draws.
        beliefs: what is believed beforehand.
        seed: of the random numbers.

    Returns:
        Labels as places in the rows of ``errors``, ``(films, draws, shots)``.
    """
    films, shots, _ = answers.shape
    begun = np.ones(shots) if turns is None else turns
    rng = np.random.default_rng(seed)
    chain = _Chains(np.repeat(answers, effort.chains, axis=0), errors, shares, begun, beliefs, rng)
    kept = []
    for sweep in range(effort.sweeps):
        chain.draw_labels()
        chain.draw_parameters()
        if sweep >= effort.unused:
            kept.append(chain.labels.astype(np.int16).reshape(films, effort.chains, shots))
    return np.concatenate(kept, axis=1)


class _Chains:
    """Chains of draws side by side, a row each; the events of one hold for its draw of the parameters."""

    def __init__(
        self,
        answers: Floats,
        errors: Floats,
        shares: Floats | None,
        turns: Floats,
        beliefs: Beliefs,
        rng: np.random.Generator,
    ) -> None:
        self._answers, self._errors, self._beliefs, self._rng = answers, errors, beliefs, rng
        self.rows, self.shots, self.kinds = len(answers), answers.shape[1], len(errors)
        self._row = np.arange(self.rows)
        self._holds = shares is not None
        self._alike = np.zeros((self.shots, self.rows))
        # what an answer is worth that only repeats the one before: the same for all labels
        self._alike[1:] = 1.0 if self._holds else (answers[:, 1:] * answers[:, :-1]).sum(axis=2).T
        # log-probability that an event ends, or goes on, at each shot, for each value on the grid
        odds = (1 - _GOES_ON) / _GOES_ON * turns[1:, None]
        self._log_ends, self._log_goes_on = np.log(odds / (1 + odds)), -np.log1p(odds)
        known = errors + beliefs.other_errors
        rates = known / known.sum(axis=1, keepdims=True) if shares is None else np.diag(1 / shares)
        self._rates = np.repeat(rates[None], self.rows, axis=0)
        even = np.full(self.kinds, 1 / self.kinds) if shares is None else shares / shares.sum()
        self._expected = beliefs.categories * self.kinds * even
        self._often = np.repeat(even[None], self.rows, axis=0)
        self._passing = np.full(self.rows, 0.5)
        self._clumps = rng.uniform(0.0, 0.6, self.rows)
        self._goes_on = np.stack(
            [rng.integers(0, len(_GOES_ON) // 2, self.rows), rng.integers(15, len(_GOES_ON), self.rows)]
        )
        self.labels: Labels = np.zeros((self.rows, self.shots), np.int64)
        self._kind: Labels = np.zeros((self.rows, self.shots), np.int64)

    def draw_labels(self) -> None:
        """Draw the labels of all shots anew, given the parameters."""
        self._seen = np.ascontiguousarray(
            np.maximum(np.einsum("rsl,rkl->srk", self._answers, self._rates), _TINY)
        )
        self._ends = np.exp(self._log_ends[:, self._goes_on])  # (shots - 1, kinds of event, rows)
        self._begin_as = np.stack([self._passing, 1 - self._passing], axis=1)
        self._draw_backward(self._forward())

    def _forward(self) -> Floats:
        """Return how likely each label and kind of event is at each shot, given all shots up to it."""
        reached = np.empty((self.shots, self.rows, self.kinds, 2))
        now = (self._often * self._seen[0])[:, :, None] * self._begin_as[:, None, :]
        reached[0] = now / now.sum(axis=(1, 2), keepdims=True)
        elsewhere = 1 / (1 - self._often)
        clumps = self._clumps[:, None]
        for shot in range(1, self.shots):
            now, seen = reached[shot - 1], self._seen[shot]
            ends = self._ends[shot - 1].T[:, None, :]
            leaving = (now * ends).sum(axis=2) * elsewhere
            entering = (leaving.sum(axis=1, keepdims=True) - leaving) * self._often * seen
            goes_on = (1 - clumps) * seen + clumps * self._alike[shot][:, None]
            now = entering[:, :, None] * self._begin_as[:, None, :] + now * (1 - ends) * goes_on[:, :, None]
            reached[shot] = now / now.sum(axis=(1, 2), keepdims=True)
        return reached

    def _draw_backward(self, reached: Floats) -> None:
        row, elsewhere = self._row, 1 / (1 - self._often)
        label, kind = np.divmod(self._one_of(reached[-1].reshape(self.rows, -1)), 2)
        self.labels[:, -1], self._kind[:, -1] = label, kind
        for shot in range(self.shots - 2, -1, -1):
            now, seen = reached[shot], self._seen[shot + 1][row, label]
            ends = self._ends[shot].T
            left = now * ends[:, None, :] * elsewhere[:, :, None]
            left[row, label] = 0.0
            left *= (self._often[row, label] * self._begin_as[row, kind] * seen)[:, None, None]
            goes_on = (1 - self._clumps) * seen + self._clumps * self._alike[shot + 1]
            same = now[row, label, kind] * (1 - ends[row, kind]) * goes_on
            chosen = self._one_of(np.concatenate([left.reshape(self.rows, -1), same[:, None]], axis=1))
            other_label, other_kind = np.divmod(chosen, 2)
            stays = chosen == 2 * self.kinds
            label, kind = np.where(stays, label, other_label), np.where(stays, kind, other_kind)
            self.labels[:, shot], self._kind[:, shot] = label, kind

    def draw_parameters(self) -> None:
        """Draw what is not known of each film anew, given its labels."""
        begins = np.ones((self.rows, self.shots), bool)
        begins[:, 1:] = self.labels[:, 1:] != self.labels[:, :-1]
        self._draw_durations(begins)
        is_copy = self._draw_clumps(begins)
        if not self._holds:
            self._draw_rates(is_copy)
        begun = self._counted(self.labels, self.kinds, begins)
        self._often = self._share(begun + self._expected).clip(1e-4, 0.95)

    def _draw_durations(self, begins: NDArray[np.bool_]) -> None:
        before = self._kind[:, :-1]
        for kind, belief in enumerate((self._beliefs.passing_goes_on, self._beliefs.lasting_goes_on)):
            ends, goes_on = (before == kind) & begins[:, 1:], (before == kind) & ~begins[:, 1:]
            chance = ends @ self._log_ends + goes_on @ self._log_goes_on
            chance += (belief[0] - 1) * np.log(_GOES_ON) + (belief[1] - 1) * np.log1p(-_GOES_ON)
            chance += np.log(np.gradient(_GOES_ON))  # the grid is not even
            self._goes_on[kind] = self._one_of(np.exp(chance - chance.max(axis=1, keepdims=True)))
        passing = (begins & (self._kind == 0)).sum(axis=1)
        yes, no = self._beliefs.is_passing
        share = self._rng.beta(yes + passing, no + begins.sum(axis=1) - passing)
        self._passing = share.clip(0.01, 0.99)

    def _draw_clumps(self, begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Draw which shots were answered like the one before; return them.

        How often that happens is learnt after wrong answers alone: right ones are alike in any case, and
        a film without visible errors would seem to be one large clump.
        """
        own = np.take_along_axis(self._seen, self.labels.T[:, :, None], axis=2)[:, :, 0]
        copied = self._clumps * self._alike
        chance = (copied / (copied + (1 - self._clumps) * own)).T
        is_copy = ~begins & (self._rng.random(chance.shape) < chance)
        right = np.take_along_axis(self._answers, self.labels[:, :, None], axis=2)[:, :, 0]
        telling = np.where(begins[:, 1:] | self._holds, 0.0, 1.0 - right[:, :-1])
        copies, yes, no = (telling * is_copy[:, 1:]).sum(axis=1), *self._beliefs.clumps
        self._clumps = self._rng.beta(yes + copies, no + telling.sum(axis=1) - copies)
        return np.asarray(is_copy)

    def _draw_rates(self, is_copy: NDArray[np.bool_]) -> None:
        """Draw the errors of this film: those known, and those of the labels as they stand now."""
        chance = self._answers * self._rates[self._row[:, None], self.labels]
        answered = self._one_of(chance.reshape(-1, chance.shape[2])).reshape(self.labels.shape)
        columns = self._errors.shape[1]
        pairs = self._counted(self.labels * columns + answered, self.kinds * columns, ~is_copy)
        own = pairs.reshape(self.rows, self.kinds, columns)
        self._rates = self._share(self._errors + self._beliefs.other_errors + own)

    def _counted(self, values: Labels, size: int, where: NDArray[np.bool_]) -> Floats:
        """Count values below ``size`` in each row."""
        placed = (values + size * self._row[:, None])[where]
        return np.bincount(placed, minlength=self.rows * size).reshape(self.rows, size).astype(float)

    def _share(self, weights: Floats) -> Floats:
        """Draw shares of 1 along the last axis from a Dirichlet distribution."""
        parts = self._rng.standard_gamma(weights) + _TINY
        return np.asarray(parts / parts.sum(axis=-1, keepdims=True))

    def _one_of(self, weights: Floats) -> Labels:
        """Draw a place in each row, as often as its weight says."""
        sums = weights.cumsum(axis=1)
        drawn_at = self._rng.random(len(weights))[:, None] * sums[:, -1:]
        return np.asarray(np.minimum((drawn_at > sums).sum(axis=1), weights.shape[1] - 1))
