"""``cinetag evaluate beats --events``: beat events of analyses against what people say of the films."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinetag_plugin.cli.given import is_analysis
from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.document.files import SUFFIX, read_analysis

if TYPE_CHECKING:
    from cinetag_plugin.document.records import Analysis
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.evaluation.beat_events import EventScores
    from cinetag_plugin.evaluation.beat_truth import BeatSpan


@dataclass(frozen=True, slots=True)
class _Film:
    """An analysis and what people say of the film."""

    path: Path
    analysis: Analysis
    events: tuple[BeatSpan, ...]
    shots: tuple[BeatSpan, ...] | None


def score(args: argparse.Namespace) -> int:
    """Score the analyses that ``args.dataset`` names against ``args.events``, a file or a folder.

    Raises:
        UsageError: no analysis is named, or several for one truth.
        DocumentError: an analysis or a truth cannot be read, or belongs to another film.
    """
    from cinetag_plugin.evaluation.beat_events import EventScores, comparable, labels_of, score_film
    from cinetag_plugin.hooks.manager import Plugins

    names = Plugins(warn=say).names()
    films = [_read(path, _truth_of(path, args), names) for path in _analyses(args)]
    labels = {span.category for film in films for span in (*film.events, *(film.shots or ()))}
    level = comparable(names, labels.union(*(labels_of(film.analysis) for film in films)))
    scores = {film.path: score_film(film.analysis, film.events, film.shots, level) for film in films}
    whole = sum(scores.values(), EventScores({}))
    if args.json:
        each = [{"film": film.analysis.film.name, **scores[film.path].as_json()} for film in films]
        print(json.dumps({**whole.as_json(), "films": each}))
    else:
        print(_text(whole, scores, names))
    return 0


def _analyses(args: argparse.Namespace) -> list[Path]:
    paths = list(dict.fromkeys(args.dataset))
    if not paths:
        raise UsageError("--events", "has no analysis to score", f"name FILM{SUFFIX}")
    for path in paths:
        if not is_analysis(path):
            remedy = f"run cinetag analyze first and name FILM{SUFFIX}"
            raise UsageError(path, "is no analysis", remedy)
    if len(paths) > 1 and not args.events.is_dir():
        raise UsageError("--events", "is one truth for several films", "name a folder of FILM.events.tsv")
    return paths


def _truth_of(path: Path, args: argparse.Namespace) -> Path:
    from cinetag_plugin.evaluation.beat_truth import EVENTS_SUFFIX

    truth: Path = args.events
    return truth / f"{path.name.removesuffix(SUFFIX)}{EVENTS_SUFFIX}" if truth.is_dir() else truth


def _read(path: Path, truth: Path, names: Names) -> _Film:
    from cinetag_plugin.evaluation.beat_truth import EVENTS_SUFFIX, SHOTS_SUFFIX, read_spans

    analysis = read_analysis(path)
    events = read_spans(truth, "events", names)
    table = truth.with_name(truth.name.removesuffix(EVENTS_SUFFIX) + SHOTS_SUFFIX)
    shots = read_spans(table, "shots", names) if table != truth and table.is_file() else None
    frames = analysis.film.frames
    if any(span.end > frames for span in (*events, *(shots or ()))):
        remedy = "see that it is the truth of this film"
        raise DocumentError(truth, f"goes on after the {frames} frames of {path.name}", remedy)
    return _Film(path, analysis, events, shots)


def _text(whole: EventScores, films: Mapping[Path, EventScores], names: Names) -> str:
    from cinetag_plugin.cli.score_tables import aligned, rate

    head = ["true", "found", "right", "precision", "recall", "F"]

    def row(name: str, scores: Any) -> list[str]:
        figures = (rate(scores.precision), rate(scores.recall), rate(scores.f1))
        return [name, f"{scores.true:,}", f"{scores.found:,}", f"{scores.matched:,}", *figures]

    rows = [row(names.category_name(label), counts) for label, counts in whole.counts.items()]
    parts = []
    if len(films) > 1:
        each = (row(path.name.removesuffix(SUFFIX), scores.together) for path, scores in films.items())
        parts.append(aligned([["film", *head], *each]))
    parts.append(aligned([["category", *head], *rows, row("together", whole.together)]))
    parts.append("\n".join([f"mean F of the categories: {rate(whole.mean_f)}", *_left_out(whole)]))
    if whole.shots is not None:
        parts.append("\n".join(_shots(whole)))
    return "\n\n".join(parts)


def _left_out(whole: EventScores) -> Iterator[str]:
    from cinetag_plugin.report.words import counted

    yield "an event is right where it overlaps a true one of its category by half or more, each once"
    if whole.difficult:
        yield f"left out because a viewer would not decide: {counted(whole.difficult, 'true event')}"
    if whole.unjudged:
        yield f"left out because they lie there: {counted(whole.unjudged, 'event')} found"


def _shots(whole: EventScores) -> Iterator[str]:
    from cinetag_plugin.cli.score_tables import rate
    from cinetag_plugin.report.words import counted

    shots, confusion = whole.shots or (), whole.confusion
    said = "" if confusion is None else f", accuracy {rate(confusion.accuracy)}"
    yield f"{counted(len(shots), 'shot')} with a category{said} (left out: {whole.shots_left_out:,})"
    if confusion is not None:
        yield f"always the commonest category: {rate(confusion.majority)}"
        yield f"without an answer: {sum(shot.said is None for shot in shots):,}"
        yield f"by the event that most of the shot lies in: accuracy {rate(whole.grouped_accuracy)}"
