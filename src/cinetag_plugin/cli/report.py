"""``cinetag report``: films as one page to look through, to correct, and to pass on."""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from cinetag_plugin.cli.film_pictures import frames_of, probed_film
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder, refuse_unwritable
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.document.errors import MediaError, UsageError
from cinetag_plugin.document.files import SUFFIX, read_analysis, write_whole
from cinetag_plugin.document.records import Analysis

if TYPE_CHECKING:
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe
    from cinetag_plugin.report.page_data import PageFilm, Video
    from cinetag_plugin.report.sprites import Sheets

SUMMARY = "Write a page to look through films and to correct what was found, for any browser, offline."

_PAGES = {".html", ".htm"}
_SHORT_SIDE = 180
"""Pixels to which frames are decoded; the pictures of a page are smaller still."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``report``."""
    parser.epilog = "example: cinetag report film.cinetag.json -o report.html"
    parser.add_argument(
        "analyses", nargs="+", type=Path, metavar=f"FILM{SUFFIX}", help="analyses that stand already"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the page, .html")
    parser.add_argument("--no-pictures", action="store_true", help="leave the key frames out")
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite an existing page")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def run(args: argparse.Namespace) -> int:
    """Read the analyses, take the key frames from their films, and write the page."""
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.report.page import PICTURE_BUDGET, report_page

    paths = list(dict.fromkeys(args.analyses))
    if args.output.suffix.lower() not in _PAGES:  # a film or an analysis would be written over
        raise UsageError(f"-o {args.output}", "is no name of a page", "give it one that ends in .html")
    analyses = {path: read_analysis(path) for path in paths}
    refuse_unwritable(args.output, overwrite=args.overwrite)
    make_folder(args.output.parent)
    names = Plugins(only_own=args.no_plugins, warn=say).names()
    budget = PICTURE_BUDGET // len(paths)
    films = [_page_film(args, path, analysis, budget) for path, analysis in analyses.items()]
    write_whole(args.output, report_page(films, names), overwrite=args.overwrite)
    say(f"wrote {args.output}")
    return 0


def _page_film(args: argparse.Namespace, path: Path, analysis: Analysis, budget: int) -> PageFilm:
    """Gather what a page shows of a film; where the film is not at hand, that is its analysis alone."""
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.report.page_data import PageFilm

    pictures = video = None
    try:
        ffmpeg = find_ffmpeg(args.ffmpeg)
        facts = probed_film(path, analysis.film, ffmpeg)
        video = _video(facts, analysis, args.output)
        pictures = None if args.no_pictures else _pictures(facts, ffmpeg, analysis, budget)
    except MediaError as fault:
        say(f"{fault.subject}: {fault.fault}: the page is made without pictures of {analysis.film.name}")
    return PageFilm(analysis, path.name, pictures, video)


def _pictures(facts: Probe, ffmpeg: Ffmpeg, analysis: Analysis, budget: int) -> Sheets | None:
    from cinetag_plugin.media.pictures import rgb_of
    from cinetag_plugin.report.sprites import Sprites, pictured

    shots: dict[int, list[int]] = defaultdict(list)
    for shot, key_frame in pictured(_key_frames(analysis)).items():
        shots[key_frame].append(shot)
    sprites = Sprites(sum(map(len, shots.values())))
    with progress_of(analysis.film.name, quiet=False, target=None, unit="pictures") as report:
        for done, frame in enumerate(frames_of(facts, ffmpeg, shots, _SHORT_SIDE) if shots else (), 1):
            picture = rgb_of(frame)
            for shot in shots[frame.index]:
                sprites.add(shot, picture)
            report(done, len(shots))
    return sprites.sheets(budget)


def _key_frames(analysis: Analysis) -> dict[int, int]:
    """Return the frame that stands for each shot: its key frame, or the middle one of several."""
    return {
        shot.index: analysis.key_frames[shot.key_frames[len(shot.key_frames) // 2]].frame
        for shot in analysis.shots
        if shot.key_frames
    }


def _video(facts: Probe, analysis: Analysis, page: Path) -> Video | None:
    """Return how the page reaches the film; None for pictures, packages, and films on another drive."""
    from cinetag_plugin.report.page_data import Video

    source, film = facts.source, analysis.film
    if source.is_pictures or source.composition is not None or not source.path.is_file():
        return None
    try:
        way = os.path.relpath(source.path.absolute(), page.parent.absolute())
    except ValueError:
        return None
    # with ./ before it no name is taken for an address elsewhere
    address = f"./{quote(os.fsencode(Path(way).as_posix()))}"
    # a clock that begins below 0 is moved there by browsers, one that begins above stays
    return Video(address, film.start_pts * film.time_base - min(facts.start, Fraction(0)))
