"""``cinetag analyze``: films in, timelines and analyses out."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.analyze_options import add_options, settings_of
from cinetag_plugin.cli.faults import RunEnded
from cinetag_plugin.cli.films import named_films
from cinetag_plugin.cli.format_options import given_options, refuse_idle
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import Plan, chosen_exporters, names_all, planned, write_all
from cinetag_plugin.cli.progress import Sink, goes_to_stdout, opened, progress_of
from cinetag_plugin.cli.several import with_each
from cinetag_plugin.cli.table import effort, show
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.errors import PluginError, UsageError
from cinetag_plugin.document.files import render_compact
from cinetag_plugin.document.records import Analysis

if TYPE_CHECKING:
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

SUMMARY = "Analyse films: write a timeline and an analysis for each."
_WRITTEN = ("json", "otio")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``analyze``."""
    parser.epilog = (
        "example: cinetag analyze film.mp4 -o results\n"
        "writes results/film.cinetag.json and results/film.otio; a name that begins with a dash: ./-film.mp4"
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Analyse every film named; a film that fails does not stop the others."""
    # numpy starts a thread a core when it is loaded, which costs more than it ever saves here
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

    if args.json and goes_to_stdout(args.progress):
        fault = "stdout carries the analysis"
        raise UsageError(f"--progress {args.progress}", fault, "name a file, or leave out --json")
    settings = settings_of(args)
    films = named_films(args.films)
    plugins = Plugins(only_own=args.no_plugins, strict=args.strict, warn=say)
    exporters = _exporters(args, plugins)
    plans = _plans(args, films, exporters)
    if args.verbose:
        _say_what_decodes(args.ffmpeg)
    with (
        opened(args.progress) as sink,
        Analyzer(settings, plugins=plugins, tell=_silent if args.quiet else say) as analyzer,
    ):
        work = _Work(args, plugins, analyzer, exporters, sink)
        return with_each(
            films, lambda film: work.analyse(film, plans[film]), called="films", loud=args.verbose
        )


def _silent(line: str) -> None:
    """Say nothing."""


def _exporters(args: argparse.Namespace, plugins: Plugins) -> list[Exporter]:
    only_printed, options = args.json and args.output is None and not args.to, given_options(args)
    if only_printed:
        refuse_idle(options, [])
        return []
    return chosen_exporters([*_WRITTEN, *args.to], plugins.exporters(), options)


def _plans(
    args: argparse.Namespace, films: Sequence[Path], exporters: Sequence[Exporter]
) -> dict[Path, Plan]:
    from cinetag_plugin.media.source import film_name

    stems = [film_name(film) for film in films]
    folder = args.output or Path()
    plans = planned(stems, exporters, folder, overwrite=args.overwrite, inputs=films)
    return dict(zip(films, plans, strict=True))


def _say_what_decodes(named: str | None) -> None:
    from cinetag_plugin.media.ffmpeg import find_ffmpeg

    ffmpeg = find_ffmpeg(named)
    say(f"decoding with {ffmpeg.path}: {ffmpeg.version}")


def _checkpoint(plan: Plan) -> Path | None:
    """Return the file that keeps where an analysis stands; None where nothing is written at all."""
    from cinetag_plugin.checkpoint import SUFFIX

    path = plan.paths.get("json")
    return path.with_name(f"{plan.stem}{SUFFIX}") if path else None


class _Work:
    """One film after the other, with the same options."""

    def __init__(
        self,
        args: argparse.Namespace,
        plugins: Plugins,
        analyzer: Analyzer,
        exporters: Sequence[Exporter],
        sink: Sink | None,
    ) -> None:
        self._args = args
        self._names = plugins.names()
        self._analyzer = analyzer
        self._exporters = exporters
        self._sink = sink

    def analyse(self, film: Path, plan: Plan) -> None:
        """Analyse and write one film.

        Raises:
            CinetagError: the film failed, for whatever reason.
            RunEnded: no other film is to be tried.
        """
        try:
            self._one(film, plan)
        except PluginError as error:
            if self._args.strict:
                raise RunEnded(error) from error
            raise

    def _one(self, film: Path, plan: Plan) -> None:
        began = time.monotonic()
        checkpoint = _checkpoint(plan)
        with progress_of(film.name, quiet=self._args.quiet, target=self._sink) as report:
            analysis = self._analyzer.analyze(
                film, on_progress=report, checkpoint=checkpoint, resume=self._args.resume
            )
        seconds = time.monotonic() - began
        for warning in analysis.warnings:
            say(f"{film}: {warning}")
        written = write_all(
            analysis,
            self._exporters,
            plan,
            self._names,
            overwrite=self._args.overwrite,
            all_that_fit=names_all(self._args.to),
        )
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
        if self._args.verbose:
            say(f"{film}: {effort(analysis, seconds)}")
        self._tell(analysis, written)

    def _tell(self, analysis: Analysis, written: Sequence[Path]) -> None:
        if self._args.json:
            sys.stdout.buffer.write(render_compact(analysis) + b"\n")
            sys.stdout.buffer.flush()
        elif not self._args.quiet and not goes_to_stdout(self._args.progress):
            show(analysis, self._names)
            for path in written:
                say(f"wrote {path}")
