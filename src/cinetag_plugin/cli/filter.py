"""``cinetag filter``: frames in on stdin, the same bytes out on stdout, results beside them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinetag_plugin.cli.analyze_options import settings_of
from cinetag_plugin.cli.faults import logged
from cinetag_plugin.cli.filter_options import add_options, refuse_what_needs_a_file, says
from cinetag_plugin.cli.filter_progress import StreamProgress
from cinetag_plugin.cli.filter_targets import Kept, opened_input, opened_lines, opened_output, refuse_mixing
from cinetag_plugin.cli.format_options import given_options, refuse_idle
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.cli.outputs import (
    Plan,
    chosen_exporters,
    make_folder,
    names_all,
    planned,
    refuse_input,
    refuse_unwritable,
    write_all,
)
from cinetag_plugin.cli.progress import opened
from cinetag_plugin.document.errors import CinetagError, ExportError, MediaError

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import Exporter
    from cinetag_plugin.filter.outcome import Outcome
    from cinetag_plugin.filter.passage import Wishes
    from cinetag_plugin.filter.reports import Report
    from cinetag_plugin.filter.watching import Teller
    from cinetag_plugin.hooks.manager import Plugins

SUMMARY = "Pass frames on unchanged, and find shots, tags and beats in them on the way."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``filter``."""
    parser.epilog = (
        "example: cinetag filter --report found.jsonl < frames.y4m | ffmpeg -i - out.mp4\n"
        "reads y4m, nut and Matroska; what goes out is byte for byte what came in"
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Pass a stream on, and write what was found in it."""
    # numpy starts a thread a core when it is loaded, which costs more than it ever saves here
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cinetag_plugin.filter.passage import Passage
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

    targets = {name: getattr(args, name) for name in ("report", "print", "progress", "otio", "analysis")}
    refuse_mixing({f"--{name}": target for name, target in targets.items() if target}, args.output)
    settings = settings_of(args)
    refuse_what_needs_a_file(settings)
    plugins = Plugins(only_own=args.no_plugins, strict=args.strict, warn=_telling(args, "warning"))
    with ExitStack() as owned:
        results = _Results(args, plugins)
        tell = _telling(args, "info")
        analyzer = owned.enter_context(Analyzer(settings, plugins=plugins, tell=tell))
        source, sink = opened_input(args.input, owned), opened_output(args.output)
        meanwhile = _Meanwhile(args, owned)
        report, progress = meanwhile.report, meanwhile.progress
        on_block = progress.count if progress else _uncounted
        outcome = Passage(analyzer, _wishes(args), meanwhile.tellers, on_block).run(source, sink)
        failed = _written(outcome, [report.close, results.write] if report else [results.write])
        failed = meanwhile.close() or failed
    if outcome.interruption is not None:
        raise outcome.interruption
    told = _told(args, outcome)
    return failed or told


def _written(outcome: Outcome, writers: Sequence[Callable[[Outcome], None]]) -> int:
    """Write every result, also where one before it failed; return the exit code of the last fault."""
    code = 0
    for write in writers:
        try:
            write(outcome)
        except CinetagError as error:
            complain(error)
            code = error.exit_code
    return code


def _uncounted(frames: int, left_out: int) -> None:
    """Nobody asked for progress."""


def _wishes(args: argparse.Namespace) -> Wishes:
    from cinetag_plugin.filter.passage import Wishes

    form = None if args.input_format == "auto" else args.input_format
    return Wishes(form=form, sample=args.on_lag == "sample", name=args.name)


def _telling(args: argparse.Namespace, level: str) -> Callable[[str], None]:
    return say if says(args.level, level) else lambda line: None


class _Results:
    """The files that are written when the stream has ended, checked before it begins."""

    def __init__(self, args: argparse.Namespace, plugins: Plugins) -> None:
        from cinetag_plugin.media.source import film_name

        self._args = args
        self._names = plugins.names()
        named = {slug: path for slug, path in (("otio", args.otio), ("json", args.analysis)) if path}
        known = self._known(plugins, [*args.to, *named])
        self._sets: list[tuple[Sequence[Exporter], Plan]] = []
        if args.to:
            exporters = chosen_exporters(args.to, known)
            folder = args.results or Path()
            self._sets += [
                (exporters, plan)
                for plan in planned([film_name(args.name)], exporters, folder, overwrite=args.overwrite)
            ]
        for slug, path in named.items():
            refuse_input(path, [args.name])
            refuse_unwritable(path, overwrite=args.overwrite)
            make_folder(path.parent)
            self._sets.append(([known[slug]], Plan(path.stem, {slug: path})))

    def _known(self, plugins: Plugins, wanted: Sequence[str]) -> dict[str, Exporter]:
        """Return the formats that are written, with the options that are theirs."""
        options = given_options(self._args)
        if not wanted:
            refuse_idle(options, [])
            return {}
        return {
            exporter.slug: exporter for exporter in chosen_exporters(wanted, plugins.exporters(), options)
        }

    def write(self, outcome: Outcome) -> None:
        """Write every file, if there is an analysis.

        Raises:
            CinetagError: one cannot be written.
        """
        if (analysis := outcome.analysis) is None:
            return
        tell = _telling(self._args, "info")
        for exporters, plan in self._sets:
            written = write_all(
                analysis,
                exporters,
                plan,
                self._names,
                overwrite=self._args.overwrite,
                all_that_fit=names_all(self._args.to),
            )
            for path in written:
                tell(f"wrote {path}")


class _Meanwhile:
    """What is written while the stream runs; what cannot be written is told when it has ended.

    Attributes:
        report: where one is wanted.
        progress: likewise.
        tellers: these, and what prints every frame.
    """

    def __init__(self, args: argparse.Namespace, owned: ExitStack) -> None:
        from cinetag_plugin.filter.reports import Report
        from cinetag_plugin.filter.scd import Printed

        self.report: Report | None = None
        self.progress: StreamProgress | None = None
        self.tellers: list[Teller] = []
        self._writers: list[Kept[Any]] = []
        if args.report is not None:
            self.report = Report(self._lines(args, "report", owned))
            self.tellers.append(self.report)
        if args.print is not None:
            self.tellers.append(Printed(self._lines(args, "print", owned)))
        sink = owned.enter_context(opened(args.progress))
        if sink is not None:
            self.progress = StreamProgress(self._kept(sink))
            self.tellers.append(self.progress)

    def _lines(self, args: argparse.Namespace, name: str, owned: ExitStack) -> Kept[bytes]:
        option = f"--{name}"
        return self._kept(opened_lines(getattr(args, name), option, owned, overwrite=args.overwrite))

    def _kept(self, write: Callable[[Any], object]) -> Kept[Any]:
        self._writers.append(Kept(write))
        return self._writers[-1]

    def close(self) -> int:
        """Tell what could not be written; return the exit code of the last fault."""
        if self.progress is not None:
            self.progress.end()
        faults = [writer.fault for writer in self._writers if writer.fault is not None]
        for fault in faults:
            complain(fault)
        return faults[-1].exit_code if faults else 0


def _told(args: argparse.Namespace, outcome: Outcome) -> int:
    """Say what went wrong; return the exit code."""
    warn = _telling(args, "warning")
    for warning in outcome.analysis.warnings if outcome.analysis is not None else ():
        warn(f"{args.name}: {warning}")
    if outcome.fault is not None:
        fault = outcome.fault
        error = fault if isinstance(fault, CinetagError) else logged(fault, loud=args.verbose)
        complain(error)
        return error.exit_code
    if outcome.reader_gone:  # who closed our output knows
        return 0 if args.allow_close else ExportError.exit_code
    if outcome.cut_short:
        complain(MediaError("the input", outcome.cut_short))
        return MediaError.exit_code
    if outcome.unfit:
        warn(f"the input was passed on and not analysed: {outcome.unfit}")
        return MediaError.exit_code if args.strict else 0
    return 0
