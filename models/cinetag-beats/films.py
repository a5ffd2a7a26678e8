"""Compares what a beat head says of films' key frames with labels that somebody gave the shots by hand."""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.document.vocabulary import NO_BEAT, builtin_vocabulary
from cinetag_plugin.evaluation.tags import average_precisions
from cinetag_plugin.training.exclusive import ANSWERED

SCHEME = Scheme(builtin_vocabulary().categories)
UNPLACED = "difficult"
"""The label of shots that even a viewer could not place; they are left out."""


def shots_of(table: Path) -> Iterator[tuple[int, int, str]]:
    """Read start, end (exclusive) and beat of each shot that a viewer could place."""
    with table.open(encoding="utf-8") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
        for row in rows:
            if row[0].isdecimal() and row[3] != UNPLACED:
                yield int(row[0]), int(row[1]), row[3]


def analysed(film: Path, model: str) -> dict[str, Any]:
    """Run the product as anybody would."""
    command = [sys.executable, "-m", "cinetag_plugin", "analyze", str(film), "--only", "beats"]
    done = subprocess.run(
        [*command, "--beat-model", model, "--json", "-q"], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_category(beats: list[Mapping[str, Any]]) -> dict[str, float]:
    """Add up the probabilities of a key frame by category."""
    found: dict[str, float] = {}
    for beat in beats:
        name = SCHEME.raised(beat["category"])
        found[name] = found.get(name, 0.0) + beat["probability"]
    return found


def judged(labels: Path, films: list[Path], model: str) -> list[tuple[str, str, dict[str, float]]]:
    """Return film, true beat and highest probability by category of each shot that has a key frame."""
    found = []
    for film in films:
        table = labels / f"{film.stem}.tsv"
        if not table.is_file():
            continue
        frames = analysed(film, model)["key_frames"]
        for start, end, beat in shots_of(table):
            inside = [by_category(one["beats"]) for one in frames if start <= one["frame"] < end]
            names = {name for one in inside for name in one}
            if inside:
                best = {name: max(one.get(name, 0.0) for one in inside) for name in names}
                found.append((film.stem, beat, best))
    return found


def main() -> None:
    """Print who is taken for whom, and how well each category ranks the shots."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("labels", type=Path, help="folder with a table of shots for each film")
    parser.add_argument("films", type=Path, nargs="+", help="the films")
    parser.add_argument("--model", default="cinetag-beats", help="name or card of the beat head")
    options = parser.parse_args()
    shots = judged(options.labels, options.films, options.model)
    pairs: Counter[tuple[str, str, str]] = Counter()
    for film, beat, scores in shots:
        best = max(scores, key=lambda name: scores[name], default=NO_BEAT)
        pairs[film, beat, best if scores.get(best, 0.0) >= ANSWERED else NO_BEAT] += 1
    for (film, beat, answer), count in sorted(pairs.items()):
        print(f"{film:28} {beat:20} answered {answer:20} {count}")
    for name in sorted({beat for _, beat, _ in shots} - {NO_BEAT}):
        truth = np.array([[beat == name] for _, beat, _ in shots])
        given = np.array([[scores.get(name, 0.0)] for _, _, scores in shots])
        if given.any():
            found = float(average_precisions(truth, given)[0])
            print(f"{name}: average precision {found:.3f} over {len(shots)} shots, chance {truth.mean():.3f}")


if __name__ == "__main__":
    main()
