"""Step 1: put stretches together from each fold's films and write the kinship of their frames.

    python models/cinetag-shots/gather.py MEDIA PICTURES WORK

MEDIA holds ``edited/``, ``nocuts/`` and ``truth/``, PICTURES photographs of any kind. Writes
``WORK/fold<K>.npz``: stretches composed of one fold's takes (after the last fold, of pictures alone),
and the kinship of the fold's films themselves with their truth.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from stretches import NONE, Composer, Take, as_bytes

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.evaluation.shots import Truth, read_truth
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.kinship import Rows, kinship, stretch_of
from cinetag_plugin.shots.measures import measure

HERE = Path(__file__).parent
KINDS = {"dissolve": 1, "fade": 2, "wipe": 3, "other": 1}
CUT = 4
_PICTURE_SIDE = 420


def read_film(film: Path) -> Take:
    """Decode a film's samples."""
    ffmpeg = find_ffmpeg()
    with FramePipe(probe(film, ffmpeg), ffmpeg, short_side=None) as pipe:
        planes = [(frame.y.copy(), frame.u.copy(), frame.v.copy()) for frame in pipe]
    y, u, v = (np.stack(plane) for plane in zip(*planes, strict=True))
    return Take(y, u, v)


def read_picture(path: Path) -> Take:
    """Read a picture as a take of one frame, in the limited range of film."""
    image = Image.open(path).convert("YCbCr")
    image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
    width, height = (side & ~1 for side in image.size)
    values = np.asarray(image.resize((width, height))).astype(np.float32)
    y = 16 + values[..., 0] * (219 / 255)
    u, v = (128 + (values[::2, ::2, channel] - 128) * (224 / 255) for channel in (1, 2))
    return Take(*(np.rint(plane)[None].astype(np.uint8) for plane in (y, u, v)))


def takes_of(film: Take, truth: Truth, guard: int) -> list[Take]:
    """Cut a film into the stretches between its boundaries, a few frames off the gradual ones."""
    edges = [(0, 0), *((b.start, b.end) for b in truth.boundaries), (len(film), len(film))]
    found = []
    for (start, end), (next_start, next_end) in pairwise(edges):
        first = end + (guard if end > start else 0)
        last = next_start - (guard if next_end > next_start else 0)
        if last - first >= 3:
            found.append(Take(film.y[first:last], film.u[first:last], film.v[first:last]))
    return found


def kin(planes: dict[str, Any]) -> Rows:
    """Return the kinship of frames given as planes."""
    frames = zip(planes["y"], planes["u"], planes["v"], strict=True)
    return kinship(stretch_of([measure(Frame(i, i, *frame)) for i, frame in enumerate(frames)]))


def classes(truth: Truth, frames: int) -> Any:
    """Return the class of each frame of a film."""
    found = np.full(frames, NONE)
    for boundary in truth.boundaries:
        if boundary.end > boundary.start:
            found[boundary.start : boundary.end] = KINDS[boundary.kind]
    for boundary in truth.boundaries:
        if boundary.end == boundary.start < frames:
            found[boundary.start] = CUT
    return found


def composed(takes: Sequence[Take], pictures: Sequence[Take], seed: int, config: dict[str, Any]) -> Any:
    """Return kinship ``(stretches, frames, channels)`` as float16 and the class of each frame."""
    composer = Composer(takes, pictures, seed)
    rows, kinds = [], []
    for _ in range(config["stretches"]):
        stretch = composer.stretch(config["frames"])
        rows.append(kin(dict(as_bytes(stretch.planes))).astype(np.float16))
        kinds.append(np.where(stretch.cuts > 0, CUT, stretch.kinds).astype(np.uint8))
    return {"rows": np.stack(rows), "kinds": np.stack(kinds)}


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("media", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", type=int, help="one fold; the number after the last is the pictures")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = json.loads((HERE / "config.json").read_text())
    options.work.mkdir(parents=True, exist_ok=True)
    files = sorted(options.pictures.glob("*.jpg"))
    paths = {path.stem: path for part in ("edited", "nocuts") for path in (options.media / part).iterdir()}
    for number, names in enumerate([*config["folds"], []]):
        if options.only not in (None, number):
            continue
        draw = np.random.default_rng(config["seed"] + number)
        chosen = [read_picture(files[i]) for i in draw.choice(len(files), config["pictures"], replace=False)]
        takes = []
        real: dict[str, Any] = {}
        for name in names:
            film = read_film(paths[name])
            truth = read_truth(options.media / "truth" / f"{name}.tsv")
            takes += takes_of(film, truth, config["guard"])
            real |= {name: kin(vars(film)), f"{name}/kinds": classes(truth, len(film))}
        target = options.work / f"fold{number}.npz"
        made = composed(takes or chosen, chosen, config["seed"] + number, config)
        np.savez(target, **made, **real)
        logging.info("%s: %d takes", target.name, len(takes))


if __name__ == "__main__":
    main()
