"""``cinetag evaluate``: how right the results are, against a truth that people made by hand."""

from __future__ import annotations

import argparse

from cinetag_plugin.cli import evaluate_beats, evaluate_ratings, evaluate_shots, evaluate_tags

SUMMARY = "Score shots, tags and beats against the truth, and make and read rating sheets."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``evaluate``."""
    parser.epilog = "example: cinetag evaluate shots film.mp4 --truth film.tsv --json"
    subjects = parser.add_subparsers(title="what to score", metavar="WHAT", required=True)
    for subject in (evaluate_shots, evaluate_tags, evaluate_beats, evaluate_ratings):
        subject.add_to(subjects)


def run(args: argparse.Namespace) -> int:
    """Score what was asked for."""
    code: int = args.action(args)
    return code
