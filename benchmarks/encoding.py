"""What key frames at cuts and zones a scene do to an encode of the same size: PSNR, SSIM, VMAF.

    python benchmarks/encoding.py FILM … [--beats EVENTS.tsv …] [--bitrate K …] [--ffmpeg FILE] [--json FILE]

Each film is analysed and encoded by libx264 in two passes, once as it comes and once for each variant;
the bit rate of a variant is corrected until its file is within 1 % of the plain one. Pictures are compared
frame by frame with the film. With ``--beats``, files of start, end and category as people label them,
the beats are those. Rows of scenes: frames in zones of action, of calm, and the others.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import fmean
from typing import Any

from msgspec.structs import replace

import machine
from cinetag_plugin import Analysis, Settings, analyze
from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import BeatEvent
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export import keyframes, zones
from cinetag_plugin.export.access_points import access_points
from cinetag_plugin.export.events import events
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe

SAME_SIZE = 0.01
MOST_TRIES = 6
_NOT_JUDGED = {"difficult", "none"}
_METRICS = ("psnr", "ssim", "vmaf")


@dataclass(frozen=True, slots=True)
class Film:
    """A film, what was found in it, and the bit rate of its encodes in kbit/s."""

    path: Path
    analysis: Analysis
    table: Sequence[Event]
    bitrate: int


@dataclass(frozen=True, slots=True)
class Encode:
    """Bytes of a file, its key frames by number, and what each picture scores."""

    size: int
    keys: frozenset[int]
    scores: Mapping[str, Sequence[float]]


def main() -> None:
    """Measure every film and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("films", nargs="+", type=Path)
    parser.add_argument("--beats", nargs="*", type=Path, default=[], help="one for each film, in their order")
    parser.add_argument("--bitrate", nargs="*", type=int, default=[200], help="kbit/s, one or one a film")
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--ffmpeg", help="needs libx264 and libvmaf")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    ffmpeg = find_ffmpeg(args.ffmpeg)
    rates = args.bitrate * (len(args.films) if len(args.bitrate) == 1 else 1)
    beats = args.beats or [None] * len(args.films)
    rows: list[dict[str, Any]] = []
    head = machine.described() | {"ffmpeg": ffmpeg.version, "preset": args.preset}
    for path, given, rate in zip(args.films, beats, rates, strict=True):
        film = _film(path, given, rate)
        with tempfile.TemporaryDirectory() as folder:
            for row in _measured(film, Bench(ffmpeg.path, args.preset, Path(folder))):
                rows.append(row)
                if args.json:  # row by row: a long run that is ended keeps what it has
                    text = json.dumps({**head, "rows": rows}, indent=1)
                    args.json.write_text(f"{text}\n", encoding="utf-8")


def _film(path: Path, given: Path | None, bitrate: int) -> Film:
    analysis = analyze(path, Settings(only=frozenset({"shots"})))
    if given:
        with given.open(encoding="utf-8") as lines:
            cells = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
            beats = [BeatEvent(category=c, start=int(a), end=int(b), confidence=1.0) for a, b, c, *_ in cells]
        analysis = replace(analysis, beats=tuple(b for b in beats if b.category not in _NOT_JUDGED))
    return Film(path, analysis, events(analysis, Names([builtin_vocabulary()])), bitrate)


def _measured(film: Film, bench: "Bench") -> Iterator[dict[str, Any]]:
    plain = bench.encode(film, film.bitrate, [])
    found = zones.render(film.table, film.analysis).decode()
    scenes = _scenes(found, film.analysis.film.frames)
    forced = ["-force_key_frames", keyframes.render(film.table, film.analysis).decode()]
    variants = {
        "plain": ([], []),
        "keyframes": (forced, []),
        "zones": ([], [f"zones={found}"]),
        "zones reversed": ([], [f"zones={_reversed(found)}"]),
    }
    wanted = access_points(film.table)
    print(f"\n{film.path.name}: {len(wanted)} cuts and beats, {found}")
    for name, (options, parameters) in variants.items():
        made = plain if name == "plain" else bench.of_size(film, plain.size, options, parameters)
        scores = {part: _means(made, frames) for part, frames in scenes.items()}
        yield {
            "film": film.path.name,
            "variant": name,
            "bytes": made.size,
            "key_frames": len(made.keys),
            "keyed": len(made.keys & set(wanted)),
            "cuts": len(wanted),
            "scores": scores,
        }
        whole = " ".join(f"{metric} {value:.4f}" for metric, value in scores["all"].items())
        keyed = f"{len(made.keys & set(wanted))} of {len(wanted)} keyed"
        print(f"{name:<16} {made.size:>8} bytes, {keyed}: {whole}", flush=True)


def _scenes(found: str, frames: int) -> dict[str, list[int]]:
    kinds = ["others"] * frames
    named = {f"b={zones.ACTION}": "action", f"b={zones.CALM}": "calm"}
    for zone in found.split("/"):
        first, last, factor = zone.split(",")
        kind = named.get(factor, "others")
        kinds[int(first) : int(last) + 1] = [kind] * (int(last) + 1 - int(first))
    parts = {kind: [n for n, other in enumerate(kinds) if other == kind] for kind in dict.fromkeys(kinds)}
    return {"all": list(range(frames))} | parts


def _reversed(found: str) -> str:
    other = {f"b={zones.ACTION}": f"b={zones.CALM}", f"b={zones.CALM}": f"b={zones.ACTION}"}
    return re.sub(r"b=[\d.]+", lambda match: other.get(match[0], match[0]), found)


def _means(made: Encode, frames: Sequence[int]) -> dict[str, float]:
    """Return means over frames; and the PSNR of the mean error, which still pictures do not lift."""
    means = {metric: fmean(made.scores[metric][frame] for frame in frames) for metric in _METRICS}
    error = fmean(10 ** (-made.scores["psnr"][frame] / 10) for frame in frames)
    return means | {"psnr_of_mean_error": -10 * log10(error)}


@dataclass(frozen=True, slots=True)
class Bench:
    """Encodes with one FFmpeg and preset, in a folder of its own."""

    ffmpeg: str
    preset: str
    folder: Path

    def of_size(self, film: Film, size: int, options: Sequence[str], parameters: Sequence[str]) -> Encode:
        """Encode until the file is as large as another, within :data:`SAME_SIZE`."""
        rate = float(film.bitrate)
        for _ in range(MOST_TRIES):
            made = self._written(film, rate, options, parameters)
            if abs(made / size - 1) <= SAME_SIZE:
                return self._looked_at(film)
            rate *= size / made
        sys.exit(f"{film.path}: no encode of {size} bytes")

    def encode(self, film: Film, bitrate: float, parameters: Sequence[str]) -> Encode:
        """Encode at a bit rate, whatever the size."""
        self._written(film, bitrate, [], parameters)
        return self._looked_at(film)

    def _written(self, film: Film, rate: float, options: Sequence[str], parameters: Sequence[str]) -> int:
        common = ["-i", str(film.path), "-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p"]
        common += ["-c:v", "libx264", "-preset", self.preset, "-b:v", f"{round(rate * 1000)}", *options]
        common += ["-threads", "2", "-passlogfile", str(self.folder / "log")]
        if parameters:
            common += ["-x264-params", ":".join(parameters)]
        self._run([*common, "-pass", "1", "-f", "null", "-"])
        self._run([*common, "-pass", "2", str(self._file)])
        return self._file.stat().st_size

    def _looked_at(self, film: Film) -> Encode:
        log = self.folder / "vmaf.json"
        # one time base for both: a rounded time would pair a picture with the one before
        alike = "settb=1/25,setpts=N,format=yuv420p"
        graph = (
            f"[0:v:0]{alike}[made];[1:v:0]{alike}[film];"
            f"[made][film]libvmaf=feature=name=psnr|name=float_ssim:log_fmt=json:log_path={log}:n_threads=2"
        )
        self._run(["-i", str(self._file), "-i", str(film.path), "-lavfi", graph, "-f", "null", "-"])
        frames = [frame["metrics"] for frame in json.loads(log.read_text(encoding="utf-8"))["frames"]]
        names = {"psnr": "psnr_y", "ssim": "float_ssim", "vmaf": "vmaf"}
        scores = {metric: [frame[name] for frame in frames] for metric, name in names.items()}
        ffmpeg = find_ffmpeg(self.ffmpeg)
        keys = read_packets(probe(self._file, ffmpeg), ffmpeg).keys
        return Encode(self._file.stat().st_size, frozenset(int(n) for n in keys.nonzero()[0]), scores)

    @property
    def _file(self) -> Path:
        return self.folder / "made.mp4"

    def _run(self, arguments: Sequence[str]) -> None:
        command = [self.ffmpeg, "-v", "error", "-nostdin", "-y", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)[:2000]}\n{done.stderr}")


if __name__ == "__main__":
    main()
