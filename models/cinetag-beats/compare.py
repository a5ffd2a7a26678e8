"""Compares two ways of teaching the beat classes, in folds of sources: sharing 1, or each on its own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from make import HERE, raised
from numpy.typing import NDArray
from pictures import collection_of, folds_of, measured_by, on_film

from cinetag_plugin.document.vocabulary import NO_BEAT
from cinetag_plugin.evaluation.tags import average_precisions
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.training.fit import Activation, HeadFit, sigmoid, softmax
from cinetag_plugin.training.samples import Samples, samples_of
from cinetag_plugin.training.splits import rotations

PENALTIES = (10.0, 3.0, 1.0, 0.3, 0.1)
CATEGORIES = ("battle", "pursuit", "romance")
ENOUGH = 1e-3


def held_out(
    samples: Samples, fold: NDArray[np.int64], activation: Activation, balance: float
) -> dict[float, NDArray[np.float64]]:
    """Return by penalty the probabilities of the classes but the background, ``(pictures, labels)``.

    Sharing 1 the background is a class; on its own each class is taught against all other pictures.
    """
    columns = [place for place, label in enumerate(samples.labels) if label != NO_BEAT]
    truth = samples.truth if activation == "softmax" else samples.truth[:, columns]
    found = {penalty: np.zeros((len(truth), len(columns))) for penalty in PENALTIES}
    for split in rotations(fold, int(fold.max()) + 1):
        taught = np.concatenate([split.train, split.validate])
        work = HeadFit(samples.embeddings[taught], truth[taught], activation, balance, normalised=True)
        for penalty in PENALTIES:
            logits = work.fit(penalty, enough=ENOUGH).logits(samples.embeddings[split.test])
            given = softmax(logits)[:, columns] if activation == "softmax" else sigmoid(logits)
            found[penalty][split.test] = given
    return found


def main() -> None:
    """Print average precisions by category, on all pictures and on film frames alone."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("--backbone", default="cinetag-small")
    options = parser.parse_args()
    config = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
    model = ModelStore().find(options.backbone)
    collection = collection_of(options.manifest, config)
    measured = measured_by(model.card, model.content(), collection)
    samples = samples_of(collection, measured, least=config["least"], background=NO_BEAT)
    fold, film = folds_of(options.manifest, samples, config["same_source"]), on_film(collection, samples)
    of = np.array([raised(label) for label in samples.labels if label != NO_BEAT])
    truth = samples.without_background().truth
    ways: tuple[tuple[Activation, float], ...] = (
        *(("softmax", balance) for balance in (0.0, 0.5, 1.0)),
        *(("sigmoid", balance) for balance in (0.0, 0.5, 1.0)),
    )
    for activation, balance in ways:
        for penalty, given in held_out(samples, fold, activation, balance).items():
            line = f"{activation} balance {balance} penalty {penalty}:"
            for name in CATEGORIES:
                held = truth[:, of == name].any(axis=1)
                parts = given[:, of == name]
                scores = parts.sum(axis=1) if activation == "softmax" else parts.max(axis=1)
                line += f" {name} {precision(held, scores):.3f}"
                line += f" (film {precision(held[film], scores[film]):.3f})" if name != "pursuit" else ""
            print(line, flush=True)


def precision(held: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Return the average precision of one category."""
    return float(average_precisions(held[:, None], scores[:, None])[0])


if __name__ == "__main__":
    main()
