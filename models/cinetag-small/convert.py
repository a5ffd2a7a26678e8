"""Step 3: write trained weights as cinetag-small.tflite with its card, and compare the two."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.training.cards import largest_difference, ship
from cinetag_plugin.training.convert import backbone_file
from cinetag_plugin.training.writer import Convolution

LIMITS = (
    "A small network that was taught to see what a larger one sees, on a few thousand photographs and "
    "film frames. It tells scenes and large things apart; faces, small things, text and darkness it "
    "hardly knows. It judges nothing by itself: the heads upon it have figures of their own."
)


def layers(weights: dict[str, NDArray[Any]], steps: list[list[Any]]) -> list[Convolution]:
    """Return the convolutions of a weights file that train.py wrote."""
    return [
        Convolution(
            weights[f"k{i}"],
            weights[f"b{i}"],
            stride,
            depthwise,
            activation="relu" if bounded else "none",
            adds=adds,
        )
        for i, (_, _, _, stride, depthwise, bounded, adds) in enumerate(steps)
    ]


def milliseconds(content: bytes, picture: NDArray[np.float32], rounds: int = 50) -> float:
    """Return the median processor time of one picture on one thread."""
    model = open_interpreter(content, subject="the converted model")
    model.run(picture)
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        model.run(picture)
        spent.append(time.process_time() - started)
    model.close()
    return 1000 * float(np.median(spent))


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="the .npz that train.py wrote")
    parser.add_argument("pack", type=Path, help="the folder that pack.py wrote, for the comparison")
    parser.add_argument("out", type=Path, help="folder of the .tflite and the card")
    parser.add_argument("--crop", choices=("stretch", "centre"), default="stretch")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    weights = dict(np.load(options.weights))
    facts = json.loads(str(weights["facts"]))
    size = facts["config"]["size"]
    content = backbone_file(layers(weights, facts["steps"]), (size, size), [len(facts["steps"]) - 1])
    views = np.load(options.pack / "views.npy", mmap_mode="r")[:8, 0].astype(np.float32)
    inputs = views / 127.5 - 1
    measured = {
        "difference_from_training": largest_difference(content, inputs, weights["check_embeddings"]),
        "largest_value_compared": float(np.abs(weights["check_embeddings"]).max()),
        "milliseconds_a_picture_one_thread": round(milliseconds(content, inputs[:1]), 2),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    card = ship(options.out, _card(facts, options, measured), content)
    logging.info("%s: %d bytes, %s", card.file, len(content), measured)


def _card(facts: dict[str, Any], options: argparse.Namespace, measured: dict[str, Any]) -> Card:
    config = facts["config"]
    size = config["size"]
    return Card(
        name=config["name"],
        role="embedding",
        file=f"{config['name']}.tflite",
        sha256="",
        license="Apache-2.0",
        input=ModelInput(
            kind="picture", size=(size, size), mean=(127.5,) * 3, std=(127.5,) * 3, crop=options.crop
        ),
        output=ModelOutput(kind="embedding", size=config["net"]["last"]),
        trained_on={
            "recipe": "models/cinetag-small",
            "how": "random start; taught the features of the teacher, without any label",
            "teacher": config["teacher"]["file"] + " (Apache-2.0; not part of this model)",
            "pictures": facts["pictures"],
            "rooms": config["rooms"],
            "left_out_folds": facts["leave_out"] or "none",
            "rounds": facts["rounds"],
            "seed": config["seed"],
            "torch": facts["torch"],
            "weights_sha256": hashlib.sha256(options.weights.read_bytes()).hexdigest(),
        },
        measured=measured,
        limits=LIMITS,
    )


if __name__ == "__main__":
    main()
