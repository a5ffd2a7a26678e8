"""``cinetag export``: other formats from analyses that stand already."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.cli.format_options import add_format_options, given_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import (
    Plan,
    chosen_exporters,
    given,
    names_all,
    planned,
    tell_losses,
    with_each_format,
)
from cinetag_plugin.cli.selection_options import Selection, add_selection_options, selection_of
from cinetag_plugin.cli.several import with_each
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.writing import write

SUMMARY = "Write analyses in other formats."

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
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing files")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    add_selection_options(parser)
    add_format_options(parser)


def run(args: argparse.Namespace) -> int:
    """Read one analysis after the other and write it in every format wanted."""
    from cinetag_plugin.hooks.manager import Plugins

    selection = selection_of(args)
    plugins = Plugins(only_own=args.no_plugins, warn=say)
    exporters = chosen_exporters(args.to, plugins.exporters(), given_options(args))
    analyses = list(dict.fromkeys(args.analyses))
    stems = [path.name.removesuffix(SUFFIX) for path in analyses]
    plans = planned(stems, exporters, args.output, overwrite=args.overwrite, inputs=analyses)
    work = _Work(exporters, plugins.names(), selection, args.overwrite, names_all(args.to))
    plan_of = dict(zip(analyses, plans, strict=True))
    return with_each(analyses, lambda path: work.export(path, plan_of[path]), called="analyses")


@dataclass(frozen=True, slots=True)
class _Work:
    """One analysis after the other, with the same options."""

    exporters: Sequence[Exporter]
    names: Names
    selection: Selection
    overwrite: bool
    all_that_fit: bool

    def export(self, path: Path, plan: Plan) -> None:
        """Write one analysis in every format."""
        analysis = read_analysis(path)
        only_the_document = all(exporter.slug == _DOCUMENT for exporter in self.exporters)
        on_grid = analysis if only_the_document else self.selection.on_grid(path, analysis)
        table = self.selection.table(path, analysis, self.names)

        def one(exporter: Exporter) -> None:
            source = analysis if exporter.slug == _DOCUMENT else on_grid
            wanted = table if self.selection.kinds else given(exporter, table)
            target = plan.paths[exporter.slug]
            made = write(exporter, wanted, source, target, overwrite=self.overwrite, taken=plan.taken)
            for file in made.paths:
                say(f"wrote {file}")
            tell_losses(made)

        with_each_format(self.exporters, one, all_that_fit=self.all_that_fit)
