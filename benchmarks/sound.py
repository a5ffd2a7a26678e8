"""What listening to a film costs, and what is heard against shots that people labelled.

    python benchmarks/sound.py cost FILM … [--rounds 3] [--json FILE]
    python benchmarks/sound.py labels MEDIA [--json FILE]

``cost`` runs ``cinetag analyze`` with and without ``--evidence sound`` by turns, for shots alone and for
all stages, and gives the processor time that sound adds a minute of film. ``labels`` takes
MEDIA/labels/NAME.tsv (start, end, tags, beat, sound …) and the films of those names beside it, and gives
for each measure how well it tells shots with a label from those without: the area under the curve, 0.5
being chance. Needs the model ``yamnet``, pulled.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cinetag_plugin import Settings, analyze
from cinetag_plugin.document.records import Shot, Transition
from cinetag_plugin.evidence.choice import KINDS
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.probe import probe
from cinetag_plugin.models.store import ModelStore
from costs import Cost, cost_of
from machine import described

STAGES = {"shots": ("--only", "shots"), "all": ()}
SHOTS = Settings(only=frozenset({"shots"}), plugins=False)
EFFECTS = ("gunfire", "explosion", "engine", "crowd", "shouting", "onsets")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A shot that somebody labelled, and what was measured of it."""

    film: str
    beat: str
    sound: frozenset[str]
    measures: dict[str, float]


def cost(film: str, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield what sound adds, by stage: medians over pairs of runs."""
    analysis = analyze(film, SHOTS)
    minutes = analysis.film.duration / 60
    for stage, options in STAGES.items():
        plain: list[Cost] = []
        heard: list[Cost] = []
        for _ in range(rounds):
            for runs, evidence in ((plain, ()), (heard, ("--evidence", "sound"))):
                command = [sys.executable, "-m", "cinetag_plugin", "analyze", film, "--json", "--no-plugins"]
                runs.append(cost_of([*command, *options, *evidence]))
        added = [b.cpu - a.cpu for a, b in zip(plain, heard, strict=True)]
        base = statistics.median(run.cpu for run in plain)
        yield {
            "film": Path(film).name,
            "stages": stage,
            "minutes": minutes,
            "cpu_without": base,
            "cpu_added": statistics.median(added),
            "cpu_added_each": added,
            "cpu_added_a_minute_of_film": statistics.median(added) / minutes,
            "share": statistics.median(added) / base,
            "wall_without": statistics.median(run.wall for run in plain),
            "wall_with": statistics.median(run.wall for run in heard),
            "peak_mb_without": max(run.peak_mb for run in plain),
            "peak_mb_with": max(run.peak_mb for run in heard),
        }


def labelled_shots(media: Path) -> Iterator[Labelled]:
    """Yield the labelled shots of all films that have sound, with their measures."""
    with ExitStack() as opened:
        kind = KINDS["sound"](ModelStore(), opened)
        for table in sorted((media / "labels").glob("*.tsv")):
            if not table.stem.endswith(".events"):
                films = (path for path in media.glob(f"*/{table.stem}.*") if path.suffix != ".tsv")
                yield from _of_film(next(films), table, kind)


def _of_film(film: Path, table: Path, kind: EvidenceKind) -> Iterator[Labelled]:
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    shots = [
        Shot(index=i, start=int(r[0]), end=int(r[1]), transition_in=Transition(kind="cut", start=0, end=0))
        for i, r in enumerate(rows)
    ]
    ffmpeg = find_ffmpeg()
    evidence = kind.begin(probe(film, ffmpeg), ffmpeg)
    try:
        found = evidence.found(analyze(film, SHOTS).film, shots)
    finally:
        evidence.close()
    for row, measures in zip(rows, found.measures, strict=True):
        if measures:
            yield Labelled(film.stem, row[3], frozenset(row[4].split(",")), dict(measures))


def area(values: Sequence[float], truths: Sequence[bool]) -> float | None:
    """Return the share of pairs, one true and one not, in which the true one has the higher value."""
    found, true = np.asarray(values), np.asarray(truths, bool)
    if true.all() or not true.any():
        return None
    differences = found[true][:, None] - found[~true][None]
    return float((differences > 0).mean() + (differences == 0).mean() / 2)


def agreement(shots: Sequence[Labelled]) -> dict[str, Any]:
    """Return how well each measure tells shots with a label of sound, and battles, from the others."""
    told = {
        "speech": ("speech",),
        "music": ("music",),
        "silence": ("silence", "loudness"),
        "effects": EFFECTS,
    }
    rows: dict[str, Any] = {}
    for label, names in told.items():
        rows[f"label {label}"] = _areas(shots, names, [label in shot.sound for shot in shots])
    every = tuple(shots[0].measures)
    rows["battle among all"] = _areas(shots, every, [shot.beat == "battle" for shot in shots])
    named = [shot for shot in shots if shot.beat not in {"none", "difficult"}]
    rows["battle among shots with a category"] = _areas(named, every, [s.beat == "battle" for s in named])
    for film in sorted({shot.film for shot in shots if shot.beat == "battle"}):
        own = [shot for shot in shots if shot.film == film]
        rows[f"battle within {film}"] = _areas(own, every, [shot.beat == "battle" for shot in own])
    return rows


def _areas(shots: Sequence[Labelled], names: Sequence[str], truths: Sequence[bool]) -> dict[str, Any]:
    areas = {name: area([shot.measures[name] for shot in shots], truths) for name in names}
    return {"with": sum(truths), "without": len(truths) - sum(truths), "area": areas}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("cost", "labels"))
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if args.what == "cost":
        figures: Any = [row for film in args.paths for row in cost(film, args.rounds)]
    else:
        shots = list(labelled_shots(Path(args.paths[0])))
        figures = {"shots": len(shots), "films": len({shot.film for shot in shots}), **agreement(shots)}
    text = json.dumps({**described(), "figures": figures}, indent=1)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
