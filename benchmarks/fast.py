"""The detector ``fast`` against ``accurate`` and bare decoding, by kind of encode.

    python benchmarks/fast.py FILM TRUTH [FILM TRUTH …] [--rounds 3] [--json FILE]

Bare decoding is ``ffmpeg -threads 1 -i FILM -an -f null -``. The three commands alternate, costs are
medians of CPU seconds (user + system, children included). F1 is of hard cuts at tolerance 0;
``expected`` is the loss that ``fast`` itself foretells.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.files import read_analysis
from cinetag_plugin.evaluation.shots import read_truth, score_boundaries
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from costs import cost_of

DETECTORS = ("accurate", "fast")


def commands(film: Path, folder: Path) -> dict[str, list[str]]:
    """Return the commands that are compared."""
    bare = [find_ffmpeg().path, "-v", "error", "-nostdin", "-threads", "1", "-i", str(film)]
    analyze = [sys.executable, "-m", "cinetag_plugin", "analyze", str(film), "-y", "-q", "--no-plugins"]
    analyze += ["--threads", "1", "--only", "shots"]
    return {
        "bare": [*bare, "-an", "-f", "null", "-"],
        **{name: [*analyze, "--detector", name, "-o", str(folder / name)] for name in DETECTORS},
    }


def found(film: Path, truth: Path, folder: Path) -> dict[str, Any]:
    """Read what an analysis in ``folder`` found."""
    analysis = read_analysis(folder / f"{film.stem}.cinetag.json")
    transitions = [shot.transition_in for shot in analysis.shots[1:]]
    boundaries = [Boundary(t.kind, t.start, t.end) for t in transitions]
    score = score_boundaries(boundaries, read_truth(truth), film=film.stem)
    return {
        "f1": score.cuts.f1,
        "used": analysis.detector.name,
        "settings": dict(analysis.detector.settings),
        "why": [warning for warning in analysis.warnings if "fast" in warning],
    }


def measured(film: Path, truth: Path, rounds: int) -> dict[str, Any]:
    """Return F1 and cost of both detectors on one film."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = commands(film, folder)
        costs: dict[str, list[float]] = {command: [] for command in plan}
        for _ in range(rounds):
            for command, arguments in plan.items():
                costs[command].append(cost_of(arguments).cpu)
        rows = {detector: found(film, truth, folder / detector) for detector in DETECTORS}
    bare = statistics.median(costs["bare"])
    for detector in DETECTORS:
        rows[detector]["times_bare"] = statistics.median(costs[detector]) / bare
    fast = rows["fast"]
    return {
        "film": film.name,
        "bare_s": bare,
        **rows,
        "loss": (rows["accurate"]["f1"] or 0.0) - (fast["f1"] or 0.0),
        "expected_loss": fast["settings"].get("expected_loss"),
    }


def printed(row: dict[str, Any]) -> None:
    """Print one film for people."""
    accurate, fast = row["accurate"], row["fast"]
    print(
        f"{row['film']:<28} accurate F1 {accurate['f1'] or 0:.3f} at {accurate['times_bare']:.2f} x bare"
        f"  fast F1 {fast['f1'] or 0:.3f} at {fast['times_bare']:.2f}"
        f"  loss {row['loss']:+.3f} (expected {row['expected_loss']})"
        f"  decoded {fast['settings'].get('decoded', 1)}  {' '.join(fast['why'])}"
    )


def main() -> None:
    """Print a line a film."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("films", nargs="+", type=Path, help="pairs of a film and its truth")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    results = []
    for film, truth in zip(args.films[::2], args.films[1::2], strict=True):
        results.append(measured(film, truth, args.rounds))
        printed(results[-1])
    if args.json:
        machine = {"machine": platform.platform(), "python": platform.python_version()}
        text = json.dumps(machine | {"cores": os.cpu_count(), "results": results}, indent=1)
        args.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
