"""``cinetag evaluate sheet`` and ``ratings``: what volunteers are asked, and what their answers come to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, UsageError, printable
from cinetag_plugin.document.files import SUFFIX, read_analysis, refuse_existing, write_whole

if TYPE_CHECKING:
    from cinetag_plugin.document.records import Analysis
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.evaluation.opinion import Agreement, Opinion
    from cinetag_plugin.evaluation.sheets import Answers, OwnTags, Rating

T = TypeVar("T", "Rating", "OwnTags")

_ASKED = {"tags": "each tag rated", "list": "the whole list rated"}


def add_to(subjects: Any) -> None:
    """Add both sub-commands."""
    sheet = subjects.add_parser(
        "sheet",
        help="write a sheet in which volunteers rate the tags of films, or name their own",
        epilog=f"example: cinetag evaluate sheet film{SUFFIX} -o sheet.csv",
    )
    sheet.add_argument("analyses", type=Path, nargs="+", metavar=f"FILM{SUFFIX}", help="analyses with tags")
    sheet.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.csv", help="the sheet")
    sheet.add_argument(
        "--ask",
        choices=("tags", "list", "own"),
        default="tags",
        help="for a grade of each tag, a grade of a film's whole list, or the volunteer's own tags",
    )
    sheet.add_argument("--seed", type=int, default=0, metavar="N", help="of the order of films and tags")
    sheet.add_argument("-y", dest="overwrite", action="store_true", help="overwrite an existing sheet")
    sheet.set_defaults(action=_sheet)
    ratings = subjects.add_parser(
        "ratings",
        help="read filled sheets: opinion scores, and precision, recall and F1 of the tags",
        epilog=f"example: cinetag evaluate ratings anna.csv ben.csv --against film{SUFFIX}",
    )
    ratings.add_argument(
        "answers", type=Path, nargs="+", metavar="ANSWERS.csv", help="one volunteer's sheet each"
    )
    ratings.add_argument(
        "--against",
        type=Path,
        nargs="+",
        default=[],
        metavar=f"FILM{SUFFIX}",
        help="analyses whose tags are compared with the volunteers' own",
    )
    ratings.add_argument("--json", action="store_true", help="print one JSON object")
    ratings.set_defaults(action=_ratings)


def _sheet(args: argparse.Namespace) -> int:
    from cinetag_plugin.evaluation.sheets import sheet
    from cinetag_plugin.report.words import counted

    if not args.overwrite:
        refuse_existing(args.output)
    films = _films(args.analyses)
    for analysis in films.values():
        if not analysis.tags and args.ask != "own":
            say(f"{analysis.film.name}: has no tags, so nothing is asked of it")
    if args.ask != "own" and not any(analysis.tags for analysis in films.values()):
        raise DocumentError(args.analyses[0], "has no tags to rate", "analyse it with a tag model")
    content = sheet(list(films.values()), args.ask, _names(), seed=args.seed)
    write_whole(args.output, content, overwrite=args.overwrite)
    rows = content.count(b"\r\n") - 1
    say(f"sheet written to {args.output}: {counted(rows, 'row')}")
    return 0


def _films(paths: Sequence[Path]) -> dict[str, Analysis]:
    """Read analyses by the name that sheets know their films by.

    Raises:
        DocumentError: one cannot be read, or two films have one name.
    """
    from cinetag_plugin.evaluation.sheets import film_key

    films: dict[str, Analysis] = {}
    for path in paths:
        analysis = read_analysis(path)
        name = film_key(analysis.film.name)
        if not name or name in films:
            fault = f"another film is called {name} too" if name else "its film has no name"
            raise DocumentError(path, fault, "give each film a name of its own, and analyse it again")
        films[name] = analysis
    return films


def _names() -> Names:
    from cinetag_plugin.hooks.manager import Plugins

    return Plugins(warn=say).names()


def _ratings(args: argparse.Namespace) -> int:
    from cinetag_plugin.evaluation.opinion import agreement, opinion
    from cinetag_plugin.evaluation.sheets import read_answers

    names, films = _names(), _films(args.against)
    answers = read_answers(args.answers, names)
    if not answers.ratings and not answers.own:
        raise DocumentError(args.answers[0], "holds no answers", "fill the last column")
    _refuse_unknown(args, answers, films)
    extracted = {name: frozenset(tag.tag for tag in film.tags) for name, film in films.items()}
    _tell_of_unknown(answers, names, extracted)
    graded = {
        "tags": [rating for rating in answers.ratings if rating.tag],
        "list": [rating for rating in answers.ratings if not rating.tag],
    }
    opinions = {kind: _by_film(rows, opinion) for kind, rows in graded.items() if rows}
    agreed = _by_film(answers.own, lambda rows: agreement(rows, extracted)) if answers.own else None
    if args.json:
        mos = {kind: _as_json(*figures) for kind, figures in opinions.items()}
        print(json.dumps({"opinion": mos, "equation7": _as_json(*agreed) if agreed else None}))
    else:
        parts = [_opinion_text(_ASKED[kind], *figures) for kind, figures in opinions.items()]
        print("\n\n".join(parts + ([_agreement_text(*agreed)] if agreed else [])))
    return 0


def _refuse_unknown(args: argparse.Namespace, answers: Answers, films: dict[str, Analysis]) -> None:
    """Refuse own tags that no analysis can be compared with."""
    if answers.own and not films:
        fault = "is missing, and volunteers named tags of their own"
        raise UsageError("--against", fault, "name the analyses of the films")
    for answer in answers.own:
        if answer.film not in films:
            fault = f"{answer.volunteer} names tags of {answer.film}, which no analysis is of"
            raise DocumentError(args.answers[0], fault, f"known are {', '.join(films)}")


def _tell_of_unknown(answers: Answers, names: Names, extracted: dict[str, frozenset[str]]) -> None:
    known = {tag.slug for tag in names.tags}.union(*extracted.values())
    unknown = sorted({tag for answer in answers.own for tag in answer.tags} - known)
    if unknown:
        say(f"not in the vocabulary, so never right: {', '.join(unknown)}")


Figures = TypeVar("Figures", "Opinion", "Agreement")


def _by_film(rows: list[T], figure: Callable[[list[T]], Figures]) -> tuple[Figures, dict[str, Figures]]:
    """Return the figure of all rows, and that of each film, by name."""
    films = sorted({row.film for row in rows})
    return figure(rows), {film: figure([row for row in rows if row.film == film]) for film in films}


def _as_json(whole: Opinion | Agreement, films: dict[str, Any]) -> dict[str, Any]:
    return {**whole.as_json(), "per_film": {film: figure.as_json() for film, figure in films.items()}}


def _opinion_text(asked: str, whole: Opinion, films: dict[str, Opinion]) -> str:
    from cinetag_plugin.cli.score_tables import aligned, span

    def row(name: str, score: Opinion) -> list[str]:
        figures = [f"{score.mean:.2f}", span(score.interval, 2), f"{score.percent:.1f}"]
        return [name, *figures, f"{score.ratings:,}", f"{score.volunteers:,}"]

    heads = ["film", "MOS", "95 % interval", "% of 5", "ratings", "volunteers"]
    rows = [heads, *(row(film, score) for film, score in films.items()), row("all", whole)]
    return f"Mean opinion score, {asked}\n{aligned(rows)}"


def _agreement_text(whole: Agreement, films: dict[str, Agreement]) -> str:
    from cinetag_plugin.cli.score_tables import aligned, rate, span

    def row(name: str, found: Agreement) -> list[str]:
        figures = [rate(found.precision), rate(found.recall), rate(found.f1)]
        return [name, *figures, f"{found.volunteers:,}"]

    heads = ["film", "precision", "recall", "F1", "volunteers"]
    rows = [heads, *(row(film, found) for film, found in films.items()), row("all", whole)]
    ends = ", ".join(f"{name} {span(interval)}" for name, interval in whole.intervals.items())
    told = f"95 % intervals: {ends}" if whole.volunteers > 1 else "one volunteer: no intervals"
    return f"Extracted tags and the volunteers' own (equation 7)\n{aligned(rows)}\n{printable(told)}"
