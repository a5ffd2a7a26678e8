"""``cinetag frames``: key frames as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.outputs import make_folder
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.files import SUFFIX, read_analysis, refuse_existing, write_whole
from cinetag_plugin.document.records import Analysis, KeyFrame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUMMARY = "Write the key frames of a film as pictures."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``frames``."""
    parser.epilog = "example: cinetag frames film.mp4 -o frames"
    parser.add_argument("film", type=Path, metavar=f"FILM|FILM{SUFFIX}")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--format", choices=("jpeg", "png"), default="jpeg")
    parser.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing pictures")
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def run(args: argparse.Namespace) -> int:
    """Find the key frames, or take them from an analysis, and write each as a picture."""
    make_folder(args.output)
    written = _from_analysis(args) if args.film.name.endswith(SUFFIX) else _from_film(args)
    say(f"wrote {written} pictures to {args.output}")
    return 0


def _from_film(args: argparse.Namespace) -> int:
    from cinetag_plugin.pipeline import analyze
    from cinetag_plugin.settings import Settings

    settings = Settings(only=frozenset({"shots"}), ffmpeg=args.ffmpeg)
    return _write(args, args.film, analyze(args.film, settings))


def _from_analysis(args: argparse.Namespace) -> int:
    analysis = read_analysis(args.film)
    return _write(args, _located(Path(analysis.film.path), args.film.parent), analysis)


def _located(film: Path, folder: Path) -> Path:
    beside = folder / film.name
    for place in (film, beside):
        if place.exists():
            return place
    raise MediaError(film, "is not where the analysis says", f"put the film beside it, at {beside}")


def _write(args: argparse.Namespace, film: Path, analysis: Analysis) -> int:
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
    from cinetag_plugin.media.pictures import rgb_of
    from cinetag_plugin.media.probe import probe

    wanted = {key.frame: key for key in analysis.key_frames}
    paths = {frame: _path(args, analysis, key) for frame, key in wanted.items()}
    if not args.overwrite:
        for path in paths.values():
            refuse_existing(path)
    ffmpeg = find_ffmpeg(args.ffmpeg)
    with FramePipe(probe(film, ffmpeg), ffmpeg, short_side=WHOLE_SIZE) as pipe:
        for frame in pipe:
            if frame.index in paths:
                _write_picture(args, paths.pop(frame.index), rgb_of(frame))
    if paths:
        raise MediaError(film, f"ended before frame {min(paths)}", "analyse it again")
    return len(wanted)


def _path(args: argparse.Namespace, analysis: Analysis, key: KeyFrame) -> Path:
    digits = max(3, len(str(len(analysis.shots))))
    suffix = "jpg" if args.format == "jpeg" else "png"
    name = f"{analysis.film.name}.shot{key.shot + 1:0{digits}}.frame{key.frame}.{suffix}"
    folder: Path = args.output
    return folder / name


def _write_picture(args: argparse.Namespace, path: Path, picture: NDArray[np.uint8]) -> None:
    from cinetag_plugin.media.pictures import encoded

    write_whole(path, encoded(picture, args.format), overwrite=args.overwrite)
