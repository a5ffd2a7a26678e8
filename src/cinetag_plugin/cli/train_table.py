"""What ``cinetag train`` prints at the end: how good the head is, in all and for each label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cinetag_plugin.cli.score_tables import rate, span
from cinetag_plugin.document.errors import printable

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import Card
    from cinetag_plugin.training.trial import LabelFigures, Trial

_BROADEST = 32


def lines(trial: Trial, card: Card) -> Iterator[str]:
    """Return the lines of the table, the weakest label last, and what was not trained."""
    names = {label: _cut(label, trial.tags[label]) for label in trial.tags}
    width = max(5, *map(len, names.values()))
    yield f"{'label':<{width}}  pictures  sources  tested     AP  colours  chance"
    for label, figures in sorted(trial.tags.items(), key=lambda item: _rank(item[1])):
        sources = "-" if figures.sources is None else figures.sources
        yield (
            f"{names[label]:<{width}}  {figures.pictures:>8}  {sources:>7}  {figures.tested:>6}  "
            f"{_number(figures.average_precision):>5}  {_number(figures.of_colours):>7}  "
            f"{_number(figures.of_chance):>6}"
        )
    if any(figures.sources == 1 for figures in trial.tags.values()):
        yield "* from a single source: whether the tag or the source was learnt cannot be told"
    for system, found in trial.systems.items():
        told = (f"{_spoken(what)} {_interval(values)}" for what, values in found.items())
        yield f"{system}: {', '.join(told)}"
    too_few = [label for label, reason in card.untrained.items() if reason.startswith("too few")]
    if too_few:
        yield f"too few pictures: {', '.join(map(printable, too_few))}"


def _spoken(figure: str) -> str:
    return figure.replace("_at_", "@").replace("_", " ")


def _cut(label: str, figures: LabelFigures) -> str:
    shown = printable(label)
    shown = shown if len(shown) <= _BROADEST else f"{shown[: _BROADEST - 3]}..."
    return f"{shown} *" if figures.sources == 1 else shown


def _rank(figures: LabelFigures) -> float:
    return math.inf if math.isnan(figures.average_precision) else -figures.average_precision


def _number(value: float) -> str:
    return rate(None if math.isnan(value) else value)


def _interval(values: Sequence[float]) -> str:
    figure, *ends = values
    return f"{figure:.3f}" + (f" ({span((ends[0], ends[1]))})" if ends else "")
