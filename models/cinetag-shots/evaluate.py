"""Step 4: the network on films that it never saw, its two thresholds chosen on the other films.

    python models/cinetag-shots/evaluate.py MEDIA WORK WORK/left-out*.npz --out WORK/figures.json

The weights are those of ``train.py --leave-out K``, one file a fold, in order. A passage is found when
at least half of its extent and of the truth's is common to both.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ship import layers_of

from cinetag_plugin.evaluation.shots import Counts, Truth, read_truth, score_boundaries
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.shots.passages import PassageFinder
from cinetag_plugin.training.convert import sequence_file

HERE = Path(__file__).parent
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
LEAST = (0.55, 0.6, 0.65, 0.7)
Values = tuple[float, float]
DRAWS = 1000


def answers(weights: Path, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run the network of a weights file over a whole film."""
    pack = dict(np.load(weights))
    layers = layers_of(pack, json.loads(str(pack["facts"]))["config"]["net"]["dilations"])
    model = open_interpreter(sequence_file(layers, len(rows)), subject=weights)
    found: NDArray[np.float32] = model.run(rows[np.newaxis, np.newaxis])[0, 0]
    return found


def counts(film: NDArray[np.float32], truth: Truth, values: Values) -> Counts:
    """Score the passages found in a film."""
    found = PassageFinder(*values).take(0, film)
    return score_boundaries([passage.boundary for passage in found], truth).gradual


def pooled(parts: Iterable[Counts]) -> Counts:
    """Sum counts."""
    return sum(parts, Counts(0, 0, 0))


def chosen(scores: Mapping[tuple[str, Values], Counts], names: Iterable[str]) -> Values:
    """Return the values of best F1 over the films named."""
    names = list(names)
    return max(product(THRESHOLDS, LEAST), key=lambda v: pooled(scores[n, v] for n in names).f1 or 0.0)


def interval(by_film: Mapping[str, Counts], seed: int) -> list[float]:
    """Return the 95 % interval of F1 when films are drawn again."""
    draw = np.random.default_rng(seed)
    names = list(by_film)
    rates = [
        pooled(by_film[names[i]] for i in draw.integers(len(names), size=len(names))).f1 or 0.0
        for _ in range(DRAWS)
    ]
    return [float(np.percentile(rates, share)) for share in (2.5, 97.5)]


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("media", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = json.loads((HERE / "config.json").read_text())
    films: dict[str, NDArray[np.float32]] = {}
    fold_of: dict[str, int] = {}
    for number, (names, weights) in enumerate(zip(config["folds"], options.weights, strict=True)):
        pack = np.load(options.work / f"fold{number}.npz")
        for name in names:
            films[name], fold_of[name] = answers(weights, pack[name]), number
    truths = {name: read_truth(options.media / "truth" / f"{name}.tsv") for name in films}
    scores = {
        (name, values): counts(films[name], truths[name], values)
        for name in films
        for values in product(THRESHOLDS, LEAST)
    }
    choice = {
        number: chosen(scores, (name for name in films if fold_of[name] != number))
        for number in range(len(config["folds"]))
    }
    left_out = {name: scores[name, choice[fold_of[name]]] for name in films}
    everywhere = chosen(scores, films)
    figures: dict[str, Any] = {
        "left_out": pooled(left_out.values()).as_json() | {"interval": interval(left_out, config["seed"])},
        "films": {name: score.as_json() for name, score in left_out.items()},
        "values_left_out": sorted(set(choice.values())),
        "best_fit": {"values": everywhere, **pooled(scores[name, everywhere] for name in films).as_json()},
    }
    options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    logging.info("%s", json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
