"""``cinetag frames``: key frames as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.given import film_of, given_analysis, is_analysis
from cinetag_plugin.cli.key_frame_options import add_key_frame_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder
from cinetag_plugin.document.errors import MediaError, UsageError
from cinetag_plugin.document.files import SUFFIX, refuse_existing, write_whole
from cinetag_plugin.document.records import Analysis, KeyFrame
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe

SUMMARY = "Write the key frames of a film as pictures."

_ENDINGS = {"jpeg": "jpg", "png": "png"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``frames``."""
    parser.epilog = "example: cinetag frames film.mp4 -o frames"
    parser.add_argument("film", type=Path, metavar=f"FILM|FILM{SUFFIX}", help="film, or an analysis of it")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="folder for the pictures"
    )
    add_key_frame_options(parser)
    parser.add_argument("--format", choices=tuple(_ENDINGS), default="jpeg", help="kind of pictures")
    parser.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing pictures")
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def run(args: argparse.Namespace) -> int:
    """Find the key frames, or take them from an analysis, and write each as a picture."""
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.probe import probe

    ffmpeg = find_ffmpeg(args.ffmpeg)
    analysis = given_analysis(args.film, _settings(args))
    paths = {key.frame: _path(args, analysis, key) for key in analysis.key_frames}
    if not args.overwrite:
        for path in paths.values():
            refuse_existing(path)
    film = film_of(args.film, analysis.film)
    facts = probe(film, ffmpeg, stream=analysis.film.stream, rate=analysis.film.rate)
    make_folder(args.output)
    _write(args, facts, ffmpeg, paths)
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


def _write(args: argparse.Namespace, facts: Probe, ffmpeg: Ffmpeg, paths: dict[int, Path]) -> None:
    from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
    from cinetag_plugin.media.pictures import encoded, rgb_of

    left = dict(paths)
    with FramePipe(facts, ffmpeg, short_side=WHOLE_SIZE, samples=False) as pipe:
        for frame in pipe:
            if frame.index in left:
                picture = encoded(rgb_of(frame), args.format)
                write_whole(left.pop(frame.index), picture, overwrite=args.overwrite)
            if not left:
                return
    raise MediaError(facts.source.path, f"ended before frame {min(left)}", "analyse it again")
