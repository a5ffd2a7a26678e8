"""A recipe tried on pictures it never saw, against two baselines, and the head it gives in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Relations
from cinetag_plugin.evaluation.tags import (
    average_precisions,
    bootstrap_by_source,
    calibration_error,
    hits,
    mean_average_precision,
)
from cinetag_plugin.evaluation.weighted_tags import WeightedTags
from cinetag_plugin.training.exclusive import fit_shares, log_odds
from cinetag_plugin.training.fit import Head, fit_calibration, fit_head, sigmoid, softmax
from cinetag_plugin.training.learning import Curve
from cinetag_plugin.training.recipes import Fitted, Recipe
from cinetag_plugin.training.relations import fit_relations
from cinetag_plugin.training.samples import Samples
from cinetag_plugin.training.splits import Split, deal_folds, rotations

Matrix = NDArray[np.float64]
Report = Callable[[int, int | None], None]
BASELINE_PENALTIES = (0.03, 0.3, 3.0)
DRAWS = 200


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label did on pictures left out.

    Attributes:
        pictures, sources: of all pictures with the label; sources None where they are not known.
        tested: of these, how many were tested; average precisions are nan where none was.
        average_precision, of_colours, of_chance: of the head, of the colours, and of an order that knows
            nothing, which is the share of tested pictures with the label.
        above_baselines: in which share of the draws of sources the head's is above both; nan where the
            label's tested pictures come from fewer than two.
    """

    pictures: int
    sources: int | None
    tested: int
    average_precision: float
    of_colours: float
    of_chance: float
    above_baselines: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A head and all that is known of it.

    Attributes:
        head: fit to be shipped, calibrated where its labels are independent.
        curve: of the first split.
        settings: what was set and chosen.
        split: how the pictures were parted, for people.
        tags: figures by label.
        systems: for ``head``, ``colours``, ``majority`` each figure; for the head with its interval; with
            relations also ``refined``, the head with them.
        calibration: slope, shift, and the expected error of the probabilities with them.
        relations: how labels go together, where asked for.
        held_out: ``(pictures, labels)``, what the head says of pictures left out; nan where none was tested.
    """

    head: Head
    curve: Curve
    settings: Mapping[str, Any]
    split: str
    tags: Mapping[str, LabelFigures]
    systems: Mapping[str, Mapping[str, Sequence[float]]]
    calibration: Mapping[str, Any]
    relations: Relations | None
    held_out: Matrix


def try_recipe(
    samples: Samples,
    recipe: Recipe,
    seed: int,
    report: Report = lambda done, of: None,
    *,
    relate: bool = False,
    fold: NDArray[np.int64] | None = None,
    weights: Matrix | None = None,
) -> Trial:
    """Train by a recipe: on each split first, to measure it, then for good.

    Args:
        samples: the pictures.
        recipe: the way of training.
        seed: of the draws of sources behind the intervals.
        report: is told how many fits are done, and of how many.
        relate: learn how the labels go together, where the recipe makes them independent; not with a
            background.
        fold: of each picture, where the sources are dealt already.
        weights: with a background: how often the like of each picture occurs where the head will be used;
            all the same unless given.
    """
    dealt = deal_folds(samples.units, min(recipe.folds, len(set(samples.units)))) if fold is None else fold
    folds = int(dealt.max()) + 1
    splits = rotations(dealt, recipe.rounds)
    fitted, logits = _fitted(samples, recipe, splits, report)
    head = recipe.final(samples.embeddings, samples.truth, fitted)
    tested = np.concatenate([split.test for split in splits])
    calibration: Mapping[str, Any] = {}
    final = logits
    if recipe.independent and samples.background:
        head, final, calibration = _at_shares(samples, head, logits, splits, weights)
    elif recipe.independent:
        head, final, calibration = _calibrated(samples, head, logits, splits)
    held_out = sigmoid(final) if head.activation == "sigmoid" else softmax(final)
    if samples.background:  # figures are of the other labels; its pictures are those that have none
        kept = [column for column, label in enumerate(samples.labels) if label != samples.background]
        logits, samples = log_odds(final)[:, kept], samples.without_background()
    systems = {
        "head": logits,
        "colours": _by_colours(samples, splits, tested),
        "majority": _by_majority(samples, splits),
    }
    relations = None
    if recipe.independent and relate:
        systems["refined"] = _refined(samples, final, splits)
        relations = fit_relations(final[tested], samples.truth[tested])
    labels = _label_figures(samples, systems, tested, seed)
    return Trial(
        head,
        fitted[0].curve,
        recipe.facts(fitted),
        _told(samples, folds, len(splits)),
        labels,
        _summaries(samples, systems, tested, seed, labels),
        calibration,
        relations,
        held_out,
    )


def _fitted(
    samples: Samples, recipe: Recipe, splits: Sequence[Split], report: Report
) -> tuple[list[Fitted], Matrix]:
    """Fit a head to each split; return them, and their logits of the pictures tested, else nan."""
    fitted, logits = [], np.full(samples.truth.shape, np.nan)
    for number, split in enumerate(splits):
        report(number, len(splits) + 1)
        fitted.append(recipe.fit(samples.embeddings, samples.truth, split, watched=number == 0))
        logits[split.test] = fitted[-1].head.logits(samples.embeddings[split.test])
    report(len(splits), len(splits) + 1)
    return fitted, logits


def _told(samples: Samples, folds: int, rounds: int) -> str:
    what = "whole sources" if samples.by_source else "single pictures, for want of sources"
    dealt = f"{folds} folds of {what}, largest first, each to the smallest fold"
    return f"{dealt}; {rounds} of them tested in turn, the one before it validates"


def _by_colours(samples: Samples, splits: Sequence[Split], tested: NDArray[np.int64]) -> Matrix:
    """Return the logits of heads upon colours, with the penalty that suits them best."""
    tried = []
    for penalty in BASELINE_PENALTIES:
        logits = np.full(samples.truth.shape, np.nan)
        for split in splits:
            taught = np.concatenate([split.train, split.validate])
            head = fit_head(samples.colours[taught], samples.truth[taught], "sigmoid", penalty, 1.0)
            logits[split.test] = head.logits(samples.colours[split.test])
        tried.append(logits)
    truth = samples.truth[tested]
    return max(tried, key=lambda logits: mean_average_precision(truth, logits[tested]))


def _by_majority(samples: Samples, splits: Sequence[Split]) -> Matrix:
    """Return for each tested picture how frequent the labels are among the others."""
    rates = np.full(samples.truth.shape, np.nan)
    for split in splits:
        rates[split.test] = samples.truth[np.concatenate([split.train, split.validate])].mean(axis=0)
    return rates


def _calibrated(
    samples: Samples, head: Head, logits: Matrix, splits: Sequence[Split]
) -> tuple[Head, Matrix, Mapping[str, float]]:
    """Make labels independent, calibrated on the pictures left out, where the label was taught at all.

    Returns:
        The head, the logits of pictures left out after the same change, and what was found.
    """
    known = np.zeros(samples.truth.shape, bool)
    for split in splits:
        known[split.test] = samples.truth[np.concatenate([split.train, split.validate])].any(axis=0)
    if not samples.truth[known].any():
        return head, logits, {}
    given, held = logits[known], samples.truth[known]
    slope, shift = fit_calibration(given, held)
    if slope <= 0:  # no better than chance: there is nothing to calibrate, and the order must stay
        return head, logits, {}
    facts = {
        "slope": slope,
        "shift": shift,
        "error": round(calibration_error(held, sigmoid(slope * given + shift)), 4),
    }
    independent = replace(head.scaled(slope, shift), activation="sigmoid")
    return independent, slope * logits + shift, facts


def _at_shares(
    samples: Samples, head: Head, logits: Matrix, splits: Sequence[Split], weights: Matrix | None
) -> tuple[Head, Matrix, Mapping[str, Any]]:
    """Make probabilities hold where labels are as frequent as the weighted pictures have them.

    Returns:
        The head, the logits of pictures left out after the same change, and what was found.
    """
    taught = np.zeros(len(samples.truth), bool)
    for split in splits:
        known = samples.truth[np.concatenate([split.train, split.validate])].any(axis=0)
        taught[split.test] = ~(samples.truth[split.test] & ~known).any(axis=1)
    heavy = np.ones(len(samples.truth)) if weights is None else weights
    place = samples.labels.index(samples.background)
    slope, shifts = fit_shares(logits, samples.truth, heavy, place, taught)
    if slope <= 0:  # no better than chance: the order must stay
        return head, logits, {}
    target = samples.truth / samples.truth.sum(axis=1, keepdims=True)
    shares = heavy @ target / heavy.sum()
    facts = {
        "slope": slope,
        "shift": float(shifts[place] - np.log(shares[place])),
        "shares": dict(zip(samples.labels, (round(float(share), 4) for share in shares), strict=True)),
    }
    return head.scaled(slope, shifts), slope * logits + shifts, facts


def _refined(samples: Samples, logits: Matrix, splits: Sequence[Split]) -> Matrix:
    """Return the logits of each split's pictures refined by relations learnt from the other splits'."""
    found = np.full(logits.shape, np.nan)
    for split in splits:
        others = np.concatenate([other.test for other in splits if other is not split])
        relations = fit_relations(logits[others], samples.truth[others])
        found[split.test] = logits[split.test] @ np.array(relations.matrix).T + relations.offset
    return found


def _label_figures(
    samples: Samples, systems: Mapping[str, Matrix], tested: NDArray[np.int64], seed: int
) -> Mapping[str, LabelFigures]:
    truth = samples.truth[tested]
    ours, of_colours = (average_precisions(truth, systems[name][tested]) for name in ("head", "colours"))
    chance, count = truth.mean(axis=0), truth.sum(axis=0)
    above = _above_baselines(samples, systems["head"], systems["colours"], tested, seed)
    names = np.array(samples.sources)
    return {
        label: LabelFigures(
            int(samples.truth[:, column].sum()),
            len(set(names[samples.truth[:, column]])) if samples.by_source else None,
            int(count[column]),
            float(ours[column]),
            float(of_colours[column]),
            float(chance[column]) if count[column] else float("nan"),
            float(above[column]),
        )
        for column, label in enumerate(samples.labels)
    }


def _above_baselines(
    samples: Samples, ours: Matrix, colours: Matrix, tested: NDArray[np.int64], seed: int
) -> NDArray[np.float64]:
    """Return for each label in which share of the draws of sources our order is the best."""
    truth = samples.truth[tested]
    ranked = [
        WeightedTags(truth, sigmoid(scores[tested]), np.zeros_like(truth)) for scores in (ours, colours)
    ]
    names, members = np.unique(np.array([samples.units[row] for row in tested]), return_inverse=True)
    draw = np.random.default_rng(seed)
    won, held = np.zeros(truth.shape[1]), np.zeros(truth.shape[1])
    for _ in range(DRAWS):
        counts = np.bincount(draw.integers(0, len(names), len(names)), minlength=len(names))
        weights = counts[members].astype(np.float64)
        found, of_colours = (tags.average_precisions(weights) for tags in ranked)
        chance = weights @ truth / weights.sum()
        occurs = ~np.isnan(found)
        held += occurs
        won[occurs] += (found > np.maximum(of_colours, chance))[occurs]
    several = np.array([len(set(members[column])) > 1 for column in truth.T])
    return np.where(several, won / np.maximum(held, 1), np.nan)


def _summaries(
    samples: Samples,
    systems: Mapping[str, Matrix],
    tested: NDArray[np.int64],
    seed: int,
    labels: Mapping[str, LabelFigures],
) -> Mapping[str, Mapping[str, Sequence[float]]]:
    found = {
        name: _summary(samples, scores, tested, seed, DRAWS if name == "head" else 0)
        for name, scores in systems.items()
    }
    # rates of the other folds are lowest where a label is held out, so ranking by them is worse than chance
    chance = [one.of_chance for one in labels.values() if one.tested]
    if found["majority"]:
        found["majority"]["mean_average_precision"] = [round(float(np.mean(chance)), 3)]
    return found


def _summary(
    samples: Samples, scores: Matrix, tested: NDArray[np.int64], seed: int, draws: int
) -> dict[str, list[float]]:
    """Return hit rates and mean average precision, each with its 95 % interval where draws are asked for."""
    truth, logits = samples.truth[tested], scores[tested]
    labelled = np.asarray(truth.any(axis=1))
    if not labelled.any():
        return {}
    good = {best: hits(truth, logits, best) for best in (1, 3)}

    def rate(best: int) -> Callable[[NDArray[np.int64]], float]:
        def of(rows: NDArray[np.int64]) -> float:
            rows = rows[labelled[rows]]
            return float(good[best][rows].mean()) if rows.size else float("nan")

        return of

    def precision(rows: NDArray[np.int64]) -> float:
        return mean_average_precision(truth[rows], logits[rows])

    units = [samples.units[row] for row in tested]
    found = {}
    for name, of in (("hit_at_1", rate(1)), ("hit_at_3", rate(3)), ("mean_average_precision", precision)):
        figure = of(np.arange(len(tested)))
        # one source drawn again and again would look like certainty
        interval = bootstrap_by_source(units, of, draws, seed) if draws and len(set(units)) > 1 else ()
        found[name] = [round(value, 3) for value in (figure, *interval)]
    return found
