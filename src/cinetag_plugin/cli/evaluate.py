"""``cinetag evaluate``: how right the results are, against a truth that somebody made by hand."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cinetag_plugin.cli.given import given_analysis
from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.settings import Settings

SUMMARY = "Score shots against a truth file."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``evaluate``."""
    parser.epilog = "example: cinetag evaluate shots film.mp4 --truth film.tsv --json"
    subjects = parser.add_subparsers(title="what to score", metavar="WHAT", required=True)
    shots = subjects.add_parser("shots", help="shot boundaries of a film")
    shots.add_argument("film", type=Path, metavar=f"FILM|FILM{SUFFIX}", help="film, or an analysis of it")
    shots.add_argument(
        "--truth", type=Path, required=True, metavar="FILE.tsv", help="rows: kind, start, end, note"
    )
    shots.add_argument(
        "--tolerance", type=_frames, default=0, metavar="N", help="frames a cut may be off (default: 0)"
    )
    shots.add_argument(
        "--detector",
        default="auto",
        metavar="NAME",
        help="of a film: auto, accurate, rule, paper, or a plugin's",
    )
    shots.add_argument("--threshold", type=float, metavar="X", help="of a film: the detector's threshold")
    shots.add_argument("--json", action="store_true", help="print one JSON object")
    shots.set_defaults(action=_shots)


def run(args: argparse.Namespace) -> int:
    """Score what was asked for."""
    code: int = args.action(args)
    return code


def _shots(args: argparse.Namespace) -> int:
    from cinetag_plugin.evaluation.shots import read_truth, score_shots

    truth = read_truth(args.truth)
    settings = Settings(only=frozenset({"shots"}), detector=args.detector, threshold=args.threshold)
    scores = score_shots(given_analysis(args.film, settings), truth, tolerance=args.tolerance)
    print(json.dumps(scores.as_json()) if args.json else scores.as_text())
    return 0


def _frames(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)
