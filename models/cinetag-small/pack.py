"""Step 1: cut views from the labelled pictures and write down what the teacher sees in each.

Writes ``views.npy`` (pictures, views, size, size, 3; uint8), ``teacher.npy`` (pictures, views,
grid * grid, components; float16), ``basis.npz`` and ``pictures.json`` into a folder.
The first view is the whole picture squeezed, the second the centre crop, the others random crops.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image

from cinetag_plugin.document.contracts import ModelInput
from cinetag_plugin.models.image import prepare
from cinetag_plugin.training.datasets import LabelledPicture, read_manifest
from cinetag_plugin.training.splits import deal_folds, sources

HERE = Path(__file__).parent
Bytes = NDArray[np.uint8]


class Teacher:
    """A foreign network, asked for a grid of features of one view; nothing of it is kept."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self._net = Interpreter(
            str(folder / settings["file"]), num_threads=1, experimental_preserve_all_tensors=True
        )
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        tensors = {t["index"]: t for t in self._net.get_tensor_details()}
        self._scale, self._zero = tensors[settings["tensor"]]["quantization"]
        self._tensor, self._grid = settings["tensor"], settings["grid"]

    def look(self, view: Bytes) -> NDArray[np.float32]:
        """Return the features of a 224 x 224 view, averaged into ``(grid * grid, channels)``."""
        self._net.set_tensor(self._input, view[np.newaxis])
        self._net.invoke()
        features = self._net.get_tensor(self._tensor)[0].astype(np.float32)
        return pooled((features - self._zero) * self._scale, self._grid)


def pooled(features: NDArray[np.float32], grid: int) -> NDArray[np.float32]:
    """Average ``(height, width, channels)`` into grid cells as adaptive average pooling does."""
    height, width, channels = features.shape
    rows = [(i * height // grid, -(-(i + 1) * height // grid)) for i in range(grid)]
    columns = [(i * width // grid, -(-(i + 1) * width // grid)) for i in range(grid)]
    cells = [features[a:b, c:d].mean(axis=(0, 1)) for a, b in rows for c, d in columns]
    return np.asarray(cells, np.float32).reshape(grid * grid, channels)


def random_box(
    draw: np.random.Generator, width: int, height: int, config: dict[str, Any]
) -> tuple[float, float, float, float]:
    """Draw a crop whose area and aspect (relative to the picture's) lie in the configured ranges."""
    area = draw.uniform(*config["crop_area"])
    stretch = np.exp(draw.uniform(*np.log(config["crop_aspect"])) / 2)
    side = np.sqrt(area)
    w, h = width * min(1.0, side * stretch), height * min(1.0, side / stretch)
    left, top = draw.uniform(0, width - w), draw.uniform(0, height - h)
    return left, top, left + w, top + h


def views_of(picture: Image.Image, size: int, seed: int, config: dict[str, Any]) -> list[Bytes]:
    """Cut all views of a picture at a size; the same seed gives the same places at every size."""
    pixels = np.asarray(picture)
    fixed = [
        prepare(pixels, ModelInput(kind="picture", size=(size, size), dtype="uint8", crop=crop))[0]
        for crop in ("stretch", "centre")
    ]
    draw = np.random.default_rng(seed)
    boxes = [random_box(draw, *picture.size, config) for _ in range(config["views"] - 2)]
    scale = Image.Resampling.BILINEAR
    cut = [np.asarray(picture.resize((size, size), scale, box=box)) for box in boxes]
    return [*fixed, *cut]


def basis(samples: NDArray[np.float32], components: int) -> dict[str, NDArray[np.float32]]:
    """Find the mean, the main directions and their variances of feature vectors (rows)."""
    mean = samples.mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov((samples - mean).T))
    order = np.argsort(-variances)[:components]
    parts = {"mean": mean, "directions": directions[:, order], "variances": variances[order]}
    return {name: part.astype(np.float32) for name, part in parts.items()}


def unique_pictures(manifest: Path, rooms: list[str]) -> list[LabelledPicture]:
    """Read the manifest's pictures, those whose copy (same file name) came before left out."""
    first: dict[str, LabelledPicture] = {}
    for picture in sorted(read_manifest(manifest, rooms), key=lambda p: rooms.index(p.room)):
        first.setdefault(picture.path.name, picture)
    return list(first.values())


def write_index(out: Path, manifest: Path, pictures: list[LabelledPicture], folds: int) -> None:
    """Write the order of the pictures with source and fold; -1 where no tagged source is alike."""
    everything = read_manifest(manifest, ("generic", "tagset", "film", "beats"))
    source_of = dict(zip((p.path.name for p in everything), sources(everything), strict=True))
    tagged = [p for p in everything if p.room in ("tagset", "film")]
    names = [source_of[p.path.name] for p in tagged]
    fold_of = dict(zip(names, deal_folds(names, folds).tolist(), strict=True))
    rows = [
        {
            "path": str(p.path.relative_to(manifest.parent)),
            "source": source_of[p.path.name],
            "fold": fold_of.get(source_of[p.path.name], -1),
        }
        for p in pictures
    ]
    (out / "pictures.json").write_text(json.dumps(rows, indent=0))


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("teachers", type=Path, help="folder of the teacher's file")
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture (for a trial)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = json.loads((HERE / "config.json").read_text())
    options.out.mkdir(parents=True, exist_ok=True)
    pictures = unique_pictures(options.manifest, config["rooms"])[:: options.every]
    write_index(options.out, options.manifest, pictures, config["folds"])
    teach(pictures, Teacher(options.teachers, config["teacher"]), options.out, config)


def teach(pictures: list[LabelledPicture], teacher: Teacher, out: Path, config: dict[str, Any]) -> None:
    """Write views and the teacher's features, compressed to their main directions."""
    size, asked = config["size"], config["teacher"]
    draw = np.random.default_rng(config["seed"])
    sample = draw.choice(len(pictures), min(600, len(pictures)), replace=False)
    first = [teacher.look(views_of(_open(pictures[i]), asked["size"], i, config)[0]) for i in sample]
    main_directions = basis(np.concatenate(first), asked["components"])
    np.savez(out / "basis.npz", **main_directions)  # type: ignore[arg-type]
    shape = (len(pictures), config["views"])
    views = np.lib.format.open_memmap(out / "views.npy", "w+", np.uint8, (*shape, size, size, 3))
    features = np.lib.format.open_memmap(
        out / "teacher.npy", "w+", np.float16, (*shape, asked["grid"] ** 2, asked["components"])
    )
    for i, picture in enumerate(pictures):
        image = _open(picture)
        views[i] = views_of(image, size, i, config)
        seen = np.stack([teacher.look(v) for v in views_of(image, asked["size"], i, config)])
        features[i] = (seen - main_directions["mean"]) @ main_directions["directions"]
        if i % 500 == 0:
            logging.info("%d of %d pictures", i, len(pictures))
    views.flush()
    features.flush()


def _open(picture: LabelledPicture) -> Image.Image:
    with Image.open(picture.path) as image:
        return image.convert("RGB")


if __name__ == "__main__":
    main()
