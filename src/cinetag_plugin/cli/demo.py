"""``cinetag demo``: makes itself a short film, analyses it, and says what to open in what."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.given import standing_analysis
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import chosen_exporters, planned, write_all
from cinetag_plugin.cli.table import show
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.document.files import refuse_existing
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.pipeline import Analyzer

SUMMARY = "Make a short film, analyse it, and say what to open in what."
FORMATS = ("json", "otio", "csv", "strengths", "timeline")
_OPENED_BY = {
    "otio": "an editing program that reads OpenTimelineIO",
    "csv": "a spreadsheet",
    "json": "your scripts; cinetag export makes other formats from it",
    "strengths": "a web browser: how strong each tag is",
    "timeline": "a web browser: where each tag is",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``demo``."""
    parser.epilog = "example: cinetag demo -o cinetag-demo"
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("cinetag-demo"),
        metavar="DIR",
        help="folder for the film and its results (default: cinetag-demo)",
    )
    parser.add_argument("-y", dest="overwrite", action="store_true", help="overwrite an earlier demo")


def run(args: argparse.Namespace) -> int:
    """Make the film, analyse it, write the results, say what to do next."""
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.synth import make_demo_film

    film: Path = args.output / "demo.mp4"
    plugins = Plugins(only_own=True)
    exporters = chosen_exporters(FORMATS, plugins.exporters())
    with _analyzer(plugins) as analyzer:
        (plan,) = planned([film.stem], exporters, args.output, overwrite=args.overwrite)
        if not args.overwrite:
            refuse_existing(film)
        standing = standing_analysis(plan.paths["json"])
        with _none_left([] if args.overwrite else [film, *plan.paths.values()]):
            cuts = make_demo_film(film, find_ffmpeg())
            say(f"made {film}, with cuts at frames {', '.join(map(str, cuts))}")
            analysis = analyzer.analyze(film, standing=standing)
            write_all(analysis, exporters, plan, plugins.names(), overwrite=args.overwrite)
    show(analysis, plugins.names())
    for slug, path in plan.paths.items():
        print(f"open {path} in {_OPENED_BY[slug]}")
    print("your own film: cinetag analyze FILM")
    return 0


def _analyzer(plugins: Plugins) -> Analyzer:
    from cinetag_plugin.pipeline import Analyzer

    try:
        return Analyzer(Settings(), plugins=plugins, tell=say)
    except ModelError as error:
        remedy = "the demo needs the tag model that comes with cinetag: install cinetag again"
        raise ModelError(error.subject, error.fault, remedy) from error


@contextmanager
def _none_left(files: Iterable[Path]) -> Iterator[None]:
    """Remove what a run that fails has made: the next one would refuse to overwrite it."""
    try:
        yield
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise
