"""Figures of beat heads on sources left out: of each class, of categories, on film frames alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.vocabulary import NO_BEAT
from cinetag_plugin.evaluation.tag_figures import OperatingPoint, figures_of
from cinetag_plugin.training.exclusive import ANSWERED, answered_by
from cinetag_plugin.training.fit import fit_head, sigmoid
from cinetag_plugin.training.samples import Samples
from cinetag_plugin.training.splits import rotations

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
COLOUR_PENALTY = 0.3
LEAST_ON_FILM = 5
"""Film frames of a class below which no figure of them is given."""

Figures = dict[str, dict[str, Any]]


def class_figures(samples: Samples, probabilities: Matrix, fold: NDArray[np.int64], film: Mask) -> Figures:
    """Return by class its interval, its figures at the operating point, and those on film frames."""
    columns = [column for column, label in enumerate(samples.labels) if label != samples.background]
    names = [samples.labels[column] for column in columns]
    return _figures(samples, samples.truth[:, columns], probabilities[:, columns], names, fold, film)


def category_figures(
    samples: Samples,
    probabilities: Matrix,
    fold: NDArray[np.int64],
    film: Mask,
    raised: Callable[[str], str],
    untrained: Collection[str],
) -> Figures:
    """Return the same by category: its parts together, those that are untrained among the true ones alone."""
    names, member, answers = _members(samples, raised, untrained)
    held = (samples.truth.astype(np.int64) @ member) > 0
    kept = [place for place, name in enumerate(names) if name != NO_BEAT and answers[:, place].any()]
    names, truth, scores = [names[place] for place in kept], held[:, kept], (probabilities @ answers)[:, kept]
    found = _figures(samples, truth, scores, names, fold, film)
    each = {row.tag: row for row in figures_of(truth, scores, names, samples.units, _POINT).rows}
    colours = _colours(samples, truth, fold)
    return {
        name: {
            "pictures": each[name].n,
            "sources": each[name].sources,
            "average_precision": _rounded(each[name].ap),
            "of_colours": _rounded(_average_precision(truth[:, place], colours[:, place])),
            "of_chance": _rounded(each[name].chance),
            **found[name],
        }
        for place, name in enumerate(names)
    }


def false_alarms(
    samples: Samples,
    probabilities: Matrix,
    film: Mask,
    raised: Callable[[str], str],
    untrained: Collection[str],
) -> dict[str, Any]:
    """Say of how many film frames without a beat one is answered, in all and by category."""
    names, _, answers = _members(samples, raised, untrained)
    calm = film & samples.truth[:, samples.labels.index(NO_BEAT)]
    answered = answered_by(probabilities[calm] @ answers, names)
    wrong = {name: int((answered == place).sum()) for place, name in enumerate(names)}
    given = {name: count for name, count in wrong.items() if count and name != NO_BEAT}
    frames = int(calm.sum())
    return {"frames": frames, "share": round(sum(given.values()) / frames, 3), "of": given}


_POINT = OperatingPoint(best=1, probability=ANSWERED)


def _members(
    samples: Samples, raised: Callable[[str], str], untrained: Collection[str]
) -> tuple[list[str], Matrix, Matrix]:
    of = [raised(label) for label in samples.labels]
    names = [*sorted({*of} - {NO_BEAT}), NO_BEAT]
    member = np.array([[name == mine for name in names] for mine in of])
    known = np.array([label == NO_BEAT or label not in untrained for label in samples.labels])
    return names, member, member & known[:, None]


def _figures(
    samples: Samples,
    truth: Mask,
    scores: Matrix,
    names: list[str],
    fold: NDArray[np.int64],
    film: Mask,
) -> Figures:
    whole = figures_of(truth, scores, names, samples.units, _POINT)
    units = [unit for unit, here in zip(samples.units, film, strict=True) if here]
    there = {row.tag: row for row in figures_of(truth[film], scores[film], names, units, _POINT).rows}
    colours = _colours(samples, truth, fold)
    found: Figures = {}
    for row in whole.rows:
        place, shown = names.index(row.tag), there[row.tag]
        found[row.tag] = {
            "interval": _rounded_pair(row.interval),
            "precision": _rounded(row.precision),
            "recall": _rounded(row.recall),
            "film": {"pictures": shown.n, "sources": shown.sources},
        }
        if shown.n >= LEAST_ON_FILM:
            of_colours = _average_precision(truth[film, place], colours[film, place])
            found[row.tag]["film"] |= {
                "average_precision": _rounded(shown.ap),
                "interval": _rounded_pair(shown.interval),
                "of_colours": _rounded(of_colours),
                "of_chance": _rounded(shown.chance),
                "precision": _rounded(shown.precision),
                "recall": _rounded(shown.recall),
            }
    return found


def _colours(samples: Samples, truth: Mask, fold: NDArray[np.int64]) -> Matrix:
    found = np.zeros(truth.shape)
    for split in rotations(fold, int(fold.max()) + 1):
        taught = np.concatenate([split.train, split.validate])
        head = fit_head(samples.colours[taught], truth[taught], "sigmoid", COLOUR_PENALTY, 1.0)
        found[split.test] = sigmoid(head.logits(samples.colours[split.test]))
    return found


def _average_precision(truth: Mask, scores: Matrix) -> float:
    from cinetag_plugin.evaluation.tags import average_precisions

    return float(average_precisions(truth[:, None], scores[:, None])[0])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rounded_pair(pair: tuple[float, float] | None) -> list[float] | None:
    return None if pair is None else [round(end, 3) for end in pair]
