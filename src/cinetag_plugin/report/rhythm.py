"""A film's rhythm as SVG: its beats as a ribbon, its strongest tags, how fast it is cut, how loud it is.

The picture's size in bytes is bounded by its pixels, not by the number of events and shots.
"""

from collections.abc import Sequence

from cinetag_plugin.document.records import Analysis, Shot, TagSpan
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.chart_frame import MARGIN, draw_legend, legend_height, titled
from cinetag_plugin.report.charts import spans_by_tag
from cinetag_plugin.report.pace import column_means, smoothed_density
from cinetag_plugin.report.ribbon import beat_legend, draw_ribbon
from cinetag_plugin.report.svg import BAND, FAINT_INK, INK, Drawing, box, darker, fitted, number
from cinetag_plugin.report.timescale import TimeScale
from cinetag_plugin.report.words import analysed_seconds, counted, length_of, shown

MOST_TAGS = 8

LOUDNESS = "loudness"
"""The measure of a shot, in dBFS, that is drawn where shots have it."""

_WIDTH, _LEFT, _RIGHT = 960.0, 168.0, 896.0
_TOP, _RIBBON = 92.0, 44.0
_LANE, _LANE_BAR = 19.0, 10.0
_GAP, _PANEL = 26.0, 84.0
_COLUMN = 2.0
_FINEST = 1.5
_LEAST_WINDOW = 12.0
"""Pixels over which cuts are counted, where a minute is fewer."""

_SHARE_OF_FILM = 6
_PACE, _LOUD = "#3b5b7a", "#8a5a2b"
_WASH = "#dfe6ec"


def rhythm_chart(analysis: Analysis, names: Names) -> bytes:
    """Return the picture; a film without beats says why it has none."""
    tags = dict(list(spans_by_tag(analysis.tag_spans).items())[:MOST_TAGS])
    loud = [shot for shot in analysis.shots if LOUDNESS in shot.measures]
    lanes_top = _TOP + _RIBBON + 12
    pace_top = lanes_top + _LANE * len(tags) + _GAP
    bottom = pace_top + _PANEL + (_GAP + _PANEL if loud else 0)
    legend = beat_legend(analysis.beats, names)
    drawing = titled(analysis, _subtitle(analysis), _WIDTH, bottom + legend_height(legend, _WIDTH))
    scale = TimeScale(analysis, _LEFT, _RIGHT)
    for x, label in scale.ticks():
        drawing.rule(x, _TOP - 6, bottom)
        drawing.text(x, bottom + 15, label, size=11, anchor="middle", colour=FAINT_INK)
    _draw_beats(drawing, scale, analysis, names)
    for place, (tag, spans) in enumerate(tags.items()):
        _draw_lane(drawing, scale, lanes_top + _LANE * place, spans, shown(names.tag_name(tag)), names)
    _draw_pace(drawing, scale, pace_top, analysis)
    if loud:
        _draw_loudness(drawing, scale, pace_top + _PANEL + _GAP, loud)
    draw_legend(drawing, legend, bottom, _WIDTH)
    return drawing.render()


def _subtitle(analysis: Analysis) -> str:
    beats, shots = counted(len(analysis.beats), "beat event"), counted(len(analysis.shots), "shot")
    return f"Rhythm: {beats}, {shots} in {length_of(analysed_seconds(analysis))}"


def _label(drawing: Drawing, baseline: float, text: str, colour: str = INK) -> None:
    drawing.text(
        _LEFT - 10, baseline, fitted(text, _LEFT - MARGIN - 10, 12), size=12, anchor="end", colour=colour
    )


def _draw_beats(drawing: Drawing, scale: TimeScale, analysis: Analysis, names: Names) -> None:
    middle = _TOP + _RIBBON / 2 + 4.5
    _label(drawing, middle, "beats")
    drawing.rect(_LEFT, _TOP, _RIGHT - _LEFT, _RIBBON, BAND)
    if analysis.beats:
        draw_ribbon(drawing, scale, analysis.beats, analysis.film, names, top=_TOP, height=_RIBBON)
        return
    asked = any(use.role == "beats" for use in analysis.models)
    why = "No beat was found in this film." if asked else "No beats: no model for beats was used."
    drawing.text((_LEFT + _RIGHT) / 2, middle, why, size=14, anchor="middle", colour=FAINT_INK)


def _draw_lane(
    drawing: Drawing, scale: TimeScale, top: float, spans: Sequence[TagSpan], name: str, names: Names
) -> None:
    fill = colour(f"tag.{names.group(spans[0].tag)}", "hex")
    stretches = scale.stretches(((span.start, span.end) for span in spans), _FINEST)
    parts = [box(x, top, width, _LANE_BAR) for x, width in stretches]
    tip = f"{name}: R {spans[0].strength:.2f}, {counted(len(spans), 'span')}"
    drawing.path(parts, fill, edge=darker(fill), tip=tip)
    _label(drawing, top + 9.5, name)


def _draw_pace(drawing: Drawing, scale: TimeScale, top: float, analysis: Analysis) -> None:
    """Draw cuts a minute, a cut counting by its distance in a window of a minute, or less in short films."""
    _label(drawing, top + 10, "cuts a minute")
    seconds = float(analysed_seconds(analysis))
    if seconds <= 0:
        return
    a_second = (_RIGHT - _LEFT) / seconds
    window = max(_LEAST_WINDOW / a_second, min(60.0, seconds / _SHARE_OF_FILM))
    cuts = [scale.x(shot.start) for shot in analysis.shots[1:]]
    density = smoothed_density(sorted(cuts), (_LEFT, _RIGHT), window / 2 * a_second, _COLUMN)
    rates = [a_pixel * a_second * 60 for a_pixel in density]
    _label(drawing, top + 26, f"over {window:.3g} s", FAINT_INK)
    most = _rounded_up(max(rates, default=0.0))
    _draw_scale(drawing, top, "0", f"{most:g}")
    curve = [(_LEFT + (n + 0.5) * _COLUMN, top + _PANEL * (1 - rate / most)) for n, rate in enumerate(rates)]
    _draw_curve(drawing, curve, top + _PANEL, _PACE, _WASH)


def _draw_loudness(drawing: Drawing, scale: TimeScale, top: float, shots: Sequence[Shot]) -> None:
    _label(drawing, top + 10, "loudness")
    _label(drawing, top + 26, "dBFS", FAINT_INK)
    parts = ((scale.x(shot.start), scale.x(shot.end), shot.measures[LOUDNESS]) for shot in shots)
    curves = list(column_means(parts, (_LEFT, _RIGHT), _COLUMN))
    levels = [level for curve in curves for _, level in curve]
    low, high = min(levels, default=0.0), max(levels, default=0.0)
    _draw_scale(drawing, top, f"{low:.3g}", f"{high:.3g}")
    for curve in curves:
        placed = [(x, top + _PANEL * (1 - (level - low) / ((high - low) or 1.0))) for x, level in curve]
        drawing.line(placed, _LOUD)


def _draw_scale(drawing: Drawing, top: float, low: str, high: str) -> None:
    drawing.rect(_LEFT, top, _RIGHT - _LEFT, 0.6, BAND)
    drawing.rect(_LEFT, top + _PANEL, _RIGHT - _LEFT, 0.6, FAINT_INK)
    drawing.text(_RIGHT + 6, top + 4, high, size=11, colour=FAINT_INK)
    drawing.text(_RIGHT + 6, top + _PANEL + 4, low, size=11, colour=FAINT_INK)


def _draw_curve(
    drawing: Drawing, points: Sequence[tuple[float, float]], foot: float, ink: str, wash: str
) -> None:
    if not points:
        return
    outline = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    down, back = f"L{number(points[-1][0])} {number(foot)}", f"L{number(points[0][0])} {number(foot)}z"
    drawing.path(["M", outline, down, back], wash)
    drawing.line(points, ink)


def _rounded_up(value: float) -> float:
    """Return the next of 1, 2, 3, 5 times a power of ten; 1 for less than that."""
    unit = 1.0
    while value > 5 * unit:
        unit *= 10
    return next(step * unit for step in (1, 2, 3, 5) if step * unit >= value)
