"""What finding faces costs, and what faces and motion tell of shots that people labelled.

    python benchmarks/faces.py cost PICTURE …
    python benchmarks/faces.py labels MEDIA [--key-frames 3]

``cost`` gives the processor time a picture of finding faces and of the tag model, by turns, and their
ratio; pictures are first brought to the size of key frames. ``labels`` takes MEDIA/labels/NAME.tsv
(start, end, tags, beat, sound, shot_size …) and the films of those names beside it, and gives how often
faces are found by shot size, and how well measures tell beats apart: the area under the curve, 0.5 being
chance. Needs the model ``face-detection``, pulled.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cinetag_plugin import Settings, analyze
from cinetag_plugin.evidence.faces import MODEL
from cinetag_plugin.media.frames import PICTURE_SIDE
from cinetag_plugin.models.faces import FaceFinder, windows
from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.settings import DEFAULT_TAG_MODEL

ROUNDS = 5
SIZES = ("extreme_close", "close", "medium", "wide", "extreme_wide", "title", "-")
BEATS = ("battle", "pursuit", "despair_good", "battle_preparation")
MEASURES = ("faces", "face_size", "motion", "seconds", "cut_rate")
UNSURE = frozenset({"none", "difficult"})


class Labelled(NamedTuple):
    """A shot that somebody labelled, and what was measured of it."""

    beat: str
    size: str
    measures: dict[str, float]


def cost(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the processor time of each round, in milliseconds a picture."""
    pictures = [_as_key_frame(path) for path in paths]
    looks = statistics.mean(len(windows(*picture.shape[:2])) for picture in pictures)
    yield f"{len(pictures)} pictures, {looks:.2f} looks at each"
    store = ModelStore()
    tags = Classifier([store.giving("tags", DEFAULT_TAG_MODEL)], store, delegate="cpu")
    with tags, FaceFinder(store.giving("faces", MODEL)) as finder:
        for _ in range(ROUNDS):
            label, find = _each(tags.classify, pictures), _each(finder.find, pictures)
            yield f"tags {label:.2f} ms, faces {find:.2f} ms: {find / label:.2f} times"


def _each(work: Callable[[NDArray[np.uint8]], object], pictures: Sequence[NDArray[np.uint8]]) -> float:
    begun = time.process_time()
    for picture in pictures:
        work(picture)
    return (time.process_time() - begun) / len(pictures) * 1000


def _as_key_frame(path: Path) -> NDArray[np.uint8]:
    picture = Image.open(path).convert("RGB")
    scale = PICTURE_SIDE / min(picture.size)
    return np.asarray(picture.resize((round(picture.width * scale), round(picture.height * scale))))


def labelled(media: Path, key_frames: str) -> Iterator[Labelled]:
    """Yield the labelled shots of all films, cut where the labels have it."""
    for table in sorted((media / "labels").glob("*.tsv")):
        film = next((path for path in media.glob(f"*/{table.stem}.*") if path.suffix != ".tsv"), None)
        if film is None or table.name.endswith(".events.tsv"):
            continue
        lines = table.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        for shot, row in zip(_measured(film, [int(row[0]) for row in rows], key_frames), rows, strict=True):
            yield Labelled(row[3], row[5], shot)


def _measured(film: Path, starts: Sequence[int], key_frames: str) -> list[dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        cuts = Path(folder) / "cuts.csv"
        cuts.write_text("frame\n" + "".join(f"{start}\n" for start in starts[1:]), encoding="utf-8")
        settings = Settings(
            only=frozenset({"shots"}),
            cut_list=cuts if len(starts) > 1 else None,
            evidence=("faces",),
            key_frames=int(key_frames) if key_frames.isdigit() else "middle",
            plugins=False,
        )
        found = analyze(film, settings)
    clock = found.film.clock
    return [
        {**shot.measures, "seconds": float(clock.seconds(shot.end) - clock.seconds(shot.start))}
        for shot in found.shots
    ]


def told(shots: Sequence[Labelled]) -> Iterator[str]:
    """Yield the figures, a line each."""
    for size in SIZES:
        found = [shot.measures["faces"] for shot in shots if shot.size == size and "faces" in shot.measures]
        if found:
            yield f"{size}: {sum(number > 0 for number in found)} of {len(found)} with a face"
    near = [shot for shot in shots if shot.size in SIZES[:2]]
    far = [shot for shot in shots if shot.size in SIZES[3:5]]
    yield f"close against wide, {len(near)} and {len(far)}: face_size {_area('face_size', near, far)}"
    sure = [shot for shot in shots if shot.beat not in UNSURE]
    for beat in BEATS:
        those, others = _parted(sure, beat)
        areas = ", ".join(f"{name} {_area(name, those, others)}" for name in MEASURES)
        yield f"{beat}, {len(those)} against {len(others)} of other categories: {areas}"
    those, others = _parted([shot for shot in shots if shot.size not in {"title", "-"}], "battle")
    areas = ", ".join(f"{name} {_area(name, those, others)}" for name in MEASURES)
    yield f"battle, {len(those)} against all {len(others)} other shots but titles: {areas}"


def _parted(shots: Iterable[Labelled], beat: str) -> tuple[list[Labelled], list[Labelled]]:
    shots = list(shots)
    return [shot for shot in shots if shot.beat == beat], [shot for shot in shots if shot.beat != beat]


def _area(name: str, those: Iterable[Labelled], others: Iterable[Labelled]) -> str:
    """Return the chance that one of those has a higher value than one of the others; a tie counts half."""
    high, low = (
        np.array([shot.measures[name] for shot in shots if name in shot.measures])
        for shots in (those, others)
    )
    if not (high.size and low.size):
        return "-"
    apart = high[:, np.newaxis] - low
    return f"{((apart > 0) + 0.5 * (apart == 0)).mean():.2f}"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("cost").add_argument("pictures", nargs="+", type=Path)
    labels = actions.add_parser("labels")
    labels.add_argument("media", type=Path)
    labels.add_argument("--key-frames", default="middle")
    args = parser.parse_args()
    lines = (
        cost(args.pictures) if args.action == "cost" else told(list(labelled(args.media, args.key_frames)))
    )
    for line in lines:
        print(line)


if __name__ == "__main__":
    main()
