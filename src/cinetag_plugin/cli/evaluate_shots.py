"""``cinetag evaluate shots``: shot boundaries of a film against a truth file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from cinetag_plugin.cli.given import given_analysis
from cinetag_plugin.cli.whole_numbers import whole
from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.settings import Settings


def add_to(subjects: Any) -> None:
    """Add the sub-command."""
    shots = subjects.add_parser("shots", help="shot boundaries of a film")
    shots.add_argument("film", type=Path, metavar=f"FILM|FILM{SUFFIX}", help="film, or an analysis of it")
    shots.add_argument(
        "--truth", type=Path, required=True, metavar="FILE.tsv", help="rows: kind, start, end, note"
    )
    shots.add_argument(
        "--tolerance", type=whole, default=0, metavar="N", help="frames a cut may be off (default: 0)"
    )
    shots.add_argument(
        "--detector",
        default="auto",
        metavar="NAME",
        help="of a film: auto, accurate, fast, rule, paper, or a plugin's",
    )
    shots.add_argument("--threshold", type=float, metavar="X", help="of a film: the detector's threshold")
    shots.add_argument("--json", action="store_true", help="print one JSON object")
    shots.set_defaults(action=_shots)


def _shots(args: argparse.Namespace) -> int:
    from cinetag_plugin.evaluation.shots import read_truth, score_shots

    truth = read_truth(args.truth)
    settings = Settings(only=frozenset({"shots"}), detector=args.detector, threshold=args.threshold)
    scores = score_shots(given_analysis(args.film, settings), truth, tolerance=args.tolerance)
    print(json.dumps(scores.as_json()) if args.json else scores.as_text())
    return 0
