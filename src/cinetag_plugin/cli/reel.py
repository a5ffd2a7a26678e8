"""``cinetag reel``: a new film, or a timeline, of chosen scenes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.film_pictures import found_film
from cinetag_plugin.cli.given import given_analysis
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder, refuse_unwritable
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.cli.wanted_labels import wanted_labels
from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.document.files import SUFFIX, write_whole
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.reels.footage import Footage
    from cinetag_plugin.reels.scenes import Scene
    from cinetag_plugin.reels.unfinished import OnProgress

SUMMARY = "Make a film of only the scenes that carry chosen tags or beats."

SUMMARY_LENGTH = Fraction(60)
"""Seconds of a summary unless ``--length`` says otherwise."""

MOST_HANDLES = 10_000
"""Frames; more than that on both sides of a scene is no handle."""

_TIMELINE = ".otio"
_KINDS = (".mp4", ".mkv", _TIMELINE)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``reel``."""
    parser.epilog = "example: cinetag reel film.cinetag.json --beats battle,pursuit -o action.mp4"
    parser.add_argument(
        "films",
        nargs="+",
        type=Path,
        metavar=f"FILM|FILM{SUFFIX}",
        help="films, or analyses of them; a film is analysed first, as analyze does it",
    )
    parser.add_argument("--tags", action="append", metavar="TAG,...", help="scenes that carry these tags")
    parser.add_argument("--beats", action="append", metavar="BEAT,...", help="scenes of these beats")
    parser.add_argument(
        "--match", choices=("any", "all"), help="one of the tags and beats (the default), or all at once"
    )
    parser.add_argument(
        "--summary", action="store_true", help="instead of tags and beats: the shots that say most"
    )
    parser.add_argument(
        "--length",
        metavar="S",
        help="seconds (90, 1:30): only the strongest scenes that fit; default for --summary: 60",
    )
    parser.add_argument(
        "--handles", type=_handles, default=0, metavar="N", help="frames more on both sides of a scene"
    )
    parser.add_argument(
        "--order", choices=("time", "strength"), default="time", help="of the scenes (default: time)"
    )
    parser.add_argument(
        "--copy",
        action="store_true",
        help="do not encode again: scenes of one film begin and end at key frames, so they are longer",
    )
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite an existing file")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"the reel, by its ending a film or a timeline: {', '.join(_KINDS)}",
    )
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def _handles(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_HANDLES:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of frames from 0 to {MOST_HANDLES}")


def run(args: argparse.Namespace) -> int:
    """Choose the scenes, and write them as a film or a timeline."""
    # numpy starts a thread a core when it is loaded, which costs more than it ever saves here
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cinetag_plugin.media.ffmpeg import find_ffmpeg

    length = _length(args)
    _refuse_contradictions(args)
    refuse_unwritable(args.output, overwrite=args.overwrite)
    make_folder(args.output.parent)
    ffmpeg = find_ffmpeg(args.ffmpeg)
    analyses = [given_analysis(film, Settings(ffmpeg=args.ffmpeg)) for film in args.films]
    scenes = _scenes(args, analyses, length)
    _say_chosen(args.films, scenes, analyses)
    if args.output.suffix.lower() == _TIMELINE:
        _write_timeline(args, scenes, analyses)
    elif args.copy:
        _copy(args, scenes, _footage(args, analyses, ffmpeg)[0], ffmpeg)
    else:
        _make(args, scenes, _footage(args, analyses, ffmpeg), ffmpeg)
    say(f"wrote {args.output}")
    return 0


def _length(args: argparse.Namespace) -> Fraction | None:
    from cinetag_plugin.document.time import parsed_seconds

    if args.length is None:
        return SUMMARY_LENGTH if args.summary else None
    try:
        length = parsed_seconds(args.length)
    except ValueError as fault:
        raise UsageError("--length", str(fault), "give seconds") from fault
    if not length:
        raise UsageError(f"--length {args.length}", "leaves nothing", "give seconds above 0")
    return length


def _refuse_contradictions(args: argparse.Namespace) -> None:
    """Raise a :class:`UsageError` where options do not go together."""
    suffix = args.output.suffix.lower()
    if suffix not in _KINDS:
        raise UsageError(f"-o {args.output}", "is no kind of reel", f"end it in {', '.join(_KINDS)}")
    labels = args.tags or args.beats
    if args.summary and (labels or args.match):
        raise UsageError("--summary", "chooses by itself", "leave out --tags, --beats and --match")
    if not args.summary and not labels:
        raise UsageError("reel", "no scenes are chosen", "give --tags, --beats or --summary")
    if args.copy and suffix == _TIMELINE:
        raise UsageError("--copy", "a timeline refers to the films as they are", "leave it out")
    if args.copy and len(args.films) > 1:
        raise UsageError("--copy", "joins scenes of one film only", "leave it out, or name one film")
    if args.copy and args.order == "strength":
        raise UsageError("--copy", "keeps the order of time", "leave out --order")


def _scenes(args: argparse.Namespace, analyses: Sequence[Analysis], length: Fraction | None) -> list[Scene]:
    """Return the scenes in their order, at least one.

    Raises:
        UsageError: a tag or beat that nobody knows.
        DocumentError: one that no model looked for; nothing found.
    """
    from cinetag_plugin.reels.choice import chosen, within
    from cinetag_plugin.reels.scenes import strongest_first, with_handles
    from cinetag_plugin.reels.summary import summary

    if args.summary:
        assert length is not None
        scenes = with_handles(summary(analyses, length), analyses, args.handles)
    else:
        wanted = wanted_labels(args.tags, args.beats, args.films, analyses)
        scenes = chosen(analyses, wanted, match=args.match or "any", handles=args.handles)
        scenes = within(scenes, analyses, length) if length else scenes
    if not scenes:
        raise DocumentError(_all(args.films), "nothing in it was chosen", "choose other tags or beats")
    return strongest_first(scenes) if args.order == "strength" else scenes


def _all(films: Sequence[Path]) -> str:
    return str(films[0]) if len(films) == 1 else f"{films[0]} and {len(films) - 1} more"


def _say_chosen(films: Sequence[Path], scenes: Sequence[Scene], analyses: Sequence[Analysis]) -> None:
    from cinetag_plugin.reels.scenes import seconds_of

    seconds = float(sum(seconds_of(scene, analyses[scene.film].film) for scene in scenes))
    say(f"{_all(films)}: {len(scenes)} scene{'s' * (len(scenes) != 1)}, {seconds:.1f} s")


def _write_timeline(args: argparse.Namespace, scenes: Sequence[Scene], analyses: Sequence[Analysis]) -> None:
    from cinetag_plugin.export.otio_reel import render_reel

    cuts = [(scene.film, scene.start, scene.end, scene.labels) for scene in scenes]
    write_whole(args.output, render_reel(args.output.stem, cuts, analyses), overwrite=args.overwrite)


def _footage(args: argparse.Namespace, analyses: Sequence[Analysis], ffmpeg: Ffmpeg) -> list[Footage]:
    from cinetag_plugin.media.probe import probe
    from cinetag_plugin.reels.footage import footage_of

    places = [found_film(named, analysis.film) for named, analysis in zip(args.films, analyses, strict=True)]
    return [
        footage_of(film, probe(place, ffmpeg, stream=film.stream, rate=film.rate), ffmpeg)
        for place, film in zip(places, (analysis.film for analysis in analyses), strict=True)
    ]


def _make(
    args: argparse.Namespace, scenes: Sequence[Scene], footage: Sequence[Footage], ffmpeg: Ffmpeg
) -> None:
    from cinetag_plugin.reels.assembly import CODERS, Reel, coder_of, make_reel

    if (coder := coder_of(ffmpeg, args.output)) != next(iter(CODERS)):
        say(f"{args.output}: this FFmpeg has no {next(iter(CODERS))}: encoded with {coder}")
    for named, film in zip(args.films, footage, strict=True):
        if film.film.has_audio and not film.is_heard:
            say(f"{named}: its sound lies in files of its own: its scenes are silent")

    def progress(step: str) -> AbstractContextManager[OnProgress]:
        return progress_of(f"{args.output.name}: {step}", quiet=False, target=None)

    def tell(line: str) -> None:
        say(f"{args.output}: {line}")

    make_reel(Reel(scenes, footage, ffmpeg, tell), args.output, progress=progress, overwrite=args.overwrite)


def _copy(args: argparse.Namespace, scenes: Sequence[Scene], footage: Footage, ffmpeg: Ffmpeg) -> None:
    from cinetag_plugin.reels.copying import copy_reel, pieces_of, read_source

    source = read_source(footage, ffmpeg)
    pieces = pieces_of(scenes, source.packets)
    for piece in pieces:
        early, late = piece.moved(footage.film)
        say(
            f"{args.output}: frames {piece.wanted_start} to {piece.wanted_end - 1}: "
            f"begins {float(early):.2f} s earlier, ends {float(late):.2f} s later"
        )
    with progress_of(args.output.name, quiet=False, target=None, unit="scenes") as on_piece:
        copy_reel(pieces, source, args.output, on_piece=on_piece, overwrite=args.overwrite)
