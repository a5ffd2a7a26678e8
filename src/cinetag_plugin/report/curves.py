"""How a head learnt, as SVG: figure 1 of Khan et al. (AVSS 2017), accuracy above cross-entropy."""

import math
from collections.abc import Sequence

from cinetag_plugin.report.svg import BOLDER, FAINT_INK, HAIRLINE, Drawing, fitted
from cinetag_plugin.report.words import counted, shown

Moments = Sequence[tuple[int, float, float, float, float]]
"""Step, loss of training and validation, accuracy of training and validation."""

MOST_POINTS = 1000

_TRAINING, _VALIDATION = "#b4532a", "#2a6f97"
_WIDTH, _MARGIN, _LEFT, _TOP = 760.0, 24.0, 74.0, 104.0
_PANEL, _GAP = 190.0, 52.0


def learning_curves(name: str, steps: str, kept: int, moments: Moments) -> bytes:
    """Return accuracy and cross-entropy of training and validation over steps; the kept one is marked.

    Args:
        name: of the head.
        steps: what a step is: ``epoch``, ``iteration``.
        kept: the step whose head was taken.
        moments: at least one, by rising step; values that are no numbers are left out.
    """
    title = shown(name) or "Head without a name"
    drawing = Drawing(_WIDTH, _TOP + 2 * _PANEL + _GAP + 56, f"{title}: learning curves")
    drawing.text(_MARGIN, 40, fitted(title, (_WIDTH - 2 * _MARGIN) / BOLDER, 20), size=20, bold=True)
    told = f"Training and validation over {counted(moments[-1][0], steps)}; kept: {steps} {kept}"
    drawing.text(_MARGIN, 62, told, colour=FAINT_INK)
    drawn = moments[:: -(-len(moments) // MOST_POINTS)]
    losses = [value for moment in drawn for value in moment[1:3] if math.isfinite(value)]
    top_loss = _round_up(max(losses, default=1.0))
    panels = (("accuracy", 3, 1.0), ("cross-entropy", 1, top_loss))
    for place, (what, column, top) in enumerate(panels):
        _draw_panel(drawing, _TOP + place * (_PANEL + _GAP), what, top)
        for offset, colour in enumerate((_TRAINING, _VALIDATION)):
            points = [(moment[0], moment[column + offset]) for moment in drawn]
            foot = _TOP + place * (_PANEL + _GAP) + _PANEL
            placed = [
                (_x(step, moments[-1][0]), foot - min(value, top) / top * _PANEL)
                for step, value in points
                if math.isfinite(value)
            ]
            drawing.line(placed, colour, dashed=bool(offset))
    foot = _TOP + 2 * _PANEL + _GAP
    drawing.rule(_x(kept, moments[-1][0]), _TOP, foot, FAINT_INK)
    for step in _ticks(moments[-1][0]):
        x = _x(step, moments[-1][0])
        drawing.text(x, foot + 16, str(step), size=11, anchor="middle", colour=FAINT_INK)
    _write_legend(drawing, foot + 40)
    return drawing.render()


def _draw_panel(drawing: Drawing, top: float, what: str, most: float) -> None:
    drawing.text(_MARGIN, top - 14, what, size=12, colour=FAINT_INK)
    for quarter in range(5):
        y = top + _PANEL * (1 - quarter / 4)
        drawing.rect(_LEFT, y - 0.25, _WIDTH - _MARGIN - _LEFT, 0.5, HAIRLINE)
        label = f"{most * quarter / 4:.3g}"
        drawing.text(_LEFT - 8, y + 4, label, size=11, anchor="end", colour=FAINT_INK)


def _write_legend(drawing: Drawing, baseline: float) -> None:
    for place, (word, colour) in enumerate((("training", _TRAINING), ("validation", _VALIDATION))):
        x = _LEFT + 130 * place
        drawing.line([(x, baseline - 4), (x + 26, baseline - 4)], colour, dashed=bool(place))
        drawing.text(x + 34, baseline, word, size=12)


def _x(step: int, last: int) -> float:
    return _LEFT + step / max(last, 1) * (_WIDTH - _MARGIN - _LEFT)


def _ticks(last: int) -> range:
    scale = int(_round_up(max(last, 4) / 4))
    return range(0, last + 1, max(scale, 1))


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 2.5, 5, 10, … above."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if value <= step * power)
