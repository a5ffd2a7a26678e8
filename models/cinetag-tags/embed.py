"""Step 1: what the backbone says of every tagged picture, and its colours for the baseline.

Writes ``embeddings`` (pictures, values), ``colours`` (pictures, 128) and ``paths`` into one ``.npz``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cinetag_plugin.models.card import read_card
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.image import prepare
from cinetag_plugin.training.datasets import read_manifest

BINS = (8, 4, 4)


def colours(picture: Image.Image) -> NDArray[np.float32]:
    """Return the share of pixels in each of 8 x 4 x 4 cells of hue, saturation and value."""
    levels = np.asarray(picture.convert("HSV")).reshape(-1, 3)
    counts, _ = np.histogramdd(levels, bins=BINS, range=((0, 256),) * 3)
    return np.asarray(counts.ravel() / len(levels), np.float32)


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("card", type=Path, help="the backbone's card, its file beside it")
    parser.add_argument("out", type=Path, help="the .npz to write")
    options = parser.parse_args()
    card = read_card(options.card)
    content = (options.card.parent / card.file).read_bytes()
    model = open_backend(content, "cpu", 1, subject=card.name, tensor=card.output.tensor)
    embeddings, shares, paths = [], [], []
    for labelled in read_manifest(options.manifest, ("tagset", "film")):
        with Image.open(labelled.path) as file:
            picture = file.convert("RGB")
        embeddings.append(model.run(prepare(np.asarray(picture), card.input)).ravel())
        shares.append(colours(picture))
        paths.append(str(labelled.path.relative_to(options.manifest.parent)))
    np.savez(options.out, embeddings=embeddings, colours=shares, paths=paths, sha256=card.sha256)


if __name__ == "__main__":
    main()
