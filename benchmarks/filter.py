"""How fast ``cinetag filter`` passes frames on, against ``cat`` in its place.

    python benchmarks/filter.py [--size 1920x1080] [--frames 600] [--rounds 5] [--pace N] [--json FILE]

One program writes the same y4m frames into a pipe, as fast as it is read or ``--pace`` frames a second,
another throws away what comes out; between them stands ``cat`` or the filter, in turns. Unpaced, the writer,
the filter and its analysis share the processors, and on two of them the analysis does not keep up with
``cat``; a pace shows what the filter costs where it does. The figure is bytes a second from the first byte
that comes out to the last, so that the time a program takes to start is told apart. ``block`` lets the pipe
wait for the analysis, ``sample`` leaves frames out of it; how many is told.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from machine import described

_SCENE = 48  # frames of one picture that moves, then another comes
_MADE = 96

FILTER = [sys.executable, "-m", "cinetag_plugin", "filter", "--only", "shots", "-v", "error", "-y"]
WAYS = {
    "cat": ["cat"],
    "block": FILTER,
    "sample": [*FILTER, "--on-lag", "sample"],
}


def main() -> None:
    """Run every way in turns and print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pace", type=float, default=0.0, help="frames a second that are written")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        frames = _made(Path(folder) / "frames.y4m", args.size)
        report = Path(folder) / "report.jsonl"
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(args.rounds):
            for way, command in WAYS.items():
                runs[way].append(_timed(frames, args, command, report))
    _tell(runs, args)


def _made(path: Path, size: str) -> Path:
    """Make frames of moving pictures with cuts between them."""
    scenes = [f"testsrc2=s={size}:r=24:d={_SCENE / 24}", f"mandelbrot=s={size}:r=24,trim=end_frame={_SCENE}"]
    graph = ";".join(
        f"{scene},format=yuv420p,setsar=1[{name}]" for scene, name in zip(scenes, "ab", strict=True)
    )
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-nostdin",
        "-filter_complex",
        f"{graph};[a][b]concat[v]",
        "-map",
        "[v]",
    ]
    subprocess.run([*command, "-frames:v", str(_MADE), "-f", "yuv4mpegpipe", str(path)], check=True)
    return path


def _timed(frames: Path, args: argparse.Namespace, command: Sequence[str], report: Path) -> dict[str, float]:
    """Let frames through a command; return frames a second, seconds to start, CPU seconds."""
    named = [*command, "--report", str(report)] if len(command) > 1 else command
    writing = [sys.executable, __file__, "--write", str(frames), str(args.frames), str(args.pace)]
    began = time.monotonic()
    before = os.times()
    with (
        subprocess.Popen(writing, stdout=subprocess.PIPE) as writer,
        subprocess.Popen(named, stdin=writer.stdout, stdout=subprocess.PIPE, bufsize=0) as between,
    ):
        assert writer.stdout is not None
        assert between.stdout is not None
        writer.stdout.close()
        buffer = bytearray(1 << 20)
        passed = between.stdout.readinto(buffer)  # type: ignore[attr-defined]
        first = time.monotonic()
        while got := between.stdout.readinto(buffer):  # type: ignore[attr-defined]
            passed += got
        last = time.monotonic()
    after = os.times()
    left_out = 0
    if named is not command:
        summary = json.loads(report.read_text().splitlines()[-1])
        assert summary["bytes"] == passed
        left_out = summary["left_out"]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "frames_per_second": args.frames / (last - first),
        "seconds_to_start": first - began,
        "cpu_seconds": cpu,
        "left_out": left_out,
    }


def _write(path: Path, count: int, pace: float) -> None:
    """Write the header and ``count`` frames, again and again those of a file, none before its time."""
    content = memoryview(path.read_bytes())
    head = bytes(content[:200]).index(b"\n") + 1
    size = (len(content) - head) // _MADE
    os.write(1, content[:head])
    began = 0.0
    for number in range(count):
        if pace and number:  # the first frame has gone when whoever reads has started
            began = began or time.monotonic()
            time.sleep(max(0.0, began + number / pace - time.monotonic()))
        frame = content[head + number % _MADE * size :][:size]
        while frame:
            frame = frame[os.write(1, frame) :]


def _tell(runs: dict[str, list[dict[str, float]]], args: argparse.Namespace) -> None:
    medians = {
        way: {key: statistics.median(run[key] for run in some) for key in some[0]}
        for way, some in runs.items()
    }
    pace = f"{args.pace:g} a second" if args.pace else "as fast as they are read"
    print(f"{args.frames} frames of {args.size}, {pace}, medians of {args.rounds} rounds")
    print("| between | frames a second | to cat | seconds to start | CPU seconds | left out |")
    print("| --- | --- | --- | --- | --- | --- |")
    for way, figures in medians.items():
        ratio = figures["frames_per_second"] / medians["cat"]["frames_per_second"]
        figures["ratio"] = ratio
        print(
            f"| {way} | {figures['frames_per_second']:.0f} | {ratio:.2f} | {figures['seconds_to_start']:.2f} "
            f"| {figures['cpu_seconds']:.2f} | {figures['left_out']:.0f} |"
        )
    if args.json:
        facts = described() | {"size": args.size, "frames": args.frames, "pace": args.pace, "ways": medians}
        args.json.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        _write(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    else:
        main()
