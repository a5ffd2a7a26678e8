"""``cinetag export``: other formats from analyses that stand already."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.cli.format_options import add_format_options, given_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import (
    Plan,
    chosen_exporters,
    given,
    names_all,
    planned,
    with_each_format,
)
from cinetag_plugin.cli.several import with_each
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.conform import at_rate, conformed
from cinetag_plugin.export.events import KINDS, events
from cinetag_plugin.export.formats import write

SUMMARY = "Write analyses in other formats."

EVENTS = {kind if kind == "film" else f"{kind}s": kind for kind in KINDS}
"""What ``--events`` takes, and the kind of event that it means."""

_DOCUMENT = "json"  # says what was found, on no grid


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``export``."""
    parser.epilog = "example: cinetag export film.cinetag.json --to otio,csv -o results"
    parser.add_argument(
        "analyses", nargs="+", type=Path, metavar=f"FILM{SUFFIX}", help="analyses that stand already"
    )
    parser.add_argument("--to", action="append", required=True, metavar="FORMAT,...", help="formats, or all")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="DIR", help="folder for the files (default: .)"
    )
    parser.add_argument(
        "--events", action="append", metavar="KIND,...", help=f"only these events: {', '.join(EVENTS)}"
    )
    parser.add_argument(
        "--conform-rate", metavar="N/D", help="frames a second of the files; the json keeps the film's own"
    )
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing files")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    add_format_options(parser)


def run(args: argparse.Namespace) -> int:
    """Read one analysis after the other and write it in every format wanted."""
    from cinetag_plugin.hooks.manager import Plugins

    kinds, rate = _kinds(args.events), _rate(args.conform_rate)
    plugins = Plugins(only_own=args.no_plugins, warn=say)
    exporters = chosen_exporters(args.to, plugins.exporters(), given_options(args))
    analyses = list(dict.fromkeys(args.analyses))
    stems = [path.name.removesuffix(SUFFIX) for path in analyses]
    plans = planned(stems, exporters, args.output, overwrite=args.overwrite, inputs=analyses)
    work = _Work(exporters, plugins.names(), kinds, rate, args.overwrite, names_all(args.to))
    plan_of = dict(zip(analyses, plans, strict=True))
    return with_each(analyses, lambda path: work.export(path, plan_of[path]), called="analyses")


def _kinds(named: Iterable[str] | None) -> Sequence[str] | None:
    if named is None:
        return None
    wanted = [name.strip() for part in named for name in part.split(",") if name.strip()]
    for name in wanted or [""]:
        if name not in EVENTS:
            raise UsageError(
                f"--events {name}".strip(), "no such kind of event", f"choose from {', '.join(EVENTS)}"
            )
    return [EVENTS[name] for name in wanted]


def _rate(text: str | None) -> Fraction | None:
    try:
        return None if text is None else parsed_rate(text)
    except ValueError as fault:
        raise UsageError("--conform-rate", str(fault), "give frames a second") from fault


@dataclass(frozen=True, slots=True)
class _Work:
    """One analysis after the other, with the same options."""

    exporters: Sequence[Exporter]
    names: Names
    kinds: Sequence[str] | None
    rate: Fraction | None
    overwrite: bool
    all_that_fit: bool

    def export(self, path: Path, plan: Plan) -> None:
        """Write one analysis in every format."""
        analysis = read_analysis(path)
        table = events(analysis, self.names, kinds=self.kinds or KINDS)
        on_grid = self._on_grid(path, analysis)

        def one(exporter: Exporter) -> None:
            source = analysis if exporter.slug == _DOCUMENT else on_grid
            wanted = table if self.kinds else given(exporter, table)
            target = plan.paths[exporter.slug]
            lost = write(exporter, wanted, source, target, overwrite=self.overwrite)
            say(f"wrote {target}")
            if lost:
                say(f"{target}: {lost}")

        with_each_format(self.exporters, one, all_that_fit=self.all_that_fit)

    def _on_grid(self, path: Path, analysis: Analysis) -> Analysis:
        """Return what frame-based formats are made from, and tell what conforming does to it."""
        if all(exporter.slug == _DOCUMENT for exporter in self.exporters):
            return analysis
        conforming = analysis if self.rate in {None, analysis.film.rate} else at_rate(analysis, self.rate)
        if warning := conformed(conforming).warning:
            say(f"{path}: {warning}")
        return conforming
