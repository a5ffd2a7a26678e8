"""Trained models with their cards, written where a model store finds them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from cinetag_plugin.document.files import write_whole
from cinetag_plugin.models.card import check_card, write_card
from cinetag_plugin.models.interpreter import open_interpreter

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cinetag_plugin.document.contracts import Card


def ship(folder: Path, card: Card, content: bytes) -> Card:
    """Write a model and, with its checksum filled in, its card; earlier ones are replaced.

    The model is ``card.file``, the card ``NAME.json`` beside it.

    Raises:
        ModelError: the card says what cannot be; nothing is written then.
        ExportError: a file cannot be written.
    """
    complete = replace(card, sha256=hashlib.sha256(content).hexdigest())
    check_card(complete, card.name)
    write_whole(folder / card.file, content, overwrite=True)
    write_card(folder / f"{card.name}.json", complete, overwrite=True)
    return complete


def largest_difference(content: bytes, inputs: NDArray[np.float32], wanted: NDArray[np.floating]) -> float:
    """Return how far a model's outputs lie from those of the trained network, at most.

    Args:
        content: the ``.tflite``.
        inputs: a fixed batch; each row is fed as a batch of one.
        wanted: the network's outputs, a row each.
    """
    model = open_interpreter(content, subject="the converted model")
    try:
        given = np.stack([model.run(row[np.newaxis]).ravel() for row in inputs])
    finally:
        model.close()
    return float(np.abs(given - wanted).max())
