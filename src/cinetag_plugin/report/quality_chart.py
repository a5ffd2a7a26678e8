"""How good a tag model is, as one SVG: average precision of each tag, its probabilities, its mistakes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.svg import (
    BAND,
    BOLDER,
    FAINT_INK,
    HAIRLINE,
    INK,
    Drawing,
    box,
    darker,
    fitted,
    number,
    text_width,
)
from cinetag_plugin.report.words import counted, shown

MOST_MISTAKES = 12
"""Kinds of mistakes that are shown, the most frequent."""

_WIDTH, _MARGIN, _TOP, _ROW = 840.0, 24.0, 132.0, 22.0
_COLUMNS = 190.0
_SQUARE = 264.0
_PANEL_HEAD = 66.0
_BLUE = "#2F6FDE"
_ROSE = "#E57373"


class QualityBar(NamedTuple):
    """One tag: average precision with its interval (or None), what chance gives, what it stands on."""

    tag: str
    ap: float
    interval: tuple[float, float] | None
    chance: float
    pictures: int
    sources: int


class Confused(NamedTuple):
    """How many pictures with ``tag``, and which share of them, were taken for another."""

    tag: str
    taken_for: str
    pictures: int
    share: float


def quality_chart(
    model: str,
    subtitle: str,
    bars: Sequence[QualityBar],
    bins: Sequence[tuple[float, float, int]],
    confused: Sequence[Confused],
    names: Names,
) -> bytes:
    """Return the picture.

    Args:
        model: its name.
        subtitle: what it was scored on, one line.
        bars: in the order of the rows.
        bins: mean probability, how often the tag holds, and how many pairs of picture and tag.
        confused: the most frequent mistakes first; :data:`MOST_MISTAKES` of them are shown.
        names: gives tags their names and the groups that colour their bars.
    """
    foot = _TOP + _ROW * len(bars)
    drawing = Drawing(_WIDTH, foot + _PANEL_HEAD + _SQUARE + 64, f"{shown(model)}: {subtitle}")
    room = _WIDTH - 2 * _MARGIN
    drawing.text(_MARGIN, 40, fitted(shown(model), room / BOLDER, 20), size=20, bold=True)
    drawing.text(_MARGIN, 62, fitted(shown(subtitle), room, 13), colour=FAINT_INK)
    _draw_precisions(drawing, bars, names)
    _draw_reliability(drawing, foot + _PANEL_HEAD, bins)
    _draw_mistakes(drawing, foot + _PANEL_HEAD, confused, names)
    return drawing.render()


def _heading(drawing: Drawing, x: float, y: float, head: str, words: str) -> None:
    drawing.text(x, y, head, size=14, bold=True)
    drawing.text(x, y + 16, words, size=11, colour=FAINT_INK)


def _draw_precisions(drawing: Drawing, bars: Sequence[QualityBar], names: Names) -> None:
    legend = "line: 95 % interval over sources; tick: an order that knows nothing"
    _heading(drawing, _MARGIN, 88, "Average precision", legend)
    labels = [shown(names.tag_name(bar.tag)) for bar in bars]
    widest = min(200.0, max((text_width(label, 13) for label in labels), default=0.0))
    left, right = _MARGIN + widest + 14, _WIDTH - _MARGIN - _COLUMNS
    foot = _TOP + _ROW * len(bars)
    for place in range(1, len(bars), 2):
        drawing.rect(_MARGIN - 8, _TOP + _ROW * place, _WIDTH - 2 * _MARGIN + 16, _ROW, BAND)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + share * (right - left)
        drawing.rule(x, _TOP - 6, foot)
        drawing.text(x, _TOP - 10, f"{share:g}", size=11, anchor="middle", colour=FAINT_INK)
    columns = (right + 56, right + 124, _WIDTH - _MARGIN)
    for x, head in zip(columns, ("AP", "pictures", "sources"), strict=True):
        drawing.text(x, _TOP - 10, head, size=11, anchor="end", colour=FAINT_INK)
    for place, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        baseline = _TOP + _ROW * place + _ROW / 2 + 4.5
        drawing.text(left - 10, baseline, fitted(label, widest, 13), anchor="end")
        _draw_bar(drawing, bar, left, right, _TOP + _ROW * place, names)
        for x, cell in zip(columns, (f"{bar.ap:.2f}", f"{bar.pictures:,}", f"{bar.sources:,}"), strict=True):
            drawing.text(x, baseline, cell, size=12, anchor="end")


def _draw_bar(drawing: Drawing, bar: QualityBar, left: float, right: float, top: float, names: Names) -> None:
    fill, span = colour(f"tag.{names.group(bar.tag)}", "hex"), right - left
    facts = f"average precision {bar.ap:.3f}"
    if bar.interval:
        facts += f" ({bar.interval[0]:.3f} to {bar.interval[1]:.3f})"
    name = shown(names.tag_name(bar.tag))
    drawing.rect(left, top + 5, max(1.0, bar.ap * span), 12, fill, edge=darker(fill), tip=f"{name}: {facts}")
    drawing.rect(left + bar.chance * span - 0.75, top + 2, 1.5, 18, FAINT_INK)
    if bar.interval:
        low, high = (left + end * span for end in bar.interval)
        ends = [box(low, top + 10.4, high - low, 1.2), box(low, top + 7, 1.2, 8), box(high, top + 7, 1.2, 8)]
        drawing.path(ends, INK)


def _draw_reliability(drawing: Drawing, top: float, bins: Sequence[tuple[float, float, int]]) -> None:
    left, bottom = _MARGIN + 34, top + _SQUARE
    _heading(drawing, _MARGIN, top - 30, "What its probabilities mean", "on the slanting line they are right")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = left + share * _SQUARE, bottom - share * _SQUARE
        drawing.rule(x, top, bottom)
        drawing.rect(left, y - 0.5, _SQUARE, 1, HAIRLINE)
        drawing.text(x, bottom + 16, f"{share:g}", size=11, anchor="middle", colour=FAINT_INK)
        drawing.text(left - 8, y + 4, f"{share:g}", size=11, anchor="end", colour=FAINT_INK)
    drawing.path([_stroke((left, bottom), (left + _SQUARE, top), 1.0)], FAINT_INK)
    places = [(left + p * _SQUARE, bottom - held * _SQUARE) for p, held, _ in bins]
    drawing.path([_stroke(a, b, 1.6) for a, b in pairwise(places)], _BLUE)
    for (x, y), (p, held, pairs) in zip(places, bins, strict=True):
        side = 7.0 if pairs >= 30 else 4.0
        tip = f"probability {p:.2f}: holds in {held:.2f} of {pairs:,}"
        drawing.rect(x - side / 2, y - side / 2, side, side, _BLUE, tip=tip)
    middle = left + _SQUARE / 2
    drawing.text(middle, bottom + 34, "mean probability", size=11, anchor="middle", colour=FAINT_INK)
    drawing.text(
        middle,
        bottom + 50,
        "up: how often the tag holds; small: fewer than 30",
        size=11,
        anchor="middle",
        colour=FAINT_INK,
    )


def _stroke(start: tuple[float, float], end: tuple[float, float], width: float) -> str:
    """Return the steps of a straight line as a thin four-cornered shape."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** 0.5 or 1.0
    x, y = -down / length * width / 2, across / length * width / 2
    corners = [
        (start[0] + x, start[1] + y),
        (end[0] + x, end[1] + y),
        (end[0] - x, end[1] - y),
        (start[0] - x, start[1] - y),
    ]
    return "M" + "L".join(f"{number(a)} {number(b)}" for a, b in corners) + "z"


def _draw_mistakes(drawing: Drawing, top: float, confused: Sequence[Confused], names: Names) -> None:
    left = _MARGIN + 34 + _SQUARE + 56
    right = _WIDTH - _MARGIN
    rows = confused[:MOST_MISTAKES]
    others = len(confused) - len(rows)
    words = "pictures with the first tag whose best answer is the second, which they lack"
    _heading(drawing, left, top - 30, "What is taken for what", words)
    if not rows:
        drawing.text(left, top + 20, "Nothing.", colour=INK)
        return
    middle, most = left + 214, max(row.pictures for row in rows)
    for place, row in enumerate(rows):
        y = top + _ROW * place
        said = f"{shown(names.tag_name(row.tag))} → {shown(names.tag_name(row.taken_for))}"
        drawing.text(middle - 10, y + 15, fitted(said, 204, 12), size=12, anchor="end")
        tip = f"{said}: {counted(row.pictures, 'picture')}"
        length = max(1.0, row.pictures / most * (right - middle - 96))
        drawing.rect(middle, y + 5, length, 12, _ROSE, edge=darker(_ROSE), tip=tip)
        figures = f"{row.pictures:,} ({row.share:.0%})"
        drawing.text(middle + length + 8, y + 15, figures, size=11, colour=FAINT_INK)
    if others > 0:
        y = top + _ROW * len(rows) + 15
        drawing.text(middle - 10, y, f"and {others:,} rarer kinds", size=11, anchor="end", colour=FAINT_INK)
