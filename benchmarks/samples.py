"""What samples change: shots found on them against shots found on every pixel of every frame.

    python benchmarks/samples.py MEDIA [FILM …] [--threads 1] [--json FILE]

MEDIA holds ``edited/`` and ``nocuts/``; other films may be added. ``accurate`` looks at each film in
four ways, and the boundaries are counted that differ from those of the first (moved, that is overlapping
but of another extent or kind / found only on samples as shipped / not found there):

- ``shipped``: samples as ``analyze --only shots`` decodes them, the loop filter of H.264 and HEVC left out.
- ``loop filter``: the same samples, the loop filter run.
- ``picked whole``: samples picked beside frames of full size, as they come with pictures of any size.
- ``full frames``: no samples; every pixel of every frame is measured.

Of every 20th frame, the second table says how far histograms (hue, saturation and value in 30, 32 and 32
bins, half their L1 distance, 0 to 1) and entropies (bits, three planes summed) of the sample lie from
those of the full frame. These are all the frames; ``tests/shots/test_sample_bound.py`` holds the bounds.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Boundary, Detector, Frame, Planes
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
from cinetag_plugin.media.probe import Probe, probe
from cinetag_plugin.shots.accurate import SPEC
from machine import described

FOLDERS = ("edited", "nocuts")
OTHERS = ("loop filter", "picked whole", "full frames")
EVERY = 20
BINS = (30, 32, 32)
AWAY = ("hue", "saturation", "value", "entropy")


@dataclass(frozen=True, slots=True)
class Seen:
    """A film looked at in all ways.

    Attributes:
        boundaries: by way.
        away: a row for every 20th frame, columns as :data:`AWAY`.
    """

    name: str
    codec: str
    boundaries: dict[str, list[Boundary]]
    away: NDArray[np.float64]

    def differing(self, way: str) -> "Differing":
        """Return what one of two ways has and the other has not."""
        shipped, other = self.boundaries["shipped"], self.boundaries[way]
        lost = [boundary for boundary in shipped if boundary not in other]
        gained = [boundary for boundary in other if boundary not in shipped]
        pairs = [(a, b) for a in lost for b in gained if a.start <= b.end and b.start <= a.end]
        moved_from, moved_to = ([pair[side] for pair in pairs] for side in (0, 1))
        return Differing(
            moved=pairs,
            shipped_alone=[boundary for boundary in lost if boundary not in moved_from],
            not_shipped=[boundary for boundary in gained if boundary not in moved_to],
        )


@dataclass(frozen=True, slots=True)
class Differing:
    """The boundaries that two ways do not have in common.

    Attributes:
        moved: pairs that overlap, of another extent or kind.
        shipped_alone: those that only samples as shipped give.
        not_shipped: those that only the other way gives.
    """

    moved: list[tuple[Boundary, Boundary]]
    shipped_alone: list[Boundary]
    not_shipped: list[Boundary]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many were moved, are shipped alone, are not shipped."""
        return len(self.moved), len(self.shipped_alone), len(self.not_shipped)

    def lines(self) -> list[str]:
        """Say each in words."""
        return [
            *(f"{_said(shipped)}, not {_said(other)}" for shipped, other in self.moved),
            *(f"{_said(boundary)}, shipped alone" for boundary in self.shipped_alone),
            *(f"{_said(boundary)}, not shipped" for boundary in self.not_shipped),
        ]


def _said(boundary: Boundary) -> str:
    return f"{boundary.kind} {boundary.start} to {boundary.end}"


class Look:
    """A detector and what it has found."""

    def __init__(self, pipe: FramePipe) -> None:
        self._detector: Detector = SPEC.make(pipe.facts, None)
        self._found: list[Boundary] = []

    def at(self, frame: Frame) -> None:
        """Take the next frame."""
        self._found += self._detector.feed(frame)

    def boundaries(self) -> list[Boundary]:
        """Return all boundaries of the film."""
        return [*self._found, *self._detector.finish()]


def on_samples(facts: Probe, threads: int) -> list[Boundary]:
    """Return what is found where only samples are decoded."""
    with FramePipe(facts, find_ffmpeg(), short_side=None, threads=threads) as pipe:
        look = Look(pipe)
        for frame in pipe:
            look.at(frame)
    return look.boundaries()


def on_whole_frames(facts: Probe, threads: int) -> tuple[list[Boundary], list[Boundary], list[list[float]]]:
    """Return what is found on samples and on full frames of one decode, and how far the two are apart."""
    away: list[list[float]] = []
    with FramePipe(facts, find_ffmpeg(), short_side=WHOLE_SIZE, threads=threads) as pipe:
        samples, whole = Look(pipe), Look(pipe)
        for frame in pipe:
            samples.at(frame)
            whole.at(replace(frame, sample=None))
            if frame.index % EVERY == 0:
                away.append(apart(frame))
    return samples.boundaries(), whole.boundaries(), away


def apart(frame: Frame) -> list[float]:
    """Return how far a frame's sample is from the frame, as :data:`AWAY`."""
    both = Planes(frame.y, frame.u, frame.v), frame.sampled
    histograms = (
        _fast.hsv_histogram_yuv(*planes, matrix=frame.matrix, full_range=frame.full_range, bins=BINS)
        for planes in both
    )
    full, sample = (sum(_fast.channel_entropies_yuv(*planes)) for planes in both)
    return [*map(_fast.half_l1, *histograms), abs(full - sample)]


def seen(film: Path, threads: int) -> Seen:
    """Look at a film in all ways."""
    facts = probe(film, find_ffmpeg())
    picked, whole, away = on_whole_frames(facts, threads)
    boundaries = {
        "shipped": on_samples(facts, threads),
        # the loop filter is left out by the codec's name
        "loop filter": on_samples(replace(facts, codec="any"), threads),
        "picked whole": picked,
        "full frames": whole,
    }
    return Seen(film.name, facts.codec, boundaries, np.array(away))


def summary(away: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Return mean, 99th percentile and maximum of each column."""
    return {
        name: {
            "mean": float(column.mean()),
            "p99": float(np.percentile(column, 99)),
            "max": float(column.max()),
        }
        for name, column in zip(AWAY, away.T, strict=True)
    }


def as_json(film: Seen) -> dict[str, Any]:
    """Return a film's figures, and the boundaries that differ."""
    return {
        "film": film.name,
        "codec": film.codec,
        "boundaries": len(film.boundaries["shipped"]),
        "differing": {way: film.differing(way).lines() for way in OTHERS},
        "away": summary(film.away),
    }


def told(film: Seen) -> str:
    """Return a film's line of the first table, and below it what differs."""
    differing = {way: film.differing(way) for way in OTHERS}
    lines = [
        row(film.name, film.codec, len(film.boundaries["shipped"]), [d.counts for d in differing.values()])
    ]
    lines += [f"    {way}: {said}" for way, found in differing.items() for said in found.lines()]
    return "\n".join(lines)


def row(name: str, codec: str, shipped: int, counts: Iterable[tuple[int, ...]]) -> str:
    """Return a line of the first table."""
    cells = (" / ".join(map(str, of_way)) for of_way in counts)
    return f"{name:<32}{codec:<8}{shipped:>8}" + "".join(f"{cell:>16}" for cell in cells)


def films_of(media: Path, others: Iterable[Path]) -> Sequence[Path]:
    """Return the real clips and the other films."""
    return [*(film for folder in FOLDERS for film in sorted((media / folder).iterdir())), *others]


def main() -> None:
    """Print both tables and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("media", type=Path)
    parser.add_argument("films", type=Path, nargs="*")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    print(
        f"{'boundaries that differ':<32}{'codec':<8}{'shipped':>11}" + "".join(f"{way:>14}" for way in OTHERS)
    )
    films = []
    for path in films_of(args.media, args.films):
        films.append(seen(path, args.threads))
        print(told(films[-1]), flush=True)
    shipped = sum(len(film.boundaries["shipped"]) for film in films)
    totals = {way: tuple(np.sum([f.differing(way).counts for f in films], axis=0).tolist()) for way in OTHERS}
    print(row("all", "", shipped, totals.values()))
    away = np.concatenate([film.away for film in films])
    print(f"\nsample against full frame, {len(away)} frames")
    for name, figures in summary(away).items():
        print(f"  {name:<12}" + "".join(f"{said} {value:.4f}   " for said, value in figures.items()))
    if args.json:
        pooled = {"boundaries": shipped, "differing": totals, "away": summary(away)}
        record = described() | pooled | {"films": [as_json(film) for film in films]}
        args.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
