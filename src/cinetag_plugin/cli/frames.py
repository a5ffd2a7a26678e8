"""``cinetag frames``: key frames as pictures."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.film_pictures import frames_of, probed_film
from cinetag_plugin.cli.given import given_analysis, is_analysis
from cinetag_plugin.cli.key_frame_options import add_key_frame_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.files import SUFFIX, refuse_existing, write_whole
from cinetag_plugin.document.records import Analysis, Film, KeyFrame
from cinetag_plugin.document.time import has_timecode, timecode
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe

SUMMARY = "Write the key frames of a film as pictures."

_ENDINGS = {"jpeg": "jpg", "png": "png"}
_SHEET_SIDE = 120  # pixels of the shorter side of a picture on a contact sheet


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``frames``."""
    parser.epilog = "example: cinetag frames film.mp4 -o frames"
    parser.add_argument("film", type=Path, metavar=f"FILM|FILM{SUFFIX}", help="film, or an analysis of it")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="folder for the pictures"
    )
    parser.add_argument(
        "--sheet",
        action="store_true",
        help="small pictures on one sheet, with shot and timecode (above 200: on several), instead of files",
    )
    add_key_frame_options(parser)
    parser.add_argument("--format", choices=tuple(_ENDINGS), default="jpeg", help="kind of pictures")
    parser.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing pictures")
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def run(args: argparse.Namespace) -> int:
    """Find the key frames, or take them from an analysis, and write each as a picture."""
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.pictures import encoded

    ffmpeg = find_ffmpeg(args.ffmpeg)
    analysis = given_analysis(args.film, _settings(args))
    if args.sheet:
        return _write_sheets(args, analysis, ffmpeg)
    paths = {key.frame: _path(args, analysis, key) for key in analysis.key_frames}
    if not args.overwrite:
        for path in paths.values():
            refuse_existing(path)
    facts = probed_film(args.film, analysis.film, ffmpeg)
    make_folder(args.output)
    for frame, rgb in _pictures(facts, ffmpeg, paths):
        write_whole(paths[frame], encoded(rgb, args.format), overwrite=args.overwrite)
    say(f"pictures written to {args.output}: {len(paths)}")
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    if is_analysis(args.film) and args.key_frames != "middle":
        fault = "an analysis has its key frames already"
        raise UsageError(f"--key-frames {args.key_frames}", fault, "name the film instead")
    return Settings(
        only=frozenset({"shots"}), key_frames=args.key_frames, sampling=args.sampling, ffmpeg=args.ffmpeg
    )


def _path(args: argparse.Namespace, analysis: Analysis, key: KeyFrame) -> Path:
    digits = max(3, len(str(len(analysis.shots))))
    name = f"{analysis.film.name}.shot{key.shot + 1:0{digits}}.frame{key.frame}.{_ENDINGS[args.format]}"
    folder: Path = args.output
    return folder / name


def _pictures(
    facts: Probe, ffmpeg: Ffmpeg, wanted: Iterable[int], short_side: int | None = None
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the frames wanted, with their numbers, as large as the film unless ``short_side`` says otherwise.

    Raises:
        MediaError: the film ends before one of them.
    """
    from cinetag_plugin.media.frames import WHOLE_SIZE
    from cinetag_plugin.media.pictures import rgb_of

    for frame in frames_of(facts, ffmpeg, list(wanted), short_side or WHOLE_SIZE):
        yield frame.index, rgb_of(frame)


def _write_sheets(args: argparse.Namespace, analysis: Analysis, ffmpeg: Ffmpeg) -> int:
    """Write the key frames as contact sheets."""
    from cinetag_plugin.report.contact_sheet import Picture, sheets, sheets_for

    paths = _sheet_paths(args, analysis.film, sheets_for(len(analysis.key_frames)))
    if not args.overwrite:
        for path in paths:
            refuse_existing(path)
    facts = probed_film(args.film, analysis.film, ffmpeg)
    make_folder(args.output)
    words = {key.frame: _words(analysis.film, key) for key in analysis.key_frames}
    found = _pictures(facts, ffmpeg, words, _SHEET_SIDE)
    pictures = [Picture(rgb, words[frame]) for frame, rgb in found]
    for path, content in zip(paths, sheets(pictures, args.format), strict=True):
        write_whole(path, content, overwrite=args.overwrite)
        say(f"wrote {path}")
    return 0


def _sheet_paths(args: argparse.Namespace, film: Film, count: int) -> list[Path]:
    numbers = [""] if count == 1 else [f"{number + 1:0{len(str(count))}}" for number in range(count)]
    folder: Path = args.output
    return [folder / f"{film.name}.sheet{number}.{_ENDINGS[args.format]}" for number in numbers]


def _words(film: Film, key: KeyFrame) -> str:
    """Return the number of a key frame's shot and its timecode, or its seconds where there is none."""
    if film.variable_rate or not has_timecode(film.rate):
        return f"{key.shot + 1}   {float(film.clock.seconds(key.frame)):.2f} s"
    return f"{key.shot + 1}   {timecode(film.start_frame + key.frame, film.rate, film.drop_frame)}"
