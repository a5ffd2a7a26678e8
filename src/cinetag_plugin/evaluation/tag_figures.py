"""All figures of a tag model on one collection: how good, how sure, where it errs.

What the model cannot know is no part of them: its tags alone are the columns, and pictures without
any of them count against false finds only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cinetag_plugin.evaluation.tags import Interval, intervals_by_source, reliability
from cinetag_plugin.evaluation.weighted_tags import WeightedTags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cinetag_plugin.evaluation.tags import Scores, Truth

OVERALL = ("hit1", "hit3", "map", "macro_f1", "micro_f1", "calibration_error")
"""The figures of the whole, in the order of :meth:`WeightedTags.overall`."""

OF_ORDER = OVERALL[:3]
"""Those that ask only for an order of the tags, so that a baseline has them too."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """When a tag counts as given: among the ``best`` of a picture, with at least this ``probability``."""

    best: int
    probability: float

    def given(self, probabilities: Scores) -> NDArray[np.bool_]:
        """Say for each picture and tag whether the tag is given; of equal ones the earlier is better."""
        places = np.argsort(-probabilities, axis=1, kind="stable")[:, : self.best]
        among = np.zeros(probabilities.shape, bool)
        np.put_along_axis(among, places, True, axis=1)
        return among & (probabilities >= self.probability)


@dataclass(frozen=True, slots=True)
class TagRow:
    """The figures of one tag; None where a figure has no meaning.

    Attributes:
        n, sources: pictures that have the tag, and the sources they come from.
        ap, interval: average precision, and its interval.
        chance: average precision of an order that knows nothing: the share of pictures with the tag.
    """

    tag: str
    n: int
    sources: int
    ap: float | None
    interval: Interval
    precision: float | None
    recall: float | None
    f1: float | None
    chance: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that scripts rely on."""
        figures = {"n": self.n, "ap": self.ap, "precision": self.precision, "recall": self.recall}
        return figures | {"f1": self.f1, "sources": self.sources, "interval": self.interval}


@dataclass(frozen=True, slots=True)
class Mistake:
    """How many pictures that have ``tag`` have as their best answer ``taken_for``, which they lack."""

    tag: str
    taken_for: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class TagFigures:
    """What :func:`figures_of` found.

    Attributes:
        n, tagged, sources: pictures, those with a tag that the model knows, and sources of all.
        overall, intervals: by the names of ``OVERALL``.
        majority: the same of answering always the tags that are most frequent in this collection.
        rows: one a tag, the best first, tags without pictures last.
        bins: mean probability, how often the tag holds, and pairs, of each bin of probability.
        mistakes: the most frequent first.
    """

    n: int
    tagged: int
    sources: int
    point: OperatingPoint
    overall: dict[str, float]
    intervals: dict[str, Interval]
    majority: dict[str, float]
    rows: tuple[TagRow, ...]
    bins: tuple[tuple[float, float, int], ...]
    mistakes: tuple[Mistake, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that scripts rely on."""
        return {
            "n": self.n,
            **self.overall,
            "intervals": self.intervals,
            "per_tag": {row.tag: row.as_json() for row in self.rows},
            "tagged": self.tagged,
            "sources": self.sources,
            "operating_point": {"best": self.point.best, "probability": self.point.probability},
            "majority": self.majority,
            "reliability": [{"probability": p, "holds": h, "n": n} for p, h, n in self.bins],
            "mistakes": [
                {"tag": m.tag, "taken_for": m.taken_for, "n": m.count, "share": m.share}
                for m in self.mistakes
            ],
        }


def figures_of(
    truth: Truth,
    probabilities: Scores,
    tags: Sequence[str],
    sources: Sequence[str],
    point: OperatingPoint,
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> TagFigures:
    """Score what a model said of pictures.

    Args:
        truth: ``(pictures, tags)``; at least one entry is true.
        probabilities: likewise, 0 to 1.
        tags: slugs of the columns: all that the model knows, each once.
        sources: the source of each picture, for the intervals.
        point: when a tag counts as given.
        rounds, seed: of the draws of sources.

    Raises:
        ValueError: no picture has any of the tags.
    """
    if not truth.any():
        raise ValueError("no picture has a tag that the model knows")
    given = point.given(probabilities)
    named = np.array(sources)
    of_tag = [len(set(named[column])) for column in truth.T]
    weighted = WeightedTags(truth, probabilities, given)

    def statistics(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        weights = np.bincount(rows, minlength=len(truth)).astype(np.float64)
        precisions = weighted.average_precisions(weights)
        return np.concatenate([weighted.overall(weights, precisions), precisions])

    values = statistics(np.arange(len(truth)))
    ends = intervals_by_source(sources, statistics, rounds, seed)
    precisions, spreads = values[len(OVERALL) :], ends[len(OVERALL) :]
    rows = [
        _row(tag, truth[:, i], given[:, i], precisions[i], spreads[i] if of_tag[i] > 1 else None, of_tag[i])
        for i, tag in enumerate(tags)
    ]
    return TagFigures(
        n=len(truth),
        tagged=int(truth.any(axis=1).sum()),
        sources=len(set(sources)),
        point=point,
        overall=dict(zip(OVERALL, map(float, values), strict=False)),
        intervals=dict(zip(OVERALL, ends, strict=False)),
        majority=_majority(truth),
        rows=tuple(sorted(rows, key=lambda row: (row.ap is None, -(row.ap or 0), row.tag))),
        bins=tuple(reliability(truth, probabilities)),
        mistakes=_mistakes(truth, probabilities, tags),
    )


def _majority(truth: Truth) -> dict[str, float]:
    """Return the figures of saying of every picture how frequent the tags are."""
    scores = np.broadcast_to(truth.mean(axis=0), truth.shape)
    weighted, once = WeightedTags(truth, scores, np.zeros(truth.shape, bool)), np.ones(len(truth))
    values = weighted.overall(once, weighted.average_precisions(once))
    return dict(zip(OF_ORDER, map(float, values), strict=False))


def _row(
    tag: str, held: NDArray[np.bool_], given: NDArray[np.bool_], ap: float, interval: Interval, sources: int
) -> TagRow:
    n, found, right = int(held.sum()), int(given.sum()), int((held & given).sum())
    return TagRow(
        tag=tag,
        n=n,
        sources=sources,
        ap=float(ap) if n else None,
        interval=interval,
        precision=right / found if found else None,
        recall=right / n if n else None,
        f1=2 * right / (n + found) if n else None,
        chance=n / len(held),
    )


def _mistakes(truth: Truth, scores: Scores, tags: Sequence[str]) -> tuple[Mistake, ...]:
    best = scores.argmax(axis=1)
    wrong = ~np.take_along_axis(truth, best[:, np.newaxis], axis=1)[:, 0]
    found = []
    for i, tag in enumerate(tags):
        taken = np.bincount(best[truth[:, i] & wrong], minlength=len(tags))
        n = int(truth[:, i].sum())
        found += [
            Mistake(tag, tags[int(j)], int(taken[j]), float(taken[j] / n)) for j in np.flatnonzero(taken)
        ]
    return tuple(sorted(found, key=lambda m: (-m.count, m.tag, m.taken_for)))
