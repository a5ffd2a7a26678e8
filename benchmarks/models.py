"""What a picture costs in each model, as a multiple of the first one named.

    python benchmarks/models.py MODEL … [--threads 1,2] [--rounds 30] [--json FILE]

MODEL is a name of ``cinetag models list``, a card or a ``.tflite``. Models take turns, picture by picture,
so that what else the machine does meets all of them alike; figures are medians of CPU and wall time.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.interpreter import Backend
from cinetag_plugin.models.store import ModelStore
from machine import described

WARM_UP = 3


def costs(names: Sequence[str], threads: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return the milliseconds of one run of each model, and each as a multiple of the first's."""
    store = ModelStore()
    cpu: dict[str, list[float]] = {name: [] for name in names}
    wall: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as opened:
        models = {}
        for name in names:
            found = store.find(name)
            models[name] = open_backend(
                found.content(), "cpu", threads, subject=name, tensor=found.card.output.tensor
            )
            opened.callback(models[name].close)
        for turn in range(WARM_UP + rounds):
            for name, model in models.items():
                spent = _run(model)
                if turn >= WARM_UP:
                    cpu[name].append(spent[0])
                    wall[name].append(spent[1])
    first = statistics.median(cpu[names[0]]), statistics.median(wall[names[0]])
    return {
        name: {
            "cpu_ms": 1000 * (used := statistics.median(cpu[name])),
            "wall_ms": 1000 * (passed := statistics.median(wall[name])),
            "cpu_ratio": used / first[0],
            "wall_ratio": passed / first[1],
        }
        for name in names
    }


def _run(model: Backend) -> tuple[float, float]:
    """Run a model on noise once; return seconds of CPU and of wall time."""
    kind = np.dtype(model.input.dtype)
    noise = np.random.default_rng(0).integers(0, 100, model.input.shape).astype(kind)
    cpu, wall = time.process_time(), time.perf_counter()
    model.run(noise)
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Print a table for each number of threads."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--threads", default="1", help="numbers, with commas (default: 1)")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    results: dict[str, Any] = {}
    for threads in map(int, args.threads.split(",")):
        results[str(threads)] = found = costs(args.models, threads, args.rounds)
        print(f"{threads} thread{'s' if threads > 1 else ''}")
        for name, row in found.items():
            print(
                f"  {Path(name).stem:<50}{row['cpu_ms']:8.2f} ms CPU {row['cpu_ratio']:6.2f} x"
                f"{row['wall_ms']:8.2f} ms wall {row['wall_ratio']:6.2f} x"
            )
    if args.json:
        args.json.write_text(json.dumps(described() | {"threads": results}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
