"""Step 1: cut views from the labelled pictures and write down what the teacher sees in each.

Writes ``views.npy`` (pictures, views, size, size, 3; uint8), ``map0.npy``, ``map1.npy``, … (pictures,
views, height, width, channels; levels), ``scales.npy`` (maps, 2: a level's worth, the level of zero)
and ``pictures.json`` into a folder, some 180 kB a view.
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
from cinetag_plugin.evaluation.labelled import LabelledPicture
from cinetag_plugin.models.cut import cut
from cinetag_plugin.models.image import prepare
from cinetag_plugin.training.collection import read_rooms
from cinetag_plugin.training.splits import deal_folds, sources

HERE = Path(__file__).parent
Bytes = NDArray[np.uint8]


class Teacher:
    """A foreign network, asked for some of its inner maps; nothing of it is kept."""

    def __init__(self, folder: Path, settings: dict[str, Any], size: int) -> None:
        whole = (folder / settings["file"]).read_bytes()
        last = cut(whole, str(settings["maps"][-1]), settings["file"])
        self._net = Interpreter(model_content=last, num_threads=1, experimental_preserve_all_tensors=True)
        self._input = self._net.get_input_details()[0]["index"]
        self._net.resize_tensor_input(self._input, [1, size, size, 3])
        self._net.allocate_tensors()
        tensors = {t["index"]: t for t in self._net.get_tensor_details()}
        self._maps = [tensors[index] for index in settings["maps"]]

    def shapes(self) -> list[tuple[int, ...]]:
        """Return ``(height, width, channels)`` of each map."""
        return [tuple(self._net.get_tensor(tensor["index"]).shape[1:]) for tensor in self._maps]

    def scales(self) -> NDArray[np.float64]:
        """Return what a level of each map is worth, and the level of zero, ``(maps, 2)``."""
        return np.array([tensor["quantization"] for tensor in self._maps], np.float64)

    def look(self, view: Bytes) -> list[NDArray[np.int8]]:
        """Return the maps of a view as levels."""
        self._net.set_tensor(self._input, view[np.newaxis])
        self._net.invoke()
        return [self._net.get_tensor(tensor["index"])[0] for tensor in self._maps]


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


def views_of(picture: Image.Image, seed: int, config: dict[str, Any]) -> NDArray[np.uint8]:
    """Cut all views of a picture, ``(views, size, size, 3)``."""
    size = config["size"]
    pixels = np.asarray(picture)
    fixed = [
        prepare(pixels, ModelInput(kind="picture", size=(size, size), dtype="uint8", crop=crop))[0]
        for crop in ("stretch", "centre")
    ]
    draw = np.random.default_rng(seed)
    boxes = [random_box(draw, *picture.size, config) for _ in range(config["views"] - len(fixed))]
    scale = Image.Resampling.BILINEAR
    cuts = [np.asarray(picture.resize((size, size), scale, box=box)) for box in boxes]
    return np.stack([*fixed, *(disturbed(view, draw, config) for view in cuts)])


def disturbed(view: Bytes, draw: np.random.Generator, how: dict[str, Any]) -> Bytes:
    """Mirror every other view, and change brightness and contrast.

    Here rather than in training: the teacher's maps of a mirrored picture are not the mirrored maps.
    """
    wide, lift = draw.uniform(-1, 1, 2) * (how["contrast"], how["brightness"])
    values = (view.astype(np.float32) - 127.5) * (1 + wide) + 127.5 * (1 + lift)
    if draw.random() < 0.5:
        values = values[:, ::-1]
    return values.clip(0, 255).round().astype(np.uint8)


def unique_pictures(manifest: Path, rooms: list[str]) -> list[LabelledPicture]:
    """Read the manifest's pictures, those whose copy (same file name) came before left out."""
    first: dict[str, LabelledPicture] = {}
    for picture in sorted(read_rooms(manifest, rooms), key=lambda p: rooms.index(p.room)):
        first.setdefault(picture.path.name, picture)
    return list(first.values())


def write_index(out: Path, manifest: Path, pictures: list[LabelledPicture], config: dict[str, Any]) -> None:
    """Write the order of the pictures with source and fold; -1 where no tagged source is alike."""
    everything = read_rooms(manifest, ("generic", "tagset", "film", "beats"), config["same_source"])
    source_of = dict(zip((p.path.name for p in everything), sources(everything), strict=True))
    tagged = [p for p in everything if p.room in ("tagset", "film")]
    names = [source_of[p.path.name] for p in tagged]
    fold_of = dict(zip(names, deal_folds(names, config["folds"]).tolist(), strict=True))
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
    write_index(options.out, options.manifest, pictures, config)
    teach(pictures, Teacher(options.teachers, config["teacher"], config["size"]), options.out, config)


def teach(pictures: list[LabelledPicture], teacher: Teacher, out: Path, config: dict[str, Any]) -> None:
    """Write the views, and what the teacher sees in each."""
    size, shape = config["size"], (len(pictures), config["views"])
    views = np.lib.format.open_memmap(out / "views.npy", "w+", np.uint8, (*shape, size, size, 3))
    maps = [
        np.lib.format.open_memmap(out / f"map{index}.npy", "w+", np.int8, (*shape, *of_one))
        for index, of_one in enumerate(teacher.shapes())
    ]
    np.save(out / "scales.npy", teacher.scales())
    for i, picture in enumerate(pictures):
        views[i] = views_of(_open(picture), i, config)
        for place, view in enumerate(views[i]):
            for kept, seen in zip(maps, teacher.look(view), strict=True):
                kept[i, place] = seen
        if i % 500 == 0:
            logging.info("%d of %d pictures", i, len(pictures))


def _open(picture: LabelledPicture) -> Image.Image:
    with Image.open(picture.path) as image:
        return image.convert("RGB")


if __name__ == "__main__":
    main()
