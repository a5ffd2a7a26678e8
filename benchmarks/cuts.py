"""Hard cuts on their exact frame: the detectors on real films with exact truth.

    python benchmarks/cuts.py FOLDER [--json FILE] [--threads 1]

FOLDER holds ``edited/`` (films), ``nocuts/`` (films without any cut) and ``truth/`` (one ``.tsv`` a
film). Each row of the first table is one film at tolerance 0:

- ``accurate``: the values that ship.
- ``left out``: threshold and calm chosen anew on the *other* films from the grid below (best pooled
  F1, of equals the one amid the most equals). Only these two: the form of the rule and its other
  constants were settled with all the films in sight.
- ``paper``: one frame a second.

Films whose name says "derived" are pooled apart and never chosen on.
"""

import argparse
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.evaluation.shots import Counts, ShotScores, Truth, read_truth, score_boundaries
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.measures import FrameMeasures, measure
from cinetag_plugin.shots.neighbours import CALM, THRESHOLD, CutRule
from cinetag_plugin.shots.paper import PaperDetector
from machine import described

Values = tuple[float, float]
"""Threshold and calm."""

THRESHOLDS = tuple(round(0.6 + 0.04 * step, 2) for step in range(14))
CALMS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
GRID: tuple[Values, ...] = tuple(product(THRESHOLDS, CALMS))
SHIPPED: Values = (THRESHOLD, CALM)


@dataclass(frozen=True, slots=True)
class Clip:
    """A film, read once."""

    name: str
    truth: Truth
    frames: int
    measures: Sequence[FrameMeasures]
    paper: Sequence[Boundary]
    measuring_us: float

    @property
    def derived(self) -> bool:
        """Whether a program cut it together."""
        return "derived" in self.name


def read(film: Path, truth: Path, threads: int) -> Clip:
    """Decode a film once and keep what the detectors measure."""
    ffmpeg = find_ffmpeg()
    measures: list[FrameMeasures] = []
    boundaries: list[Boundary] = []
    spent = 0.0
    with FramePipe(probe(film, ffmpeg), ffmpeg, short_side=None, threads=threads) as pipe:
        paper = PaperDetector(pipe.facts)
        for frame in pipe:
            began = time.thread_time()
            measures.append(measure(frame))
            spent += time.thread_time() - began
            boundaries += paper.feed(frame)
    cost = 1e6 * spent / len(measures)
    return Clip(film.stem, read_truth(truth), len(measures), measures, boundaries, cost)


def found(clip: Clip, values: Values) -> list[Boundary]:
    """Run the detector over a film's measures."""
    threshold, calm = values
    detector = CutRule(threshold, calm)
    boundaries = [boundary for frame in clip.measures for boundary in detector.take(frame)]
    return boundaries + detector.finish()


def pooled(scores: Iterable[ShotScores]) -> Counts:
    """Sum the counts of hard cuts."""
    return sum((score.cuts for score in scores), Counts(0, 0, 0))


def chosen(by_values: Mapping[Values, Counts]) -> Values:
    """Return the values of best F1; of equals, the one with the most equals beside it in the grid."""
    best = max(counts.f1 or 0.0 for counts in by_values.values())
    equals = {values for values, counts in by_values.items() if (counts.f1 or 0.0) == best}

    def company(values: Values) -> int:
        row, column = THRESHOLDS.index(values[0]), CALMS.index(values[1])
        return sum(
            abs(THRESHOLDS.index(t) - row) <= 2 and abs(CALMS.index(c) - column) <= 1 for t, c in equals
        )

    return max(sorted(equals), key=company)


def left_out(clips: Sequence[Clip], scores: Mapping[tuple[str, Values], ShotScores]) -> dict[str, Values]:
    """Return for each film the values chosen on the others."""
    return {
        clip.name: chosen(
            {
                values: pooled(scores[other.name, values] for other in clips if other is not clip)
                for values in GRID
            }
        )
        for clip in clips
    }


def judged(clip: Clip, boundaries: Iterable[Boundary]) -> ShotScores:
    """Score at tolerance 0."""
    return score_boundaries(boundaries, clip.truth, film=clip.name)


def results(clips: Sequence[Clip]) -> dict[str, Any]:
    """Return every figure, by detector and film."""
    real = [
        clip for clip in clips if not clip.derived and any(b.kind == "cut" for b in clip.truth.boundaries)
    ]
    grid = {(clip.name, values): judged(clip, found(clip, values)) for clip in real for values in GRID}
    choice = left_out(real, grid)
    everywhere = chosen({v: pooled(grid[clip.name, v] for clip in real) for v in GRID})
    rows: dict[str, dict[str, ShotScores]] = {
        "accurate": {clip.name: judged(clip, found(clip, SHIPPED)) for clip in clips},
        "left out": {clip.name: grid[clip.name, choice[clip.name]] for clip in real},
        "best fit": {clip.name: grid[clip.name, everywhere] for clip in real},
        "paper": {clip.name: judged(clip, clip.paper) for clip in clips},
    }
    return {
        "values": {"shipped": SHIPPED, "best fit": everywhere, "left out": choice},
        "films": {name: {film: s.as_json() for film, s in row.items()} for name, row in rows.items()},
        "pooled": {name: pooled(row[clip.name] for clip in real).as_json() for name, row in rows.items()},
        "false_in_not_cut": {
            name: sum(row[clip.name].false_in_not_cut for clip in real) for name, row in rows.items()
        },
        "measuring_us": {clip.name: clip.measuring_us for clip in clips},
    }


def printed(figures: Mapping[str, Any]) -> None:
    """Print the table for people."""
    detectors = ("accurate", "left out", "paper")
    films: Mapping[str, Mapping[str, Any]] = figures["films"]
    print(f"{'film':<28}" + "".join(f"{name + ' P/R/F1':>24}" for name in detectors) + "   wrong (accurate)")
    for film, said in films["accurate"].items():
        cells = "".join(f"{_rates(films[name].get(film, {}).get('cuts')):>24}" for name in detectors)
        wrong = [f"+{f}" for f in said["false_frames"]] + [f"-{f}" for f in said["missed_frames"]]
        print(f"{film:<28}{cells}   {' '.join(wrong)}")
    print(f"{'real films, pooled':<28}" + "".join(f"{_rates(figures['pooled'][n]):>24}" for n in detectors))
    best = figures["values"]["best fit"]
    print(f"best fit on all real films {_rates(figures['pooled']['best fit'])} at {best}")
    print(f"left out: {sorted(set(figures['values']['left out'].values()))}")
    print(f"false cuts in spans that fool detectors: {figures['false_in_not_cut']}")
    cost = figures["measuring_us"].values()
    print(f"measuring one frame: {min(cost):.0f} to {max(cost):.0f} us of CPU")


def _rates(cuts: Mapping[str, Any] | None) -> str:
    if cuts is None:
        return ""
    rates = (cuts["precision"], cuts["recall"], cuts["f1"])
    return " / ".join("-" if rate is None else f"{rate:.3f}" for rate in rates)


def main() -> None:
    """Read the films, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    films = [film for part in ("edited", "nocuts") for film in sorted((args.folder / part).iterdir())]
    clips = [read(film, args.folder / "truth" / f"{film.stem}.tsv", args.threads) for film in films]
    figures = results(clips)
    printed(figures)
    if args.json:
        args.json.write_text(json.dumps(described() | figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
