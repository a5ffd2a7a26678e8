"""``cinetag export``: other formats from an analysis that stands already."""

from __future__ import annotations

import argparse
from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import chosen_exporters, planned, write_all
from cinetag_plugin.document.files import SUFFIX, read_analysis

SUMMARY = "Write an analysis in other formats."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``export``."""
    parser.epilog = "example: cinetag export film.cinetag.json --to otio,csv -o results"
    parser.add_argument("analyses", nargs="+", type=Path, metavar=f"FILM{SUFFIX}")
    parser.add_argument("--to", action="append", required=True, metavar="FORMAT,...", help="formats, or all")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="DIR", help="folder for the files"
    )
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing files")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")


def run(args: argparse.Namespace) -> int:
    """Read each analysis and write it in every format wanted."""
    from cinetag_plugin.hooks.manager import Plugins

    plugins = Plugins(only_own=args.no_plugins, warn=say)
    exporters = chosen_exporters(args.to, plugins.exporters())
    analyses = [read_analysis(path) for path in args.analyses]
    stems = [path.name.removesuffix(SUFFIX) for path in args.analyses]
    plans = planned(stems, exporters, args.output, overwrite=args.overwrite)
    for analysis, plan in zip(analyses, plans, strict=True):
        for path in write_all(analysis, exporters, plan, plugins.names(), overwrite=args.overwrite):
            say(f"wrote {path}")
    return 0
