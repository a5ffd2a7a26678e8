"""``cinetag analyze``: films in, timelines and analyses out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.films import named_films
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.cli.outputs import Plan, chosen_exporters, planned, write_all
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.cli.table import show
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.errors import CinetagError, UsageError
from cinetag_plugin.document.files import render_compact
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.settings import DEFAULT_TAG_MODEL, STAGES, Settings

if TYPE_CHECKING:
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

SUMMARY = "Analyse films: write a timeline and an analysis for each."
SOME_FAILED = 3
_WRITTEN = ("json", "otio")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``analyze``."""
    parser.epilog = (
        "example: cinetag analyze film.mp4 -o results\n"
        "writes results/film.cinetag.json and results/film.otio; a name that begins with a dash: ./-film.mp4"
    )
    parser.add_argument(
        "films", nargs="+", metavar="FILM", help="film, folder of films, or pattern such as img.%%04d.png"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="folder for the results (default: .)"
    )
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="FORMAT,...",
        help="formats besides json and otio, or all",
    )
    parser.add_argument("--json", action="store_true", help="print the analysis on stdout, one line a film")
    _add_analysis_options(parser)
    _add_habits(parser)


def _add_analysis_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("analysis")
    group.add_argument("--only", action="append", choices=STAGES, help="find only this (may be repeated)")
    group.add_argument(
        "--detector", default="auto", metavar="NAME", help="auto, accurate, paper, or a plugin's"
    )
    group.add_argument(
        "--threshold", type=_positive, metavar="X", help="the detector's threshold; higher finds fewer cuts"
    )
    group.add_argument(
        "--shots",
        type=Path,
        metavar="FILE",
        help="cut list to use instead of a detector: EDL, OTIO or CSV of frames",
    )
    group.add_argument(
        "--entropy",
        type=float,
        default=0.20,
        metavar="BITS",
        help="label key frames above this entropy (default: 0.20)",
    )
    group.add_argument(
        "--tag-model", default=DEFAULT_TAG_MODEL, metavar="NAME|FILE", help="model card or .tflite for tags"
    )
    group.add_argument(
        "--beat-model", default="", metavar="NAME|FILE", help="model card or .tflite for beats"
    )
    group.add_argument(
        "--delegate", default="auto", metavar="auto|gpu|cpu|PATH", help="what the model runs on"
    )
    group.add_argument("--threads", type=int, metavar="N", help="threads for decoding and the model")
    group.add_argument(
        "--min-strength",
        type=float,
        default=0.0,
        metavar="X",
        help="leave out tags of less relative strength (0 to 1)",
    )
    group.add_argument("--top", type=int, metavar="N", help="keep the N strongest tags")
    group.add_argument(
        "--weighting", choices=("paper", "log"), default="paper", help="how tag strength is counted"
    )
    group.add_argument("--start", metavar="TC|S", help="begin here: timecode or seconds")
    group.add_argument("--end", metavar="TC|S", help="end before this: timecode or seconds")
    group.add_argument(
        "--stream", type=int, metavar="N", help="index of the video stream (see cinetag info FILM)"
    )
    group.add_argument("--rate", type=_rate, metavar="N/D", help="frames a second of an image sequence")
    group.add_argument("--start-tc", metavar="TC", help="timecode of the first frame")
    group.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def _add_habits(parser: argparse.ArgumentParser) -> None:
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing results")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument(
        "-v", "--verbose", action="store_true", help="say more; show the traceback of a fault of ours"
    )
    volume.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    parser.add_argument("--progress", metavar="URL|-", help="write progress as key=value lines, like ffmpeg")
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    parser.add_argument("--strict", action="store_true", help="end when a plugin fails")


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("is above 0")
    return value


def _rate(text: str) -> Fraction:
    try:
        return parsed_rate(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault


def settings_of(args: argparse.Namespace) -> Settings:
    """Turn parsed options into settings.

    Raises:
        UsageError: a value out of its range.
    """
    return Settings(
        only=frozenset(args.only or STAGES),
        detector=args.detector,
        threshold=args.threshold,
        cut_list=args.shots,
        entropy=args.entropy,
        tag_model=args.tag_model,
        beat_model=args.beat_model,
        delegate=args.delegate,
        threads=args.threads,
        min_strength=args.min_strength,
        top=args.top,
        weighting=args.weighting,
        start=args.start,
        end=args.end,
        stream=args.stream,
        rate=args.rate,
        start_timecode=args.start_tc,
        ffmpeg=args.ffmpeg,
        plugins=not args.no_plugins,
        strict=args.strict,
    )


def run(args: argparse.Namespace) -> int:
    """Analyse every film named; a film that fails does not stop the others."""
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

    if args.json and args.progress == "-":
        raise UsageError("--progress -", "stdout carries the analysis", "name a file, or leave out --json")
    settings = settings_of(args)
    plugins = Plugins(entropy=args.entropy, only_own=args.no_plugins, strict=args.strict, warn=say)
    films = named_films(args.films)
    exporters = _exporters(args, plugins)
    plans = planned([f.stem for f in films], exporters, args.output or Path(), overwrite=args.overwrite)
    with Analyzer(settings, plugins=plugins, tell=_silent if args.quiet else say) as analyzer:
        work = _Work(args, plugins, analyzer, exporters)
        failed = [film for film, plan in zip(films, plans, strict=True) if not work.succeeds(film, plan)]
    return _verdict(failed, len(films), work.last_error)


def _silent(line: str) -> None:
    """Say nothing."""


def _exporters(args: argparse.Namespace, plugins: Plugins) -> list[Exporter]:
    only_printed = args.json and args.output is None and not args.to
    return [] if only_printed else chosen_exporters([*_WRITTEN, *args.to], plugins.exporters())


class _Work:
    """One film after the other, with the same options."""

    def __init__(
        self, args: argparse.Namespace, plugins: Plugins, analyzer: Analyzer, exporters: Sequence[Exporter]
    ) -> None:
        self._args = args
        self._names = plugins.names()
        self._analyzer = analyzer
        self._exporters = exporters
        self.last_error: CinetagError | None = None

    def succeeds(self, film: Path, plan: Plan) -> bool:
        """Analyse and write one film; a fault is told in one line."""
        try:
            self._one(film, plan)
        except CinetagError as error:
            complain(error)
            self.last_error = error
            return False
        return True

    def _one(self, film: Path, plan: Plan) -> None:
        quiet = self._args.quiet
        with progress_of(film.name, quiet=quiet, target=self._args.progress) as report:
            analysis = self._analyzer.analyze(film, on_progress=report)
        written = write_all(analysis, self._exporters, plan, self._names, overwrite=self._args.overwrite)
        if self._args.json:
            sys.stdout.buffer.write(render_compact(analysis) + b"\n")
            sys.stdout.buffer.flush()
        elif not quiet and self._args.progress != "-":
            show(analysis, self._names)
            for path in written:
                say(f"wrote {path}")
        if not quiet:
            for warning in analysis.warnings:
                say(f"{film}: {warning}")


def _verdict(failed: Sequence[Path], films: int, error: CinetagError | None) -> int:
    if error is None:
        return 0
    if films == 1:
        return error.exit_code
    say(f"{len(failed)} of {films} films failed:")
    for film in failed:
        say(f"  {film}")
    return SOME_FAILED
