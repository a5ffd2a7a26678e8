"""Step 3: write trained weights as cinetag-shots.tflite with its card, and compare the two.

    python models/cinetag-shots/ship.py WORK/weights.npz FOLDER [--measured FIGURES.json]

The figures are those of evaluate.py, on films left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.shots.kinship import CHANNELS
from cinetag_plugin.shots.passages import KINDS, WINDOW
from cinetag_plugin.training.cards import ship
from cinetag_plugin.training.convert import sequence_file
from cinetag_plugin.training.writer import Convolution

LABELS = ("none", *KINDS, "cut")
LIMITS = (
    "Learnt from passages that a program made, over the takes of a handful of films, and from those "
    "films' own few dozen. Slow dissolves inside one scene, passages of fewer than four frames and "
    "effects of other kinds (slides, morphs, light leaks) it finds less surely."
)


def layers_of(weights: dict[str, Any], dilations: list[int]) -> list[Convolution]:
    """Return the convolutions of a weights file that train.py wrote."""
    count = len(dilations) + 2
    return [
        Convolution(
            weights[f"k{i}"][:, :, None, :],
            weights[f"b{i}"],
            dilation=([1, *dilations, 1])[i],
            activation="relu" if i + 1 < count else "none",
        )
        for i in range(count)
    ]


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--measured", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    weights = dict(np.load(options.weights))
    facts = json.loads(str(weights["facts"]))
    layers = layers_of(weights, facts["config"]["net"]["dilations"])
    wide = open_interpreter(sequence_file(layers, len(weights["rows"])), subject="the converted model")
    answers = wide.run(weights["rows"][np.newaxis, np.newaxis])[0, 0]
    difference = float(np.abs(answers - weights["answers"]).max())
    measured = json.loads(options.measured.read_text()) if options.measured else {}
    card = Card(
        name="cinetag-shots",
        role="shots",
        file="cinetag-shots.tflite",
        sha256="",
        license="Apache-2.0",
        input=ModelInput(kind="measures", size=(WINDOW, CHANNELS)),
        output=ModelOutput(kind="scores", size=len(LABELS), labels=LABELS),
        trained_on={
            "recipe": "models/cinetag-shots",
            "films": [name for fold in facts["config"]["folds"] for name in fold],
            "left_out_fold": facts["left_out"],
            "settings": facts["config"],
            "torch": facts["torch"],
            "weights_sha256": hashlib.sha256(options.weights.read_bytes()).hexdigest(),
        },
        measured={"difference_from_training": difference, **measured},
        limits=LIMITS,
    )
    shipped = ship(options.out, card, sequence_file(layers, WINDOW))
    logging.info("%s, off by %.1e", shipped.file, difference)


if __name__ == "__main__":
    main()
