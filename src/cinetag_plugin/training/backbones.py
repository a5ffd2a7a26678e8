"""The backbone a head is trained upon: found, ended at the layer wanted, and laid beside the head."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import ExportError, ModelError
from cinetag_plugin.document.files import write_whole
from cinetag_plugin.models.card import read_card, write_card
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.training.layers import at_layer


@dataclass(frozen=True, slots=True)
class Backbone:
    """A model that gives an embedding, with its bytes."""

    card: Card
    content: bytes


def find_backbone(store: ModelStore, wanted: str, layer: str, name: str) -> Backbone:
    """Return the backbone that a user names, cut at a layer where one is given.

    Args:
        store: where names are looked up.
        wanted: a name, or the path of a card or ``.tflite``.
        layer: an inner tensor, by name or index; empty for the card's own embedding.
        name: of a backbone that is cut.

    Raises:
        ModelError: there is none, it takes no pictures, gives no embedding, or has no such layer.
    """
    model = store.find(wanted)
    if model.card.input.kind != "picture":
        raise ModelError(wanted, "takes no pictures", "name a backbone: see cinetag models list")
    content = model.content()
    if layer:
        return Backbone(*at_layer(model.card, content, layer, name))
    if model.card.role != "embedding":
        fault = f"gives {model.card.role}, not an embedding"
        raise ModelError(wanted, fault, "name the tensor before its last layer with --layer")
    return Backbone(model.card, content)


def lies_beside(backbone: Backbone, folder: Path, *, overwrite: bool) -> bool:
    """Say whether the folder of a head holds this backbone.

    Raises:
        ExportError: it holds another model of this name, and that may not be overwritten.
    """
    path = folder / f"{backbone.card.name}.json"
    if not (path.exists() and path.with_suffix(".tflite").exists()):
        return False
    try:
        same = read_card(path).sha256 == backbone.card.sha256
    except ModelError:
        same = False
    if not same and not overwrite:
        raise ExportError(path, "is the card of another model", "choose another folder with -o")
    return same


def lay_beside(backbone: Backbone, folder: Path, store: ModelStore, *, overwrite: bool) -> list[Path]:
    """Write a backbone into the folder of its head, unless it would be found without; return the files.

    Raises:
        ExportError: it cannot be written, or another model of this name lies there.
    """
    card = backbone.card
    known = any(model.card.name == card.name and model.card.sha256 == card.sha256 for model in store.list())
    if lies_beside(backbone, folder, overwrite=overwrite) or known:
        return []
    plain = replace(card, file=f"{card.name}.tflite")
    files = [folder / plain.file, folder / f"{card.name}.json"]
    write_whole(files[0], backbone.content, overwrite=overwrite)
    write_card(files[1], plain, overwrite=overwrite)
    return files
