"""``cinetag reel``: a new film, or a timeline, of chosen scenes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.analyze_options import add_volume_options
from cinetag_plugin.cli.chosen_scenes import all_of, lines_of_scenes, place_in
from cinetag_plugin.cli.film_pictures import found_film, probed_film
from cinetag_plugin.cli.given import given_analysis, is_analysis
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder, refuse_input, refuse_unwritable
from cinetag_plugin.cli.progress import Sink, opened, progress_of
from cinetag_plugin.cli.wanted_labels import known_labels, wanted_labels
from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.document.files import SUFFIX, read_analysis, write_whole
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.reels.choice import Match, Wanted
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
    add_volume_options(parser, loud="say what decodes; show the traceback of a fault of ours")


def _handles(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_HANDLES:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of frames from 0 to {MOST_HANDLES}")


def run(args: argparse.Namespace) -> int:
    """Choose the scenes, and write them as a film or a timeline."""
    # numpy starts a thread a core when it is loaded, which costs more than it ever saves here
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    length = _length(args)
    _refuse_contradictions(args)
    refuse_input(args.output, args.films)
    refuse_unwritable(args.output, overwrite=args.overwrite)
    with _folder_of(args.output), opened(args.progress) as sink:
        _write(args, length, _Telling(args, sink))
    return 0


@dataclass(frozen=True, slots=True)
class _Telling:
    """How much is said, and to whom."""

    args: argparse.Namespace
    sink: Sink | None

    def say(self, line: str) -> None:
        """Say what nobody needs to know who wants only faults told."""
        if not self.args.quiet:
            say(line)

    def warn(self, line: str) -> None:
        """Say what is worth knowing of the reel."""
        say(f"{self.args.output}: {line}")

    def progress(self, step: str, unit: str = "frames") -> AbstractContextManager[OnProgress]:
        """Begin to tell how far a step is."""
        label = f"{self.args.output.name}: {step}"
        return progress_of(label, quiet=self.args.quiet, target=self.sink, unit=unit)


def _write(args: argparse.Namespace, length: Fraction | None, telling: _Telling) -> None:
    is_timeline = args.output.suffix.lower() == _TIMELINE
    ffmpeg = None if is_timeline else _found_ffmpeg(args)
    analyses = _analyses(args, telling)
    scenes = _scenes(args, analyses, length)
    for line in lines_of_scenes(args.films, scenes, analyses):
        telling.say(line)
    if ffmpeg is None:
        _write_timeline(args, scenes, analyses)
    else:
        films = sorted({scene.film for scene in scenes})
        footage = _footage([(args.films[film], analyses[film]) for film in films], args.output, ffmpeg)
        here = [replace(scene, film=films.index(scene.film)) for scene in scenes]
        chosen = [footage[scene.film].placed(scene) for scene in here]
        (_copy if args.copy else _make)(args, chosen, footage, ffmpeg, telling)
    telling.say(f"wrote {args.output}")


@contextmanager
def _folder_of(output: Path) -> Iterator[None]:
    """Make the folder of the reel, and remove it where nothing comes of it."""
    new = [folder for folder in (output.parent, *output.parent.parents) if not folder.exists()]
    make_folder(output.parent)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # something else lies there by now
            for folder in new:
                folder.rmdir()
        raise


def _found_ffmpeg(args: argparse.Namespace) -> Ffmpeg:
    from cinetag_plugin.media.ffmpeg import find_ffmpeg

    ffmpeg = find_ffmpeg(args.ffmpeg)
    if args.verbose:
        say(f"decoding with {ffmpeg.path}: {ffmpeg.version}")
    return ffmpeg


def _analyses(args: argparse.Namespace, telling: _Telling) -> list[Analysis]:
    """Return the analyses of all films; what can be refused is, before the first film is analysed."""
    given = {film: read_analysis(film) for film in args.films if is_analysis(film)}
    if len(given) < len(set(args.films)):
        wanted = known_labels(args.tags, args.beats, list(given.values()))
        _refuse_missing(args, given, wanted)
    settings = Settings(ffmpeg=args.ffmpeg)
    for film in args.films:
        if film not in given:
            given[film] = given_analysis(film, settings, quiet=args.quiet, sink=telling.sink)
    return [given[film] for film in args.films]


def _refuse_missing(args: argparse.Namespace, given: Mapping[Path, Analysis], wanted: Wanted) -> None:
    """Raise a :class:`MediaError` for a film that is to be analysed, or decoded later, and is not there."""
    from cinetag_plugin.media.source import find_source
    from cinetag_plugin.reels.choice import chosen

    match: Match = args.match or "any"
    is_decoded = args.output.suffix.lower() != _TIMELINE
    for film in args.films:
        if film not in given:
            find_source(film)
        elif is_decoded and (args.summary or chosen([given[film]], wanted, match=match)):
            found_film(film, given[film].film)


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
        UsageError: a tag or beat that nobody knows; a length that holds no scene.
        DocumentError: one that no model looked for; nothing found.
    """
    from cinetag_plugin.reels.choice import chosen, strongest
    from cinetag_plugin.reels.scenes import strongest_first, with_handles
    from cinetag_plugin.reels.summary import summary

    handles = args.handles
    match: Match = args.match or "any"
    if args.summary:
        assert length is not None
        scenes = with_handles(summary(analyses, length, handles=handles), analyses, handles)
        is_there = any(analysis.shots for analysis in analyses)
    else:
        wanted = wanted_labels(args.tags, args.beats, args.films, analyses)
        scenes = chosen(analyses, wanted, match=match, handles=handles)
        is_there = bool(scenes)
        if length:
            scenes = strongest(analyses, wanted, length, match=match, handles=handles)
    if is_there and not scenes:
        fault = f"is too short for any scene with handles of {handles} frames" if handles else "is too short"
        raise UsageError(f"--length {args.length or SUMMARY_LENGTH}", fault, "give more seconds")
    if not scenes:
        remedy = "analyse it with shots" if args.summary else "choose other tags or beats"
        raise DocumentError(all_of(args.films), "nothing in it was chosen", remedy)
    return strongest_first(scenes) if args.order == "strength" else scenes


def _write_timeline(args: argparse.Namespace, scenes: Sequence[Scene], analyses: Sequence[Analysis]) -> None:
    from cinetag_plugin.export.otio_reel import render_reel

    cuts = [(scene.film, scene.start, scene.end, scene.labels) for scene in scenes]
    write_whole(args.output, render_reel(args.output.stem, cuts, analyses), overwrite=args.overwrite)


def _footage(films: Sequence[tuple[Path, Analysis]], output: Path, ffmpeg: Ffmpeg) -> list[Footage]:
    from cinetag_plugin.reels.footage import footage_of

    facts = [probed_film(named, analysis.film, ffmpeg) for named, analysis in films]
    refuse_input(output, [probe.source.path for probe in facts])
    return [footage_of(film.film, probe, ffmpeg) for (_, film), probe in zip(films, facts, strict=True)]


def _make(
    args: argparse.Namespace,
    scenes: Sequence[Scene],
    footage: Sequence[Footage],
    ffmpeg: Ffmpeg,
    telling: _Telling,
) -> None:
    from cinetag_plugin.reels.assembly import CODERS, Reel, coder_of, make_reel

    if (coder := coder_of(ffmpeg, args.output)) != next(iter(CODERS)):
        say(f"{args.output}: this FFmpeg has no {next(iter(CODERS))}: encoded with {coder}")
    for film in footage:
        if film.film.has_audio and not film.is_heard:
            say(f"{film.probe.source.path}: its sound lies in files of its own: its scenes are silent")
    reel = Reel(scenes, footage, ffmpeg, telling.warn)
    make_reel(reel, args.output, progress=telling.progress, overwrite=args.overwrite)


def _copy(
    args: argparse.Namespace,
    scenes: Sequence[Scene],
    footage: Sequence[Footage],
    ffmpeg: Ffmpeg,
    telling: _Telling,
) -> None:
    from cinetag_plugin.reels.copying import copy_reel, pieces_of, read_source

    source = read_source(footage[0], ffmpeg)
    pieces = pieces_of(scenes, source.packets)
    for piece in pieces:
        film = footage[0].film
        early, late = piece.moved(film)
        span = f"{place_in(film, piece.wanted_start)} to {place_in(film, piece.wanted_end)}"
        longer = f"begins {float(early):.2f} s earlier, ends {float(late):.2f} s later"
        telling.say(f"{args.output}: {span}: {longer}")
    with telling.progress("copied", unit="scenes") as on_piece:
        copy_reel(pieces, source, args.output, on_piece=on_piece, overwrite=args.overwrite)
