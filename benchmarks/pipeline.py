"""The whole of ``cinetag analyze`` against bare decoding of the same film, in the same run.

    python benchmarks/pipeline.py FILM … [--rounds 3] [--threads 1] [--json FILE]

Bare decoding is ``ffmpeg -threads N -i FILM -an -f null -``. Commands alternate, figures are
medians of CPU seconds (user + system, children included): wall time means little on a shared machine.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from costs import Cost, cost_of
from machine import described

COMMANDS = ("bare decode", "shots only", "shots and tags")


def commands(film: str, threads: int, folder: str) -> dict[str, list[str]]:
    """Return the commands that are compared."""
    analyze = [sys.executable, "-m", "cinetag_plugin", "analyze", film, "-o", folder, "-y", "-q"]
    analyze += ["--no-plugins", "--threads", str(threads)]
    bare = [find_ffmpeg().path, "-v", "error", "-nostdin", "-threads", str(threads)]
    return {
        "bare decode": [*bare, "-i", film, "-an", "-f", "null", "-"],
        "shots only": [*analyze, "--only", "shots"],
        "shots and tags": analyze,
    }


def measured(film: str, rounds: int, threads: int) -> dict[str, Any]:
    """Return medians for one film, and each command's CPU as a multiple of bare decoding."""
    with tempfile.TemporaryDirectory() as folder:
        plan = commands(film, threads, folder)
        costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
        for _ in range(rounds):
            for name in COMMANDS:
                costs[name].append(cost_of(plan[name]))
        document = json.loads(next(Path(folder).glob("*.cinetag.json")).read_text(encoding="utf-8"))
    duration = document["film"]["duration"]
    bare = statistics.median(cost.cpu for cost in costs["bare decode"])
    rows = {
        name: {
            "cpu_s": (cpu := statistics.median(cost.cpu for cost in runs)),
            "times_bare": cpu / bare,
            "times_real_time": duration / statistics.median(cost.wall for cost in runs),
            "peak_mb": max(cost.peak_mb for cost in runs),
        }
        for name, runs in costs.items()
    }
    return {"film": Path(film).name, "seconds": duration, "rows": rows}


def main() -> None:
    """Print a table a film."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("films", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    results = [measured(film, args.rounds, args.threads) for film in args.films]
    for result in results:
        print(f"{result['film']} ({result['seconds']:.0f} s)")
        for name, row in result["rows"].items():
            print(
                f"  {name:<16} {row['cpu_s']:8.2f} s CPU  {row['times_bare']:5.2f} x bare"
                f"  {row['times_real_time']:6.1f} x real time  {row['peak_mb']:6.0f} MB"
            )
    if args.json:
        args.json.write_text(
            json.dumps(described() | {"results": results}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
