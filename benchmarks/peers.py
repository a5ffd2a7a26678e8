"""cinetag beside its peers: the same films, the same run.

    python benchmarks/peers.py MEDIA [--work DIR] [--peer-python PYTHON] [--peers NAME,…] [--films NAME,…]
                               [--speed FILM,…] [--rounds 3] [--threads 1] [--json FILE]
    python benchmarks/peers.py --draw FILE --picture FILE.svg

How right they are: F1 of hard cuts at tolerance 0 and 2, F1 of gradual transitions (only of those that
give their extent), false cuts in spans where something changes that is no cut; over the real clips of
MEDIA, the derived reel and the composed suite, each pooled apart. What they cost: on the films of
``--speed`` the CPU and wall time as multiples of ``ffmpeg -threads N -i FILM -an -f null -``, commands by
turns, medians, and the most memory of all processes together.

PYTHON is one that has the peers' packages; a peer whose package is missing is left out, with a word.
What peers found is kept in DIR and read again; what cinetag found never is.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.files import read_analysis
from cinetag_plugin.evaluation.shots import boundaries_of, score_boundaries
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from costs import Cost, cost_of, median
from edits import Judged, composed_films, names, pooled, real_films
from machine import described
from peer_picture import drawn
from rivals import MISSING, RIVALS

BARE = "bare decode"
GRADUAL = frozenset({"transnetv2"})
"""Peers that give the extent of gradual transitions; cinetag's detectors do too."""

_RIVALS = Path(__file__).with_name("rivals.py")


class Bench:
    """Runs detectors, cinetag's and others, on films.

    Args:
        python: has the packages of the peers.
        work: keeps what they found.
        threads: for everybody.
    """

    def __init__(self, python: str, work: Path, threads: int) -> None:
        self._python = python
        self._kept = work / "found"
        self._threads = threads
        self._ffmpeg = find_ffmpeg().path
        self._kept.mkdir(parents=True, exist_ok=True)

    def found(self, name: str, film: Path) -> list[Boundary] | None:
        """Return what a detector finds in a film; None where a package is missing."""
        return self._of_rival(name, film) if name in RIVALS else self._of_cinetag(name, film)

    def command(self, name: str, film: Path, out: Path) -> list[str]:
        """Return the command of a detector; ``out`` is a folder for cinetag's, a file for others."""
        threads = str(self._threads)
        if name == BARE:
            decode = [self._ffmpeg, "-v", "error", "-nostdin", "-threads", threads, "-i", str(film)]
            return [*decode, "-an", "-f", "null", "-"]
        if name in RIVALS:
            return [self._python, str(_RIVALS), name, str(film), threads, self._ffmpeg, str(out)]
        analyze = [sys.executable, "-m", "cinetag_plugin", "analyze", str(film), "-o", str(out)]
        return [
            *analyze,
            "-y",
            "-q",
            "--no-plugins",
            "--only",
            "shots",
            "--detector",
            _own(name),
            "--threads",
            threads,
        ]

    def _of_rival(self, name: str, film: Path) -> list[Boundary] | None:
        kept = self._kept_at(name, film)
        if not kept.exists():
            run = subprocess.run(self.command(name, film, kept), capture_output=True, check=False)
            if run.returncode == MISSING:
                print(f"left out: {name} ({run.stderr.decode('utf-8', 'replace').strip()})", file=sys.stderr)
                return None
            if run.returncode:
                raise SystemExit(f"{name} failed on {film}:\n{run.stderr.decode('utf-8', 'replace')}")
        return [Boundary(*row) for row in json.loads(kept.read_text(encoding="utf-8"))]

    def _kept_at(self, name: str, film: Path) -> Path:
        told = f"{name} {film} {film.stat().st_size} {film.stat().st_mtime_ns} {_RIVALS.read_text()}"
        return self._kept / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.json"

    def _of_cinetag(self, name: str, film: Path) -> list[Boundary]:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(self.command(name, film, Path(folder)), check=True, capture_output=True)
            return boundaries_of(read_analysis(next(Path(folder).glob("*.cinetag.json"))))


def _own(name: str) -> str:
    return name.removeprefix("cinetag ")


def rightness(bench: Bench, name: str, films: Sequence[Judged]) -> dict[str, Any] | None:
    """Return a detector's rates by film, and pooled by group; None where a package is missing."""
    by_film: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[tuple[Any, Any]]] = {}
    for film in films:
        found = bench.found(name, film.path)
        if found is None:
            return None
        exact, near = (
            score_boundaries(found, film.truth, tolerance=tolerance, film=film.name) for tolerance in (0, 2)
        )
        by_film[film.name] = exact.as_json() | {"group": film.group, "near": near.cuts.as_json()}
        for group in {film.group, *(() if film.group in APART else ("suite",))}:
            groups.setdefault(group, []).append((exact, near))
    return {
        "gives_extents": name not in RIVALS or name in GRADUAL,
        "films": by_film,
        "pooled": {
            group: pooled([exact for exact, _ in pairs])
            | {"near": pooled([near for _, near in pairs])["cuts"]}
            for group, pairs in groups.items()
        },
    }


APART = frozenset({"real clips", "derived reel"})
"""Groups that are no part of the composed suite."""


def costs(bench: Bench, detectors: Sequence[str], films: Sequence[Path], rounds: int) -> dict[str, Any]:
    """Return for each film what each detector costs, in seconds and as a multiple of bare decoding."""
    figures = {}
    for film in films:
        spent: dict[str, list[Cost]] = {name: [] for name in (BARE, *detectors)}
        for _ in range(rounds):
            for name, runs in spent.items():
                with tempfile.TemporaryDirectory() as folder:
                    out = Path(folder) if name not in RIVALS else Path(folder) / "found.json"
                    runs.append(cost_of(bench.command(name, film, out)))
        figures[film.name] = _ratios({name: median(runs) for name, runs in spent.items()})
    return figures


def _ratios(spent: Mapping[str, Cost]) -> dict[str, Any]:
    bare = spent[BARE]
    return {
        name: {
            "cpu_s": cost.cpu,
            "cpu_times_bare": cost.cpu / bare.cpu,
            "wall_times_bare": cost.wall / bare.wall,
            "peak_mb": cost.peak_mb,
        }
        for name, cost in spent.items()
    }


def printed(figures: Mapping[str, Any]) -> None:
    """Print what is right, a row a detector and group, and what it costs."""
    head = f"{'F1 at tolerance 0 / 2, gradual, false in not_cut':<52}"
    groups = list(next(iter(figures["right"].values()))["pooled"])
    print(head + "".join(f"{group:>30}" for group in groups))
    for name, said in figures["right"].items():
        cells = (_cell(said["pooled"][group], said["gives_extents"]) for group in groups)
        print(f"{name:<52}" + "".join(f"{cell:>30}" for cell in cells))
    for film, rows in figures["costs"].items():
        print(f"\n{film:<28}{'CPU s':>10}{'x bare, CPU':>14}{'x bare, wall':>14}{'peak MB':>10}")
        for name, row in rows.items():
            times = f"{row['cpu_times_bare']:>14.2f}{row['wall_times_bare']:>14.2f}"
            print(f"  {name:<26}{row['cpu_s']:>10.2f}{times}{row['peak_mb']:>10.0f}")


def _cell(said: Mapping[str, Any], extents: bool) -> str:
    gradual = _rate(said["gradual"]["f1"]) if extents else "-"
    return f"{_rate(said['cuts']['f1'])} / {_rate(said['near']['f1'])}, {gradual}, {said['false_in_not_cut']}"


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def compared(args: argparse.Namespace) -> dict[str, Any]:
    """Return every figure the arguments ask for."""
    bench = Bench(args.peer_python, args.work, args.threads)
    films = real_films(args.media)
    if args.films != ["none"]:
        films += composed_films(args.media, args.work, seed=args.seed, sources=[], films=args.films)
    right = {}
    for name in args.peers:
        said = rightness(bench, name, films)
        if said is not None:
            right[name] = said
    spent = costs(bench, list(right), args.speed, args.rounds)
    return described() | {"threads": args.threads, "rounds": args.rounds, "right": right, "costs": spent}


def _paths(text: str) -> list[Path]:
    return [Path(name) for name in names(text)]


def main() -> None:
    """Compare and print, or draw what was compared."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("media", type=Path, nargs="?")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "cinetag-edits")
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--peers", type=names, default=["cinetag accurate", "cinetag paper", *RIVALS])
    parser.add_argument("--films", type=names, default=[], help="of the suite; all where empty, or none")
    parser.add_argument("--speed", type=_paths, default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--draw", type=Path)
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    if args.draw:
        args.picture.write_bytes(drawn(json.loads(args.draw.read_text(encoding="utf-8"))))
        return
    if args.media is None:
        parser.error("MEDIA is missing")
    figures = compared(args)
    printed(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
