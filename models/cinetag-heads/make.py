"""Trains the heads that ship, upon every backbone whose file is here, and says which labels they know.

Each head is what ``cinetag train`` makes. A label is known where, on sources left out, its average
precision is high enough and surely above both baselines (``rule`` in config.json); the others stay in the
file, stand in the card as untrained with the reason, and are never predicted.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cinetag_plugin.cli import train as command
from cinetag_plugin.document.contracts import Card
from cinetag_plugin.models.card import read_card, write_card

HERE = Path(__file__).parent


def train(manifest: Path, role: str, config: dict[str, Any], backbone: str, out: Path) -> None:
    """Run ``cinetag train`` as anybody would, but that some groups are known to be of one source."""
    how = config["roles"][role]
    options = [
        role,
        str(manifest),
        "--backbone",
        backbone,
        "-o",
        str(out),
        "-y",
        "--least",
        str(how["least"]),
    ]
    for part in how["parts"]:
        options += ["--part", part]
    parser = argparse.ArgumentParser()
    command.configure(parser)
    command.run(parser.parse_args([*options, "--relations"]), config["same_source"])


def finished(card: Card, config: dict[str, Any]) -> Card:
    """Return the card with the labels that it does not know, its texts, and the recipe's place."""
    texts = config["texts"]
    about = dict(texts[card.role])
    if card.backbone == "cinetag-small":
        about["limits"] += f" {texts['seen']}"
    doubtful = {
        label: reason
        for label in card.output.labels
        if (reason := doubt(card.measured["each_label"][label], config["rule"]))
    }
    return replace(
        card,
        license=texts["license"],
        untrained={**doubtful, **card.untrained},
        trained_on={**card.trained_on, "rights": texts["rights"], "made_by": "models/cinetag-heads"},
        **about,
    )


def doubt(figures: dict[str, Any], rule: dict[str, float]) -> str:
    """Return why a label is not known; empty where it is."""
    if figures["sources"] == 1:
        return "cannot be tested: all its pictures come from one source"
    found = figures["average_precision"]
    if found is None or found < rule["average_precision"]:
        return f"not learnt: average precision {found} on sources left out"
    if figures["above_baselines"] is None:
        return "cannot be tested: what was tested comes from one source"
    if figures["above_baselines"] < rule["above_baselines"]:
        share = figures["above_baselines"]
        return f"not surely better than the baselines: in {share:.2f} of the draws of sources"
    return ""


def main() -> None:
    """Make the heads; see README.md for the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("work", type=Path, help="folder for heads, cards and curves")
    parser.add_argument("data", type=Path, help="folder of the shipped models")
    parser.add_argument("--backbones", nargs="+", metavar="NAME", help="only these")
    options = parser.parse_args()
    config = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
    options.work.mkdir(parents=True, exist_ok=True)
    for backbone, name in config["backbones"].items():
        if options.backbones and backbone not in options.backbones:
            continue
        for role in config["roles"]:
            out = options.work / f"{name}-{role}.tflite"
            train(options.manifest, role, config, backbone, out)
            card = finished(read_card(out.with_suffix(".json")), config)
            shutil.copyfile(out, options.data / out.name)
            write_card(options.data / f"{card.name}.json", card, overwrite=True)


if __name__ == "__main__":
    main()
