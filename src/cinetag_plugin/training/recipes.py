"""The two ways of training a head: our own, and that of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.training.fit import Head, HeadFit
from cinetag_plugin.training.learning import Curve, Judge, Moment, Truth
from cinetag_plugin.training.sgd import Schedule, teach
from cinetag_plugin.training.splits import Split

Values = NDArray[np.floating]
ENOUGH = 3e-4
"""A step that lowers the loss by less than this share of it changes no figure that is reported."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head of one split, what was chosen on its validation pictures, and how it came about."""

    head: Head
    chosen: float
    curve: Curve


class Recipe(Protocol):
    """A way of training."""

    @property
    def folds(self) -> int:
        """Into how many parts the sources are dealt: one tests, one validates."""

    @property
    def rounds(self) -> int:
        """How many of the folds are tested in turn."""

    @property
    def independent(self) -> bool:
        """The labels of the head to be shipped are made independent of each other, and calibrated."""

    def fit(self, values: Values, truth: Truth, split: Split, *, watched: bool) -> Fitted:
        """Fit a head to a split's pictures, all settings chosen on its validation pictures.

        The curve has moments only where ``watched``.
        """

    def final(self, values: Values, truth: Truth, fitted: Sequence[Fitted]) -> Head:
        """Return the head to be shipped."""

    def facts(self, fitted: Sequence[Fitted]) -> Mapping[str, Any]:
        """Say for the card what was set and what was chosen."""


@dataclass(frozen=True, slots=True)
class Balanced:
    """Embeddings of length 1, rare labels as heavy as frequent ones, fitted whole by L-BFGS.

    Labels compete while they are taught (softmax), which ranks them better on sources left out than
    teaching each alone; the calibration then makes them independent (sigmoid). The penalty is chosen on the
    validation pictures, from strong to weak, each fit going on from the last; two that are worse end the
    search. Then the validation pictures are taught too.
    """

    name: str = "balanced"
    folds: int = 5
    rounds: int = 5
    penalties: tuple[float, ...] = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01)
    patience: int = 2
    balance: float = 1.0

    @property
    def independent(self) -> bool:
        """See :class:`Recipe`."""
        return True

    def fit(self, values: Values, truth: Truth, split: Split, *, watched: bool) -> Fitted:
        """See :class:`Recipe`; what is chosen is the penalty."""
        judge = Judge(values, truth, split, balanced=True)
        moments: list[Moment] = []

        def look(head: Head) -> None:
            moments.append(judge.moment(len(moments) + 1, head))

        work = self._work(values[split.train], truth[split.train])
        best, chosen, lowest, kept, worse = None, self.penalties[0], np.inf, 0, 0
        for penalty in self.penalties:
            tried = work.fit(penalty, enough=ENOUGH, watch=look if watched else None)
            reached = judge.loss(tried)
            if reached < lowest:
                best, chosen, lowest, kept, worse = tried, penalty, reached, len(moments), 0
            else:
                worse += 1
                if worse == self.patience:
                    break
        del work
        both = np.concatenate([split.train, split.validate])
        work = self._work(values[both], truth[both])
        head = work.fit(chosen, start=best, enough=ENOUGH)
        return Fitted(head, chosen, Curve("iteration", kept, tuple(moments)))

    def final(self, values: Values, truth: Truth, fitted: Sequence[Fitted]) -> Head:
        """Return a head fitted to all pictures with the penalty in the middle of those chosen."""
        work = self._work(values, truth)
        return work.fit(_middle(fitted), start=fitted[0].head, enough=ENOUGH)

    def _work(self, values: Values, truth: Truth) -> HeadFit:
        return HeadFit(values, truth, "softmax", self.balance, normalised=True)

    def facts(self, fitted: Sequence[Fitted]) -> Mapping[str, Any]:
        """See :class:`Recipe`."""
        chosen = {"penalty": _middle(fitted), "penalties_of_folds": [one.chosen for one in fitted]}
        return {**asdict(self), **chosen}


@dataclass(frozen=True, slots=True)
class Paper:
    """Khan et al. (AVSS 2017): dropout, a new layer with ReLU, softmax, small batches, 80/10/10.

    Attributes:
        bounded: ReLU before the softmax, as equation 1 has it.
        schedule: rate, batch, epochs, dropout, and when to end early.
        seed: of everything that is drawn.
    """

    name: str = "paper"
    folds: int = 10
    rounds: int = 1
    bounded: bool = True
    schedule: Schedule = field(default_factory=Schedule)
    seed: int = 0

    @property
    def independent(self) -> bool:
        """See :class:`Recipe`."""
        return False

    def fit(self, values: Values, truth: Truth, split: Split, *, watched: bool) -> Fitted:
        """See :class:`Recipe`; what is chosen is the epoch."""
        judge = Judge(values, truth, split)
        moments: list[Moment] = []

        def loss(head: Head) -> float:
            if not watched:
                return judge.loss(head)
            moments.append(judge.moment(len(moments) + 1, head))
            return moments[-1].validation_loss

        taught = values[split.train], truth[split.train]
        head, epoch = teach(*taught, self.schedule, loss, bounded=self.bounded, seed=self.seed)
        return Fitted(head, epoch, Curve("epoch", epoch, tuple(moments)))

    def final(self, values: Values, truth: Truth, fitted: Sequence[Fitted]) -> Head:
        """Return the head of the first split, the only one where it is done as in the paper."""
        return fitted[0].head

    def facts(self, fitted: Sequence[Fitted]) -> Mapping[str, Any]:
        """See :class:`Recipe`."""
        return {**asdict(self), "epochs_kept": [int(one.chosen) for one in fitted]}


def _middle(fitted: Sequence[Fitted]) -> float:
    """Return the median of what was chosen; of two in the middle the greater, which holds a head shorter."""
    return sorted(one.chosen for one in fitted)[len(fitted) // 2]
