"""Step 3: fit the chosen tags on all pictures and write cinetag-tags.tflite with its card."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.document.vocabulary import builtin_vocabulary
from cinetag_plugin.training.cards import largest_difference, ship
from cinetag_plugin.training.convert import head_file
from cinetag_plugin.training.datasets import read_manifest, truth_matrix
from cinetag_plugin.training.fit import fit_head

HERE = Path(__file__).parent
LIMITS = (
    "A first, weak model. It knows only the tags listed as labels, and learnt them from a few thousand web "
    "photographs and few film frames, most tags from a handful of sources. It judges one frame by its "
    "scene and large things: it follows no story, no sound and no motion. On film frames it is worse than on "
    "photographs (see film_hit_at_3). The tags to ship were chosen by the same held-out figures that "
    "stand here, so the figures of the shipped ones flatter a little. Take its tags as proposals to be "
    "looked at, never as facts about a film or about the people in it."
)


def why_untrained(slug: str, counts: dict[str, int], tried: dict[str, dict[str, Any]]) -> str:
    """Say in one line for people why a tag of the vocabulary is never predicted."""
    if slug in tried:
        facts = tried[slug]
        rival = max(("colours", "majority"), key=lambda name: float(facts[f"of_{name}"]))
        return (
            f"not good enough: average precision {facts['average_precision']:.3f} on sources left out "
            f"({facts[f'of_{rival}']:.3f} by {rival} alone; {facts['pictures']} pictures, "
            f"{facts['sources']} sources)"
        )
    if slug in counts:
        return f"too few pictures to train on: {counts[slug]}"
    return "no honest training pictures"


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("final", type=Path, help="embeddings by the final backbone")
    parser.add_argument("figures", type=Path, help="the JSON that evaluate.py wrote")
    parser.add_argument("out", type=Path, help="folder of the .tflite and the card")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config, figures = (json.loads(path.read_text()) for path in (HERE / "config.json", options.figures))
    labels = [slug for slug, facts in figures["each_tag"].items() if facts["trained"]]
    pictures = read_manifest(options.manifest, ("tagset", "film"))
    found = np.load(options.final)
    values = found["embeddings"]
    truth = truth_matrix(pictures, labels)
    head = fit_head(values, truth, config["activation"], config["penalty"], config["balance"])
    head = head.scaled(figures["calibration"]["slope"], figures["calibration"]["shift"])
    content = head_file(head)
    difference = largest_difference(content, values[::100], head.probabilities(values[::100]))
    figures["difference_from_training"] = difference
    facts = _facts(config, options.manifest, figures, str(found["sha256"]))
    card = ship(options.out, _card(config, labels, values.shape[1], figures, facts), content)
    logging.info("%s: %d bytes, %d tags: %s", card.file, len(content), len(labels), ", ".join(labels))


def _facts(config: dict[str, Any], manifest: Path, figures: dict[str, Any], backbone: str) -> dict[str, Any]:
    return {
        "recipe": "models/cinetag-tags",
        "pictures": figures["pictures"],
        "sources": figures["sources"],
        "manifest_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "backbone_sha256": backbone,
        "split": f"{config['folds']} folds of whole sources, largest first, each to the smallest fold",
        "settings": "penalty, balance, taps: chosen on folds 0 and 1; the rule: after a trial of three folds",
        "seed": config["seed"],
        "penalty": config["penalty"],
        "balance": config["balance"],
        "numpy": np.__version__,
        "licence_of_pictures": "photographs and film stills, many without a stated licence; none is shipped",
    }


def _card(
    config: dict[str, Any], labels: list[str], size: int, figures: dict[str, Any], facts: dict[str, Any]
) -> Card:
    untrained = {
        tag.slug: why_untrained(tag.slug, figures["counts"], figures["each_tag"])
        for tag in builtin_vocabulary().tags
        if tag.slug not in labels
    }
    measured = {name: part for name, part in figures.items() if name not in ("counts", "pictures", "sources")}
    measured["legend"] = {
        "held_out": "backbones of their own, one a fold, taught half as long, that like the heads never saw "
        "the tested sources, not even unlabelled",
        "seen_unlabelled": "the shipped backbone, which saw all pictures without labels; the heads never "
        "saw the tested sources; what a new source meets lies between this and held_out",
        "colours": "histogram of hue, saturation and value with the same kind of head",
        "majority": "how frequent each tag is in the other folds",
        "reference": "the teacher, a network of 3.5 million weights trained on ImageNet",
        "three_numbers": "the figure, and its 95 % interval when whole sources are drawn again",
    }
    return Card(
        name=config["name"],
        role="tags",
        file=f"{config['name']}.tflite",
        sha256="",
        backbone=config["backbone"],
        license="Apache-2.0",
        input=ModelInput(kind="embedding", size=(size,)),
        output=ModelOutput(kind="scores", activation="none", labels=tuple(labels)),
        untrained=untrained,
        trained_on=facts,
        measured=measured,
        limits=LIMITS,
    )


if __name__ == "__main__":
    main()
