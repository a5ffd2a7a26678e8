"""Step 2: measure the heads on sources left out, and decide which tags are good enough to ship.

Takes the embeddings of the backbones that never saw the held-out sources (one a fold), those of the
final backbone, and of a reference; writes ``figures.json``. Baselines go through the same folds.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.evaluation.tags import (
    average_precision,
    average_precisions,
    bootstrap_by_source,
    calibration_error,
    hit_rate,
    hits,
    mean_average_precision,
)
from cinetag_plugin.training.datasets import LabelledPicture, label_counts, read_manifest, truth_matrix
from cinetag_plugin.training.fit import Activation, fit_calibration, fit_head, sigmoid
from cinetag_plugin.training.splits import deal_folds, sources

HERE = Path(__file__).parent
BASELINE_PENALTIES = (0.03, 0.3, 3.0)
Matrix = NDArray[np.float64]


class Trial:
    """Pictures, their folds and labels; scores each picture by a head that never saw its source."""

    def __init__(self, pictures: Sequence[LabelledPicture], config: dict[str, Any]) -> None:
        self.config = config
        self.pictures = pictures
        self.sources = sources(pictures)
        self.fold = deal_folds(self.sources, config["folds"])
        self.film = np.array([picture.room == "film" for picture in pictures])

    def truth(self, labels: Sequence[str]) -> NDArray[np.bool_]:
        """Say which labels each picture has."""
        return truth_matrix(self.pictures, labels)

    def held_out_logits(
        self, embeddings: Sequence[NDArray[np.floating]], truth: NDArray[np.bool_], penalty: float
    ) -> Matrix:
        """Return logits of each fold by a head fitted to the others, on that fold's embeddings."""
        logits = np.zeros(truth.shape)
        activation: Activation = self.config["activation"]
        for fold, values in enumerate(embeddings):
            inside = self.fold == fold
            balance = self.config["balance"]
            head = fit_head(values[~inside], truth[~inside], activation, penalty, balance)
            logits[inside] = head.logits(values[inside])
        return logits

    def majority(self, truth: NDArray[np.bool_]) -> Matrix:
        """Return for each picture how frequent the labels are in the other folds."""
        rates = np.array([truth[self.fold != fold].mean(axis=0) for fold in range(self.config["folds"])])
        return np.asarray(rates[self.fold])

    def colours(self, shares: NDArray[np.floating], truth: NDArray[np.bool_]) -> Matrix:
        """Return the logits of the colour baseline, with the penalty that suits it best."""
        tried = [
            self.held_out_logits([shares] * self.config["folds"], truth, penalty)
            for penalty in BASELINE_PENALTIES
        ]
        return max(tried, key=lambda logits: mean_average_precision(truth, logits))

    def calibrated(self, logits: Matrix, truth: NDArray[np.bool_]) -> Matrix:
        """Return probabilities of each fold, calibrated on the other folds' held-out logits."""
        result = np.zeros(logits.shape)
        for fold in range(self.config["folds"]):
            inside = self.fold == fold
            slope, shift = fit_calibration(logits[~inside], truth[~inside])
            result[inside] = sigmoid(slope * logits[inside] + shift)
        return result

    def summary(self, truth: NDArray[np.bool_], logits: Matrix) -> dict[str, Any]:
        """Return hit rates and mean average precision with intervals over sources."""
        good = {best: hits(truth, logits, best) for best in (1, 3)}
        labelled = np.asarray(truth.any(axis=1))

        def rate(best: int, rows: NDArray[np.int64]) -> float:
            rows = rows[labelled[rows]]
            return float(good[best][rows].mean()) if rows.size else float("nan")

        statistics: dict[str, Callable[[NDArray[np.int64]], float]] = {
            "hit_at_1": lambda rows: rate(1, rows),
            "hit_at_3": lambda rows: rate(3, rows),
            "mean_average_precision": lambda rows: mean_average_precision(truth[rows], logits[rows]),
        }
        everything = np.arange(len(truth))
        figures: dict[str, Any] = {}
        for name, statistic in statistics.items():
            low, high = self._interval(statistic)
            figures[name] = [round(value, 3) for value in (statistic(everything), low, high)]
        figures["hit_at_3_by_fold"] = [
            round(rate(3, everything[self.fold == fold]), 3) for fold in range(self.config["folds"])
        ]
        figures["film_hit_at_3"] = round(hit_rate(truth[self.film], logits[self.film], 3), 3)
        return figures

    def share_above(self, truth: NDArray[np.bool_], ours: Matrix, others: Sequence[Matrix]) -> float:
        """Return in which share of the draws of sources our average precision is the highest."""
        won = []

        def compare(rows: NDArray[np.int64]) -> float:
            held = truth[rows]
            if held.any():
                rival = max(average_precision(held, other[rows]) for other in others)
                won.append(average_precision(held, ours[rows]) > rival)
            return 0.0

        self._interval(compare)
        return float(np.mean(won))

    def _interval(self, statistic: Any) -> tuple[float, float]:
        return bootstrap_by_source(self.sources, statistic, self.config["draws"], self.config["seed"])


def decide(trial: Trial, labels: Sequence[str], systems: dict[str, Matrix]) -> dict[str, dict[str, Any]]:
    """Measure each tag and say whether it beats the baselines well enough to be shipped."""
    truth, rule = trial.truth(labels), trial.config["rule"]
    precision = {name: average_precisions(truth, logits) for name, logits in systems.items()}
    found_at_3 = np.argsort(-systems["held_out"], axis=1, kind="stable")[:, :3]
    names = np.array(trial.sources)
    decisions = {}
    for column, label in enumerate(labels):
        held = truth[:, column]
        rivals = [systems[name][:, column] for name in ("colours", "majority")]
        share = trial.share_above(held, systems["held_out"][:, column], rivals)
        own = float(precision["held_out"][column])
        decisions[label] = {
            "pictures": int(held.sum()),
            "sources": len(set(names[held])),
            "average_precision": round(own, 3),
            "of_colours": round(float(precision["colours"][column]), 3),
            "of_majority": round(float(precision["majority"][column]), 3),
            "recall_at_3": round(float((found_at_3[held] == column).any(axis=1).mean()), 3),
            "share_of_draws_above_baselines": round(share, 3),
            "trained": bool(
                share >= rule["share_of_draws_above_baselines"] and own >= rule["least_average_precision"]
            ),
        }
    return decisions


def scored(trial: Trial, labels: Sequence[str], given: dict[str, Any]) -> dict[str, Matrix]:
    """Score all pictures by all systems, for a choice of labels."""
    truth, penalty = trial.truth(labels), trial.config["penalty"]
    folds = trial.config["folds"]
    systems = {
        "held_out": trial.held_out_logits(given["folds"], truth, penalty),
        "seen_unlabelled": trial.held_out_logits([given["final"]] * folds, truth, penalty),
        "colours": trial.colours(given["colours"], truth),
        "majority": trial.majority(truth),
    }
    if given["reference"] is not None:
        systems["reference"] = trial.held_out_logits([given["reference"]] * folds, truth, penalty)
    return systems


def embeddings(path: Path, pictures: Sequence[LabelledPicture]) -> NDArray[np.floating]:
    """Return the embeddings that embed.py wrote, after a look at whether they are these pictures'."""
    found = np.load(path)
    if [Path(name).name for name in found["paths"]] != [picture.path.name for picture in pictures]:
        raise SystemExit(f"{path}: embeddings of other pictures")
    return np.asarray(found["embeddings"])


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("final", type=Path, help="embeddings by the final backbone")
    parser.add_argument("folds", type=Path, nargs="+", help="embeddings by each fold's backbone, in order")
    parser.add_argument("--reference", type=Path, help="embeddings by a network to compare with")
    parser.add_argument("--out", type=Path, required=True, help="the JSON to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = json.loads((HERE / "config.json").read_text())
    pictures = read_manifest(options.manifest, ("tagset", "film"))
    trial = Trial(pictures, config)
    given = {
        "final": embeddings(options.final, pictures),
        "folds": [embeddings(path, pictures) for path in options.folds],
        "colours": np.load(options.final)["colours"],
        "reference": embeddings(options.reference, pictures) if options.reference else None,
    }
    figures = measure(trial, given)
    options.out.write_text(json.dumps(figures, indent=1) + "\n")
    logging.info(json.dumps(figures, indent=1))


def measure(trial: Trial, given: dict[str, Any]) -> dict[str, Any]:
    """Measure all tags with enough pictures, decide, and measure the chosen ones among themselves."""
    counts = label_counts(trial.pictures)
    labels = sorted(label for label, count in counts.items() if count >= trial.config["least_pictures"])
    systems = scored(trial, labels, given)
    truth = trial.truth(labels)
    decisions = decide(trial, labels, systems)
    chosen = [label for label in labels if decisions[label]["trained"]]
    few, few_truth = scored(trial, chosen, given), trial.truth(chosen)
    slope, shift = fit_calibration(few["held_out"], few_truth)
    raw, mended = sigmoid(few["held_out"]), trial.calibrated(few["held_out"], few_truth)
    return {
        "tags_tried": {name: trial.summary(truth, logits) for name, logits in systems.items()},
        "tags_shipped": {name: trial.summary(few_truth, logits) for name, logits in few.items()},
        "each_tag": decisions,
        "calibration": {
            "slope": slope,
            "shift": shift,
            "error_before": round(calibration_error(few_truth, raw), 4),
            "error_after": round(calibration_error(few_truth, mended), 4),
        },
        "pictures": len(trial.pictures),
        "sources": len(set(trial.sources)),
        "counts": counts,
    }


if __name__ == "__main__":
    main()
