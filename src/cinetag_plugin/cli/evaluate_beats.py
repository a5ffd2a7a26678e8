"""``cinetag evaluate beats``: how right beats are, of a model on pictures, a matrix, or events of films."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinetag_plugin.cli.evaluate_tags import add_picture_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, UsageError, printable
from cinetag_plugin.document.files import SUFFIX, refuse_existing, write_whole
from cinetag_plugin.settings import DEFAULT_BEAT_MODEL

if TYPE_CHECKING:
    from cinetag_plugin.cli.labelled_pictures import PictureModel
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.evaluation.beats import Confusion
    from cinetag_plugin.evaluation.labelled import LabelledPicture


def add_to(subjects: Any) -> None:
    """Add the sub-command."""
    beats = subjects.add_parser(
        "beats",
        help="a beat model on labelled pictures, a confusion matrix, or the beat events of films",
        epilog="example: cinetag evaluate beats --confusion matrix.json --picture matrix.svg",
    )
    add_picture_options(beats, "beats", nargs="*", or_else=f"FILM{SUFFIX}")
    beats.add_argument(
        "--confusion",
        type=Path,
        metavar="MATRIX.json",
        help="score this matrix instead of a model: labels, and a row of counts for each true label",
    )
    beats.add_argument(
        "--events",
        type=Path,
        metavar="TRUTH.tsv|DIR",
        help="score the beat events of analyses against this table (start, end, category), or against "
        "FILM.events.tsv in this folder; FILM.tsv beside it scores the shots too",
    )
    beats.set_defaults(action=_beats)


@dataclass(frozen=True)
class _Judged:
    """A matrix, what it is called, and what is known of where it comes from."""

    confusion: Confusion
    title: str
    subtitle: str
    names: Names
    facts: dict[str, Any] = field(default_factory=dict)


def _beats(args: argparse.Namespace) -> int:
    if args.events:
        return _events(args)
    if len(args.dataset) + (args.confusion is not None) != 1:
        raise UsageError(
            "evaluate beats", "takes pictures or a matrix", "name a folder, MANIFEST.tsv or --confusion"
        )
    if args.confusion and args.model:
        raise UsageError("--model", "has nothing to do where a matrix is given", "leave one of them out")
    if args.picture and not args.overwrite:
        refuse_existing(args.picture)
    model = args.model or DEFAULT_BEAT_MODEL
    judged = _given(args.confusion) if args.confusion else _asked(args.dataset[0], model)
    if args.picture:
        write_whole(args.picture, _drawn(judged), overwrite=args.overwrite)
    print(json.dumps({**judged.confusion.as_json(), **judged.facts}) if args.json else _text(judged))
    return 0


def _events(args: argparse.Namespace) -> int:
    from cinetag_plugin.cli.evaluate_events import score

    for option in ("model", "confusion", "picture"):
        if getattr(args, option):
            raise UsageError(f"--{option}", "has nothing to do with --events", "leave one of them out")
    return score(args)


def _given(path: Path) -> _Judged:
    from cinetag_plugin.evaluation.beats import read_confusion
    from cinetag_plugin.hooks.manager import Plugins

    confusion = read_confusion(path)
    return _Judged(confusion, path.name, f"{confusion.total:,} judged", Plugins(warn=say).names())


def _asked(dataset: Path, wanted: str) -> _Judged:
    """Ask a model for the category of every picture that has one which the model knows.

    Raises:
        ModelError: it cannot be used.
        DocumentError: no picture can be used.
    """
    from cinetag_plugin.cli.labelled_pictures import PictureModel, counted_labels
    from cinetag_plugin.evaluation.beats import confusion_of, intervals
    from cinetag_plugin.report.words import counted

    model = PictureModel(wanted, "beats")
    listing, name = model.listing(dataset), dataset.absolute().name
    category = _categories(dataset, model, listing.pictures)
    scored = model.scored([picture for picture in listing.pictures if picture.path in category], name)
    true = [category[picture.path] for picture in scored.pictures]
    answered = [int(best) for best in scored.probabilities.argmax(axis=1)]
    untrained = counted_labels(listing.pictures, model.slug, model.slugs)
    others = len(listing.pictures) - len(category)
    facts = {
        "model": model.name,
        "sha256": model.model.card.sha256,
        "sources": len(set(scored.sources)),
        "intervals": intervals(model.slugs, true, answered, scored.sources),
        "untrained": [*untrained],
        "untrained_n": untrained,
        "left_out": {"rows": len(listing.faults), "unlabelled": others, "broken": scored.broken},
    }
    judged = f"{counted(len(true), 'picture')} of {counted(len(set(scored.sources)), 'source')}"
    confusion = confusion_of(model.slugs, true, answered)
    return _Judged(confusion, model.name, f"{name}: {judged}", model.names, facts)


def _categories(dataset: Path, model: PictureModel, pictures: Sequence[LabelledPicture]) -> dict[Path, int]:
    """Return the place of each picture's category; pictures without exactly one are left out.

    Raises:
        DocumentError: no picture has one.
    """
    place = {slug: number for number, slug in enumerate(model.slugs)}
    known = {picture.path: {*map(model.slug, picture.labels)} & place.keys() for picture in pictures}
    usable = {path: place[found.pop()] for path, found in known.items() if len(found) == 1}
    others = len(pictures) - len(usable)
    if others:
        say(f"{dataset}: left out without exactly one category of the model: {others} pictures")
    if not usable:
        raise DocumentError(dataset, "no picture has a category that the model knows", "see its card")
    return usable


def _drawn(judged: _Judged) -> bytes:
    from cinetag_plugin.report.confusion_chart import confusion_chart

    confusion = judged.confusion
    figures = [(c.precision, c.recall, c.f1) for c in confusion.per_category.values()]
    accuracy = "" if confusion.accuracy is None else f", accuracy {confusion.accuracy:.3f}"
    mean = "" if confusion.mean_f is None else f", mean F {confusion.mean_f:.3f}"
    said = f"{judged.subtitle}{accuracy}{mean}"
    return confusion_chart(judged.title, said, confusion.labels, confusion.matrix, figures, judged.names)


def _text(judged: _Judged) -> str:
    from cinetag_plugin.cli.score_tables import aligned, listed, rate

    confusion, ends = judged.confusion, judged.facts.get("intervals", {})
    spoken = {label: judged.names.category_name(label) for label in confusion.labels}
    whole = [
        ["accuracy", rate(confusion.accuracy), *_ends(ends, "accuracy")],
        ["mean F", rate(confusion.mean_f), *_ends(ends, "mean_f")],
        ["mean precision", rate(confusion.mean_precision), *_ends(ends)],
        ["mean recall", rate(confusion.mean_recall), *_ends(ends)],
        ["always the commonest", rate(confusion.majority), *_ends(ends)],
    ]
    heads = [["", "", "95 % interval"]] if ends else []
    rows = [
        [spoken[label], f"{c.true:,}", f"{c.found:,}", rate(c.precision), rate(c.recall), rate(c.f1)]
        for label, c in confusion.per_category.items()
    ]
    parts = [
        printable(f"{judged.title}: {judged.subtitle}"),
        aligned([*heads, *whole]),
        aligned([["category", "true", "answered", "precision", "recall", "F"], *rows]),
        "rows: the truth; columns: what was answered\n" + _matrix(judged, spoken),
    ]
    if untrained := judged.facts.get("untrained_n"):
        parts.append(f"not of the model, in no figure: {listed(untrained.items())}")
    return "\n\n".join(parts)


def _ends(ends: dict[str, Any], figure: str = "") -> list[str]:
    """Return the cell of an interval; none where the matrix came without sources."""
    from cinetag_plugin.cli.score_tables import span

    return [span(ends.get(figure))] if ends else []


def _matrix(judged: _Judged, spoken: dict[str, str]) -> str:
    from cinetag_plugin.cli.score_tables import aligned

    short = {category.slug: category.short for category in judged.names.categories}
    heads = [short.get(label) or spoken[label][:8] for label in judged.confusion.labels]
    rows = zip(judged.confusion.labels, judged.confusion.matrix, strict=True)
    return aligned([["", *heads], *([spoken[label], *map(str, row)] for label, row in rows)])
