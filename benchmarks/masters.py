"""JPEG 2000 decoded at the resolution level the analysis needs, against decoding it whole, in the same run.

    python benchmarks/masters.py PACKAGE … [--rounds 3] [--threads 1] [--short-side 320] [--json FILE]

``bare`` is ``ffmpeg -threads N -i FILE -f null -`` on every file of the film; ``whole`` and ``reduced``
are the frames as the analysis takes them, scaled and in display colours, from whole pictures and from
the smallest resolution level that is large enough. They alternate; figures are medians of the CPU
seconds (user + system) of the FFmpeg processes alone.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.graph import laid_out, levels_left_out
from cinetag_plugin.media.probe import Probe, probe


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the processes that ``work`` starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def bare(facts: Probe, ffmpeg: Ffmpeg, threads: int) -> None:
    """Decode every file of a film and throw the pictures away."""
    for path in facts.source.files:
        command = [ffmpeg.path, "-v", "error", "-nostdin", "-threads", str(threads), "-i", f"file:{path}"]
        subprocess.run([*command, "-map", f"0:{facts.stream}", "-f", "null", "-"], check=True)


def piped(facts: Probe, ffmpeg: Ffmpeg, threads: int, short_side: int) -> int:
    """Take every frame of a film as the analysis does; return how many there are."""
    with FramePipe(facts, ffmpeg, short_side=short_side, threads=threads) as pipe:
        return sum(1 for _ in pipe)


def measured(path: Path, ffmpeg: Ffmpeg, rounds: int, threads: int, short_side: int) -> dict[str, Any]:
    """Return the medians for one film."""
    facts = probe(path, ffmpeg)
    size = laid_out(facts, short_side, samples=True).shown
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: bare(facts, ffmpeg, threads),
        "whole": lambda: piped(replace(facts, levels=0), ffmpeg, threads, short_side),
        "reduced": lambda: piped(facts, ffmpeg, threads, short_side),
    }
    costs: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            costs[name].append(cpu_of(work))
    medians = {name: statistics.median(runs) for name, runs in costs.items()}
    return {
        "film": facts.source.name,
        "picture": f"{facts.width}x{facts.height} {facts.pixel_format}",
        "frames": facts.estimated_frames,
        "size": f"{size.width}x{size.height}",
        "levels_left_out": levels_left_out(facts, size),
        "cpu_s": medians,
        "times_faster": medians["whole"] / medians["reduced"],
        "times_faster_than_bare": medians["bare"] / medians["reduced"],
    }


def told(row: dict[str, Any]) -> str:
    """Return a row as a line of text."""
    costs = "  ".join(f"{name} {seconds:6.2f} s" for name, seconds in row["cpu_s"].items())
    return (
        f"{row['film'][:28]:<28} {row['picture']:<19} -> {row['size']:<8}"
        f" levels left out {row['levels_left_out']}  {costs}"
        f"  {row['times_faster']:5.1f} x faster, {row['times_faster_than_bare']:.1f} x than bare decoding"
    )


def main() -> None:
    """Print a line a film."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("films", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--short-side", type=int, default=320)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    ffmpeg = find_ffmpeg()
    print(ffmpeg.version)
    rows = []
    for film in args.films:
        rows.append(measured(film, ffmpeg, args.rounds, args.threads, args.short_side))
        print(told(rows[-1]), flush=True)
    if args.json:
        machine = {"machine": platform.platform(), "ffmpeg": ffmpeg.version}
        args.json.write_text(json.dumps(machine | {"results": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
