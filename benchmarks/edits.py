"""Shot boundaries by kind of edit: detectors on composed films, with the real clips beside them.

    python benchmarks/edits.py MEDIA [--work DIR] [--detectors accurate,paper] [--films NAME,…]
                               [--sources CLIP,…] [--seed N] [--make] [--json FILE]

MEDIA holds ``edited/``, ``nocuts/`` and ``truth/``. The films are composed of its real clips (``compose/``
says how) into DIR, and kept there; ``--sources`` names the clips that are raw material, so that a learnt
detector can be trained without the clips it is judged on. ``--make`` makes the films and ends.

Each row is one film: F1 of hard cuts on their exact frame, F1 of gradual transitions (overlap of half or
more), false cuts in spans where something changes that is no cut. Composed films flatter: their joins are
not those of an editor, so the real clips always stand beside them.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cinetag_plugin as ct
from cinetag_plugin.evaluation.shots import Counts, ShotScores, Truth, read_truth, score_shots
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from compose.films import FILMS, suite
from machine import described

REAL, DERIVED = "real clips", "derived reel"


class Judged(NamedTuple):
    """A film with its truth; ``group`` says what it is pooled with."""

    name: str
    path: Path
    truth: Truth
    group: str


def real_films(media: Path) -> list[Judged]:
    """Return the clips of MEDIA; those a program made are a group of their own."""
    films = [film for part in ("edited", "nocuts") for film in sorted((media / part).iterdir())]
    return [
        Judged(
            film.stem,
            film,
            read_truth(media / "truth" / f"{film.stem}.tsv"),
            DERIVED if "derived" in film.stem else REAL,
        )
        for film in films
    ]


def composed_films(
    media: Path, work: Path, *, seed: int, sources: Sequence[str], films: Sequence[str]
) -> list[Judged]:
    """Return the films of the suite, made where they do not stand yet."""
    made = suite(media, work, find_ffmpeg(), seed=seed, sources=sources, films=films)
    return [Judged(one.film.name, one.path, read_truth(one.truth), one.film.group) for one in made]


def scored(film: Judged, detector: str, threads: int) -> ShotScores:
    """Run a registered detector over a film and score what it found at tolerance 0."""
    settings = ct.Settings(only=frozenset({"shots"}), detector=detector, threads=threads)
    return score_shots(ct.analyze(film.path, settings), film.truth)


def pooled(scores: Sequence[ShotScores]) -> dict[str, Any]:
    """Return the rates of several films from their summed counts."""
    none = Counts(0, 0, 0)
    return {
        "cuts": sum((s.cuts for s in scores), none).as_json(),
        "gradual": sum((s.gradual for s in scores), none).as_json(),
        "false_in_not_cut": sum(s.false_in_not_cut for s in scores),
    }


def results(films: Sequence[Judged], detectors: Sequence[str], threads: int) -> dict[str, Any]:
    """Return every figure: by detector, and there by film and by group."""
    figures: dict[str, Any] = {}
    for detector in detectors:
        scores = {film.name: scored(film, detector, threads) for film in films}
        groups = {film.group: [scores[f.name] for f in films if f.group == film.group] for film in films}
        figures[detector] = {
            "films": {film.name: {"group": film.group} | scores[film.name].as_json() for film in films},
            "pooled": {group: pooled(of_group) for group, of_group in groups.items()},
        }
    return figures


def printed(figures: Mapping[str, Any]) -> None:
    """Print the table for people: films of a group, and the group pooled."""
    detectors = list(figures)
    print(f"{'F1: cuts / gradual, false in not_cut':<40}" + "".join(f"{name:>24}" for name in detectors))
    first = figures[detectors[0]]
    for group in first["pooled"]:
        for name in (name for name, film in first["films"].items() if film["group"] == group):
            _row(f"  {name}", [figures[d]["films"][name] for d in detectors])
        _row(f"{group}, pooled", [figures[d]["pooled"][group] for d in detectors])


def _row(title: str, cells: Sequence[Mapping[str, Any]]) -> None:
    print(f"{title:<40}" + "".join(f"{_cell(cell):>24}" for cell in cells))


def _cell(said: Mapping[str, Any]) -> str:
    rates = ("-" if said[kind]["f1"] is None else f"{said[kind]['f1']:.3f}" for kind in ("cuts", "gradual"))
    return f"{' / '.join(rates)}, {said['false_in_not_cut']}"


def names(text: str) -> list[str]:
    """Split what follows an option at its commas."""
    return [name for name in text.split(",") if name]


def main() -> None:
    """Make the films, run the detectors, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("media", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "cinetag-edits")
    parser.add_argument("--detectors", type=names, default=["accurate", "paper"])
    parser.add_argument("--films", type=names, default=[], help=", ".join(film.name for film in FILMS))
    parser.add_argument("--sources", type=names, default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    films = composed_films(args.media, args.work, seed=args.seed, sources=args.sources, films=args.films)
    if args.make:
        print("\n".join(str(film.path) for film in films))
        return
    figures = results([*films, *real_films(args.media)], args.detectors, args.threads)
    printed(figures)
    if args.json:
        head = described() | {"seed": args.seed, "sources": args.sources}
        args.json.write_text(json.dumps(head | {"detectors": figures}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
