"""``cinetag evaluate tags``: how good a tag model is on labelled pictures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, printable
from cinetag_plugin.document.files import refuse_existing, write_whole
from cinetag_plugin.settings import DEFAULT_BEAT_MODEL, DEFAULT_TAG_MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinetag_plugin.cli.labelled_pictures import PictureModel, ScoredPictures
    from cinetag_plugin.evaluation.labelled import LabelledPicture
    from cinetag_plugin.evaluation.tag_figures import TagFigures

MOST_NAMED = 20
"""Tags that a message names."""

_TITLES = {
    "hit1": "hit@1",
    "hit3": "hit@3",
    "map": "mean average precision",
    "macro_f1": "macro F1 *",
    "micro_f1": "micro F1 *",
    "calibration_error": "expected calibration error",
}


def add_to(subjects: Any) -> None:
    """Add the sub-command."""
    tags = subjects.add_parser(
        "tags",
        help="a tag model on labelled pictures",
        epilog="example: cinetag evaluate tags pictures/MANIFEST.tsv --picture quality.svg",
    )
    add_picture_options(tags, "tags")
    tags.set_defaults(action=_tags, model=DEFAULT_TAG_MODEL)


def add_picture_options(
    parser: argparse.ArgumentParser, what: str, nargs: str | None = None, *, or_else: str = ""
) -> None:
    """Add what the evaluations of models on labelled pictures share; ``or_else`` may stand for pictures."""
    default = DEFAULT_TAG_MODEL if what == "tags" else DEFAULT_BEAT_MODEL
    parser.add_argument(
        "dataset",
        type=Path,
        nargs=nargs,
        metavar=f"FOLDER|MANIFEST.tsv{or_else and f'|{or_else}'}",
        help="a folder for each label, or a table with the columns path, tags, source_group"
        + (f"; with --events: {or_else}" if or_else else ""),
    )
    parser.add_argument(
        "--model", metavar="NAME|FILE", help=f"model card or .tflite for {what} (default: {default})"
    )
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the figures too")
    parser.add_argument("-y", dest="overwrite", action="store_true", help="overwrite an existing picture")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _tags(args: argparse.Namespace) -> int:
    from cinetag_plugin.cli.labelled_pictures import PictureModel, counted_labels

    if args.picture and not args.overwrite:
        refuse_existing(args.picture)
    model = PictureModel(args.model, "tags")
    listing = model.listing(args.dataset)
    tagged, others = _with_tags(listing.pictures, model)
    if not tagged:
        raise DocumentError(args.dataset, "no picture has a tag of the vocabulary", "check the labels")
    if others:
        say(f"{args.dataset}: left out without a tag of the vocabulary: {others} pictures")
    name = args.dataset.absolute().name
    scored = model.scored(tagged, name)
    figures = _figures(args.dataset, model, scored)
    untrained = counted_labels(scored.pictures, model.slug, model.slugs)
    if args.picture:
        write_whole(args.picture, _drawn(name, model, figures), overwrite=args.overwrite)
    if args.json:
        left_out = {"rows": len(listing.faults), "untagged": others, "broken": scored.broken}
        facts = {"model": model.name, "sha256": model.model.card.sha256, **figures.as_json()}
        unknown = {"untrained": [*untrained], "untrained_n": untrained}
        print(json.dumps({**facts, **unknown, "left_out": left_out}))
    else:
        _print(name, model, figures, untrained)
    return 0


def _with_tags(pictures: Sequence[LabelledPicture], model: PictureModel) -> tuple[list[LabelledPicture], int]:
    """Return the pictures of which something is said of tags, and how many others there are."""
    vocabulary = {tag.slug for tag in model.names.tags} | {*model.slugs}
    kept = [picture for picture in pictures if vocabulary & {*map(model.slug, picture.labels)}]
    return kept, len(pictures) - len(kept)


def _figures(dataset: Path, model: PictureModel, scored: ScoredPictures) -> TagFigures:
    from cinetag_plugin.evaluation.tag_figures import OperatingPoint, figures_of
    from cinetag_plugin.evaluation.tags import truth_of
    from cinetag_plugin.tags.spans import PROBABILITY_FLOOR
    from cinetag_plugin.tags.strengths import TAGS_PER_KEY_FRAME

    truth = truth_of([{*map(model.slug, picture.labels)} for picture in scored.pictures], model.slugs)
    point = OperatingPoint(TAGS_PER_KEY_FRAME, PROBABILITY_FLOOR)
    try:
        return figures_of(truth, scored.probabilities, model.slugs, scored.sources, point)
    except ValueError as fault:
        known = ", ".join(model.slugs[:MOST_NAMED])
        raise DocumentError(dataset, str(fault), f"it knows {known}") from fault


def _drawn(name: str, model: PictureModel, figures: TagFigures) -> bytes:
    from cinetag_plugin.report.quality_chart import Confused, QualityBar, quality_chart

    bars = [
        QualityBar(row.tag, row.ap, row.interval, row.chance, row.n, row.sources)
        for row in figures.rows
        if row.ap is not None
    ]
    confused = [Confused(m.tag, m.taken_for, m.count, m.share) for m in figures.mistakes]
    said = f"{name}: {_how_much(figures)}"
    return quality_chart(model.name, said, bars, figures.bins, confused, model.names)


def _how_much(figures: TagFigures) -> str:
    from cinetag_plugin.report.words import counted

    judged = f"{counted(figures.n, 'picture')} of {counted(figures.sources, 'source')}"
    return f"{judged}, {figures.tagged:,} with a tag that the model knows"


def _print(name: str, model: PictureModel, figures: TagFigures, untrained: dict[str, int]) -> None:
    from cinetag_plugin.cli.score_tables import aligned, listed, rate, span

    print(printable(f"{model.name} on {name}: {_how_much(figures)}"), end="\n\n")
    whole = [
        [title, rate(figures.overall[key]), span(figures.intervals[key]), rate(figures.majority.get(key))]
        for key, title in _TITLES.items()
    ]
    print(aligned([["", "", "95 % interval", "majority"], *whole]), end="\n\n")
    heads = ["tag", "pictures", "sources", "AP", "95 % interval", "precision *", "recall *", "F1 *"]
    rows = [
        [
            *(model.names.tag_name(row.tag), f"{row.n:,}", f"{row.sources:,}", rate(row.ap)),
            *(span(row.interval), rate(row.precision), rate(row.recall), rate(row.f1)),
        ]
        for row in figures.rows
    ]
    print(aligned([heads, *rows]), end="\n\n")
    point = figures.point
    print(
        f"* a tag counts as given among the best {point.best} of a picture with a probability of "
        f"{point.probability} or more: where analyze makes a marker"
    )
    if untrained:
        spoken = ((model.names.tag_name(tag), n) for tag, n in untrained.items())
        print(f"untrained, in no figure: {listed(spoken)}")
