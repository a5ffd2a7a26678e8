"""The options of ``cinetag analyze``, and the settings that they make."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.cli.format_options import add_format_options
from cinetag_plugin.cli.key_frame_options import add_key_frame_options
from cinetag_plugin.document.checks import HIGHEST_RATE, LOWEST_RATE
from cinetag_plugin.document.contracts import ENTROPY_THRESHOLD
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.settings import DEFAULT_BEAT_MODEL, DEFAULT_GROUPING, DEFAULT_TAG_MODEL, STAGES, Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every option and argument to the parser of ``analyze``."""
    _add_inputs_and_outputs(parser)
    analysis = parser.add_argument_group("analysis")
    add_shot_options(analysis)
    add_label_options(analysis)
    _add_film_options(analysis)
    add_format_options(parser)
    _add_habits(parser)


def settings_of(args: argparse.Namespace) -> Settings:
    """Turn parsed options into settings.

    Raises:
        UsageError: a value out of its range.
    """
    return Settings(
        only=frozenset(args.only or STAGES),
        detector=args.detector,
        threshold=args.threshold,
        cut_list=args.shots,
        key_frames=args.key_frames,
        sampling=args.sampling,
        entropy=args.entropy,
        entropy_share=args.entropy_share,
        tag_model=args.tag_model,
        beat_model=args.beat_model,
        split_model=args.split_model,
        evidence=args.evidence,
        subtitles=args.subtitles,
        grouping=args.grouping,
        delegate=args.delegate,
        threads=args.threads,
        min_strength=args.min_strength,
        top=args.top,
        refine=args.refine,
        weighting=args.weighting,
        start=args.start,
        end=args.end,
        stream=args.stream,
        rate=args.rate,
        start_timecode=args.start_tc,
        ffmpeg=args.ffmpeg,
        plugins=not args.no_plugins,
        strict=args.strict,
    )


def _add_inputs_and_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "films", nargs="+", metavar="FILM", help="film, folder of films, DCP or IMF package, or img.%%04d.png"
    )
    parser.add_argument(
        "-o", "--output", type=path_option, metavar="DIR", help="folder for the results (default: .)"
    )
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="FORMAT,...",
        help="formats besides json and otio, or all",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the analysis on stdout, one line a film; without -o and --to no files are written",
    )


def add_shot_options(group: argparse._ArgumentGroup) -> None:
    """Add what says how shots and key frames are found."""
    group.add_argument("--only", action="append", choices=STAGES, help="find only this (may be repeated)")
    group.add_argument(
        "--detector", default="auto", metavar="NAME", help="auto, accurate, fast, rule, paper, or a plugin's"
    )
    group.add_argument(
        "--threshold", type=_above_zero, metavar="X", help="the detector's threshold; higher finds fewer cuts"
    )
    group.add_argument(
        "--shots",
        type=path_option,
        metavar="FILE",
        help="cut list to use instead of a detector: EDL, OTIO or CSV of frames",
    )
    add_key_frame_options(group)


def add_label_options(group: argparse._ArgumentGroup) -> None:
    """Add what says how key frames are labelled, and what becomes of the labels."""
    group.add_argument(
        "--entropy",
        type=_number,
        default=ENTROPY_THRESHOLD,
        metavar="BITS",
        help=f"label key frames above this entropy (default: {ENTROPY_THRESHOLD:.2f})",
    )
    group.add_argument(
        "--entropy-share", type=float, metavar="X", help="the same threshold as a share (0 to 1) of 24 bits"
    )
    group.add_argument(
        "--tag-model", default=DEFAULT_TAG_MODEL, metavar="NAME|FILE", help="model card or .tflite for tags"
    )
    group.add_argument(
        "--delegate", default="auto", metavar="auto|gpu|cpu|PATH", help="what the model runs on"
    )
    _add_beat_options(group)
    group.add_argument("--threads", type=_whole, metavar="N", help="threads for decoding and the model")
    group.add_argument(
        "--min-strength",
        type=_number,
        default=0.0,
        metavar="X",
        help="leave out tags of less relative strength (0 to 1)",
    )
    group.add_argument("--top", type=_whole, metavar="N", help="keep the N strongest tags")
    group.add_argument(
        "--refine",
        choices=("none", "correlation"),
        default="none",
        help="refine tags by how they go together, where the model's card knows it",
    )
    group.add_argument(
        "--weighting", choices=("paper", "log"), default="paper", help="how tag strength is counted"
    )


def _add_beat_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--beat-model",
        default=DEFAULT_BEAT_MODEL,
        metavar="NAME|FILE",
        help=f"model card or .tflite for beats (default: {DEFAULT_BEAT_MODEL}); '' for none",
    )
    group.add_argument(
        "--split-model",
        default="",
        metavar="NAME|FILE",
        help="second beat model, which splits what the first one merges (whose argument, whose victory)",
    )
    group.add_argument(
        "--evidence",
        default="",
        metavar="NAME,...",
        help="measure shots by sound, faces, subtitles, motion; beats lean on all but faces",
    )
    group.add_argument(
        "--subtitles",
        type=path_option,
        metavar="FILE",
        help="subtitles of the film: .srt, .vtt, .ass or .ssa (default: beside the film or in it)",
    )
    group.add_argument(
        "--grouping",
        default=DEFAULT_GROUPING,
        metavar="NAME",
        help=f"how shots become beats: {DEFAULT_GROUPING} (default), viterbi, paper, centred, or a plugin's",
    )


def _add_film_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--start", metavar="TC|S", help="begin here: timecode or seconds")
    group.add_argument("--end", metavar="TC|S", help="end before this: timecode or seconds")
    group.add_argument(
        "--stream", type=_whole, metavar="N", help="index of the video stream (see cinetag info FILM)"
    )
    group.add_argument("--rate", type=rate_option, metavar="N/D", help="frames a second of an image sequence")
    group.add_argument("--start-tc", metavar="TC", help="timecode of the first frame")
    group.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def _add_habits(parser: argparse.ArgumentParser) -> None:
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing results")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    add_volume_options(
        parser,
        loud="say what decodes, what finds the shots and how fast; show the traceback of a fault of ours",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with an analysis that was interrupted (its .cinetag.part lies beside the results)",
    )
    parser.add_argument("--no-plugins", action="store_true", help="load only what comes with cinetag")
    parser.add_argument("--strict", action="store_true", help="end the run when a plugin fails")


def add_volume_options(parser: argparse.ArgumentParser, *, loud: str) -> None:
    """Add how much is said, to people and to programs; ``loud`` is the help of ``-v``."""
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help=loud,
    )
    volume.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")
    parser.add_argument(
        "--progress",
        metavar="URL|-",
        help="write progress as ffmpeg does, in the keys frame, fps, progress, to stdout (-), pipe:N, "
        "file:PATH or a path",
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def _above_zero(text: str) -> float:
    value = _number(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def path_option(text: str) -> Path:
    """Read a path that is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("is an empty name")
    return Path(text)


def rate_option(text: str) -> Fraction:
    """Read frames a second, of a rate that analyses may have."""
    try:
        rate = parsed_rate(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate from {LOWEST_RATE} to {HIGHEST_RATE}")
    return rate
