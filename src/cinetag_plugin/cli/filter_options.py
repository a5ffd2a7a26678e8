"""The options of ``cinetag filter``, and the settings that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cinetag_plugin.cli.analyze_options import add_label_options, add_shot_options, path_option, rate_option
from cinetag_plugin.cli.format_options import add_format_options
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.settings import Settings

LEVELS = ("quiet", "panic", "fatal", "error", "warning", "info", "verbose", "debug", "trace")
"""FFmpeg's words for how much is said, from nothing to everything."""

_READ_BESIDE = ("sound", "subtitles")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every option to the parser of ``filter``."""
    _add_pipes(parser)
    _add_results(parser)
    analysis = parser.add_argument_group("analysis")
    add_shot_options(analysis)
    add_label_options(analysis)
    analysis.add_argument(
        "--rate", type=rate_option, metavar="N/D", help="frames a second where the stream does not tell"
    )
    analysis.add_argument(
        "--stream", type=int, metavar="N", help="index of the video stream of nut or Matroska"
    )
    analysis.add_argument("--start-tc", metavar="TC", help="timecode of the first frame")
    analysis.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")
    add_format_options(parser)
    _add_habits(parser)
    parser.set_defaults(start=None, end=None, verbose=False)  # a stream is taken whole


def refuse_what_needs_a_file(settings: Settings) -> None:
    """See that nothing is wanted that a stream, which passes once, cannot give.

    Raises:
        UsageError: something is.
    """
    remedy = "use cinetag analyze FILM"
    if settings.detector == "fast":
        raise UsageError("--detector fast", "needs the compressed film, not its frames", remedy)
    if settings.sampling == "iframes":
        raise UsageError("--sampling iframes", "needs the compressed film, not its frames", remedy)
    for name in _READ_BESIDE:
        if name in settings.evidence and settings.subtitles is None:
            raise UsageError(f"--evidence {name}", "is not carried by the frames", remedy)


class _Level(argparse.Action):
    """Keeps the level, and for the program as a whole whether it is a loud one."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        namespace.level = values
        namespace.verbose = says(str(values), "verbose")


def says(level: str, at: str) -> bool:
    """Tell whether what is said from level ``at`` on is said at ``level``."""
    return LEVELS.index(level) >= LEVELS.index(at)


def _add_pipes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("frames")
    group.add_argument(
        "-i", "--input", default="-", metavar="-|PIPE", help="where frames come from (default: -, stdin)"
    )
    group.add_argument(
        "-o", "--output", default="-", metavar="-|PIPE", help="where the same bytes go (default: -, stdout)"
    )
    group.add_argument(
        "--input-format",
        choices=("auto", "y4m", "nut", "mkv"),
        default="auto",
        help="what comes (default: auto, by its first bytes)",
    )
    group.add_argument(
        "--on-lag",
        choices=("block", "sample"),
        default="block",
        help="where the analysis is slower than the pipe: let the pipe wait, or leave frames out of the "
        "analysis (default: block)",
    )
    group.add_argument(
        "--allow-close", action="store_true", help="it is no fault that the reader of the output closes it"
    )


def _add_results(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("results")
    group.add_argument(
        "--report",
        metavar="FILE|fd:N",
        help="what is found as it is found, a JSON object a line: stream, shots, tags, beats, summary",
    )
    group.add_argument(
        "--print",
        metavar="FILE|fd:N|-",
        help="every frame's measures and cuts, as metadata=print and scdet do",
    )
    group.add_argument("--otio", type=path_option, metavar="FILE", help="timeline for OpenTimelineIO")
    group.add_argument("--analysis", type=path_option, metavar="FILE", help="analysis document")
    group.add_argument("--to", action="append", default=[], metavar="FORMAT,...", help="formats, or all")
    group.add_argument(
        "--results", type=path_option, metavar="DIR", help="folder for the files of --to (default: .)"
    )
    group.add_argument(
        "--name",
        type=path_option,
        default=Path("stdin"),
        metavar="NAME|FILM",
        help="what the film is called, or the file that timelines refer to (default: stdin)",
    )


def _add_habits(parser: argparse.ArgumentParser) -> None:
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing results")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument(
        "-v",
        dest="level",
        action=_Level,
        choices=LEVELS,
        default="info",
        help="how much is said, in FFmpeg's words",
    )
    parser.add_argument(
        "--progress",
        metavar="URL|fd:N|-",
        help="write progress as ffmpeg does to pipe:N, fd:N, file:PATH or a path; to - only where frames go "
        "elsewhere",
    )
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="end the run when a plugin fails; a stream that cannot be analysed is a fault",
    )
