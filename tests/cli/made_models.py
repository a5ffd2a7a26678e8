"""A model that can be reckoned by hand: its three scores are how red, green and blue a picture is."""

import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from cinetag_plugin.document.contracts import ModelOutput

sys.path.append(str(Path(__file__).parents[1] / "models"))

import tiny
from cards import backbone_card, lay_down, picture_input


def lay_colour_model(folder: Path, labels: Sequence[str], **changes) -> Path:
    """Write the model and its card, role ``tags`` unless changed; return the card's path."""
    card = replace(
        backbone_card(name="colours"),
        role="tags",
        input=picture_input(std=(255.0,) * 3),
        output=ModelOutput(kind="scores", labels=tuple(labels)),
    )
    lay_down(folder, replace(card, **changes), tiny.picture_means())
    return folder / "colours.json"


def lay_picture(path: Path, *colour: int) -> None:
    """Write a PNG of one colour (red, green, blue)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 8), colour).save(path)
