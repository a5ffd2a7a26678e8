"""``cinetag evaluate beats``: how right beats are, of a model on pictures, a matrix, or events of films."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinetag_plugin.cli.evaluate_tags import add_manifest_options
from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, ModelError, UsageError, printable
from cinetag_plugin.document.files import SUFFIX, refuse_existing, write_whole

if TYPE_CHECKING:
    from cinetag_plugin.cli.labelled_pictures import PictureModel
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.evaluation.beats import Confusion
    from cinetag_plugin.evaluation.manifest import Row


def add_to(subjects: Any) -> None:
    """Add the sub-command."""
    beats = subjects.add_parser(
        "beats",
        help="a beat model on labelled pictures, a confusion matrix, or the beat events of films",
        epilog="example: cinetag evaluate beats --confusion matrix.json --picture matrix.svg",
    )
    add_manifest_options(beats, "beats", nargs="*", or_else=f"FILM{SUFFIX}")
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
    if len(args.manifest) + (args.confusion is not None) != 1:
        raise UsageError("evaluate beats", "takes a manifest or a matrix", "name MANIFEST.tsv or --confusion")
    if args.confusion and args.model:
        raise UsageError("--model", "has nothing to do where a matrix is given", "leave one of them out")
    if args.picture and not args.overwrite:
        refuse_existing(args.picture)
    judged = _given(args.confusion) if args.confusion else _asked(args.manifest[0], args.model)
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


def _asked(manifest: Path, wanted: str | None) -> _Judged:
    """Ask a model for the category of every picture that has one which the model knows.

    Raises:
        ModelError: no model is named (none comes with cinetag), or it cannot be used.
        DocumentError: no picture can be used.
    """
    from cinetag_plugin.cli.labelled_pictures import PictureModel, counted_labels
    from cinetag_plugin.evaluation.beats import confusion_of, intervals
    from cinetag_plugin.report.words import counted

    if not wanted:
        fault = "no beat model is named, and none comes with cinetag"
        raise ModelError("beats", fault, "name one with --model")
    model = PictureModel(wanted, "beats")
    table = model.manifest(manifest)
    category = _categories(manifest, model, table.rows)
    scored = model.scored([row for row in table.rows if row.line in category], manifest.name)
    true = [category[row.line] for row in scored.rows]
    answered = [int(best) for best in scored.probabilities.argmax(axis=1)]
    untrained = counted_labels(table.rows, model.slug, model.slugs)
    others = len(table.rows) - len(category)
    facts = {
        "model": model.name,
        "sha256": model.model.card.sha256,
        "sources": len(set(scored.sources)),
        "intervals": intervals(model.slugs, true, answered, scored.sources),
        "untrained": [*untrained],
        "untrained_n": untrained,
        "left_out": {"rows": len(table.faults), "unlabelled": others, "broken": scored.broken},
    }
    judged = f"{counted(len(true), 'picture')} of {counted(len(set(scored.sources)), 'source')}"
    confusion = confusion_of(model.slugs, true, answered)
    return _Judged(confusion, model.name, f"{manifest.name}: {judged}", model.names, facts)


def _categories(manifest: Path, model: PictureModel, rows: Sequence[Row]) -> dict[int, int]:
    """Return, by line, the place of each picture's category; pictures without exactly one are left out.

    Raises:
        DocumentError: no picture has one.
    """
    place = {slug: number for number, slug in enumerate(model.slugs)}
    known = {row.line: {*map(model.slug, row.labels)} & place.keys() for row in rows}
    usable = {line: place[found.pop()] for line, found in known.items() if len(found) == 1}
    others = len(rows) - len(usable)
    if others:
        say(f"{manifest}: left out without exactly one category of the model: {others} pictures")
    if not usable:
        raise DocumentError(manifest, "no picture has a category that the model knows", "see its card")
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
    from cinetag_plugin.cli.score_tables import aligned, rate

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
        parts.append(printable(f"not of the model, in no figure: {_listed(untrained)}"))
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


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{label} {n:,}" for label, n in counts.items())
