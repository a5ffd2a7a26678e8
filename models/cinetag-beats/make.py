"""Trains the beat heads that ship, upon every backbone whose file is here, and says which classes they know.

A class is known where, on sources left out, its average precision is high enough and surely above both
baselines (``rule`` in config.json); the others stay in the file, stand in the card as untrained with the
reason, and are never predicted.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from figures import category_figures, class_figures, false_alarms
from msgspec.structs import replace
from numpy.typing import NDArray
from pictures import collection_of, folds_of, measured_by, on_film, weights_of

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.vocabulary import NO_BEAT, builtin_vocabulary
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.training.cards import largest_difference, ship
from cinetag_plugin.training.convert import head_file
from cinetag_plugin.training.exclusive import ANSWERED, known_errors
from cinetag_plugin.training.head_card import Origin, head_card, shares_of
from cinetag_plugin.training.recipes import Balanced
from cinetag_plugin.training.samples import Samples, samples_of
from cinetag_plugin.training.trial import Trial, try_recipe

HERE = Path(__file__).parent
SEED = 0
CLASSES = builtin_vocabulary().categories
raised = Scheme(CLASSES).raised


class Made(NamedTuple):
    """A head that was tried, and what its figures are counted on."""

    card: Card
    samples: Samples
    trial: Trial
    fold: NDArray[np.int64]
    film: NDArray[np.bool_]


def made(manifest: Path, backbone: str, name: str, config: dict[str, Any], without: list[str]) -> Made:
    """Train a head and measure it; its card is that of ``cinetag train beats``."""
    store = ModelStore()
    model = store.find(backbone)
    collection = collection_of(manifest, config, without)
    measured = measured_by(model.card, model.content(), collection)
    samples = samples_of(collection, measured, least=config["least"], background=NO_BEAT)
    fold, film = folds_of(manifest, samples, config["same_source"]), on_film(collection, samples)
    weights = weights_of(samples, film, config["shares"], raised)
    recipe = Balanced(penalties=(config["penalty"],))
    trial = try_recipe(samples, recipe, SEED, fold=fold, weights=weights)
    told = (collection.name, collection.sha256, len(measured.faults), collection.unlabelled)
    origin = Origin(*told, SEED, config["least"])
    classes = [known.slug for known in CLASSES]
    card = head_card(name, "beats", model.card, samples, trial, origin, classes, raised)
    return Made(card, samples, trial, fold, film)


def finished(head: Made, config: dict[str, Any], without: list[str]) -> Card:
    """Return the card with the classes that the head does not know, all figures, and its texts."""
    card, trial = head.card, head.trial
    doubtful = {
        label: reason
        for label, figures in card.measured["each_label"].items()
        if (reason := doubt(figures, config["rule"]))
    }
    untrained = {**card.untrained, **doubtful, **config["never"]}
    samples, probabilities = head.samples, trial.held_out
    each = class_figures(samples, probabilities, head.fold, head.film)
    seen = f" {config['texts']['seen']}" if card.backbone == "cinetag-small" else ""
    stand_ins = [
        {key: value for key, value in rule.items() if value}
        for rule in config["mapping"]
        if rule["gives"] in samples.labels and rule.get("remark")
    ]
    return replace(
        card,
        license=config["texts"]["license"],
        untrained=untrained,
        errors=known_errors(
            probabilities,
            samples.truth,
            [raised(label) for label in samples.labels],
            [label not in untrained for label in samples.labels],
            shares_of(trial, samples),
        ),
        measured={
            **card.measured,
            "each_label": {
                label: {**figures, **each[label]} for label, figures in card.measured["each_label"].items()
            },
            "each_category": category_figures(
                samples, probabilities, head.fold, head.film, raised, untrained
            ),
            "false_alarms_on_film": false_alarms(samples, probabilities, head.film, raised, untrained),
            "operating_point": f"the best category, with a probability of {ANSWERED} or more",
        },
        trained_on={
            **card.trained_on,
            "rights": config["texts"]["rights"],
            "made_by": "models/cinetag-beats",
            "mapping": stand_ins,
            **({"left_out": without} if without else {}),
        },
        intended=config["texts"]["intended"],
        not_for=config["texts"]["not_for"],
        limits=config["texts"]["limits"] + seen,
    )


def doubt(figures: dict[str, Any], rule: dict[str, float]) -> str:
    """Return why a class is not known; empty where it is."""
    if figures["sources"] == 1:
        return "cannot be tested: all its pictures come from one source"
    found = figures["average_precision"]
    if found is None or found < rule["average_precision"]:
        return f"not learnt: average precision {found} on sources left out"
    above = figures["above_baselines"]
    if above is None:
        return "cannot be tested: what was tested comes from one source"
    if above < rule["above_baselines"]:
        return f"not surely better than the baselines: in {above:.2f} of the draws of sources"
    return ""


def main() -> None:
    """Make the heads; see README.md for the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("data", type=Path, help="folder of the heads and cards")
    parser.add_argument("--backbones", nargs="+", metavar="NAME", help="only these")
    parser.add_argument(
        "--without", nargs="+", metavar="GROUP", default=[], help="leave these groups out of everything"
    )
    options = parser.parse_args()
    config = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
    options.data.mkdir(parents=True, exist_ok=True)
    for backbone, name in config["backbones"].items():
        if options.backbones and backbone not in options.backbones:
            continue
        head = made(options.manifest, backbone, name, config, options.without)
        content = head_file(head.trial.head)
        some = head.samples.embeddings[:: max(1, len(head.samples.embeddings) // 100)]
        card = finished(head, config, options.without)
        apart = largest_difference(content, some, head.trial.head.probabilities(some))
        ship(
            options.data,
            replace(card, measured={**card.measured, "difference_from_training": apart}),
            content,
        )
        tell(card)


def tell(card: Card) -> None:
    """Print what was found of each class and category."""
    print(card.name)
    for what in ("each_label", "each_category"):
        for label, figures in card.measured[what].items():
            reason = card.untrained.get(label, "").partition(":")[0]
            print(f"  {label:22}", " ".join(f"{key}={value}" for key, value in figures.items()), reason)
    print("  film", card.measured["false_alarms_on_film"])
    if card.errors:
        print("  ", card.errors.labels)
        for label, row in zip(card.errors.labels, card.errors.counts, strict=True):
            print("  ", f"{label:20}", row)


if __name__ == "__main__":
    main()
