"""Two pictures of a film's tags as SVG: how strong they are, and where in the film they hold.

The first is figure 3 of Khan et al. (AVSS 2017): relative strengths as horizontal bars, the
strongest first. Colours are those of the tags' groups; labels and legend say the same in words.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cinetag_plugin.document.records import Analysis, TagSpan, TagStrength
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.report.chart_frame import MARGIN, TOP, ChartFrame
from cinetag_plugin.report.svg import FAINT_INK, box, darker
from cinetag_plugin.report.timescale import TimeScale
from cinetag_plugin.report.words import analysed_seconds, counted, length_of

MOST_ROWS = 60
"""Tags that a chart shows, the strongest; the subtitle says of how many."""

_STRENGTH_WIDTH, _TIMELINE_WIDTH = 760.0, 840.0
_FINEST = 1.5
_CUT_COLUMN, _CUT_STRIP = 2.0, 16.0


def strength_chart(analysis: Analysis, names: Names) -> bytes:
    """Return the relative strength R of every tag as bars; R, mean probability, count in figures."""
    tags = sorted(analysis.tags, key=lambda tag: (-tag.relative_strength, tag.tag))[:MOST_ROWS]
    frame = ChartFrame(
        analysis,
        names,
        [tag.tag for tag in tags],
        subtitle=f"Relative strength of {_how_many(len(tags), len(analysis.tags))}",
        width=_STRENGTH_WIDTH,
        row=25,
        columns=176,
    )
    if not tags:
        frame.say("No tags were found in this film.", *_why_none(analysis))
        return frame.drawing.render()
    _draw_shares(frame)
    _write_column(frame, frame.right + 46, "R", [f"{tag.relative_strength:.2f}" for tag in tags])
    means = [tag.probability_sum / max(tag.count, 1) for tag in tags]
    _write_column(frame, frame.right + 92, "p", [f"{mean:.2f}" for mean in means])
    _write_column(frame, _STRENGTH_WIDTH - MARGIN, "key frames", [f"{tag.count:,}" for tag in tags])
    for place, tag in enumerate(tags):
        _draw_bar(frame, place, tag)
    return frame.drawing.render()


def timeline_chart(analysis: Analysis, names: Names) -> bytes:
    """Return one row a tag with its spans along the film, under a strip that shows how dense the cuts are.

    The picture's size in bytes is bounded by its pixels, not by the number of shots and spans.
    """
    spans = spans_by_tag(analysis.tag_spans)
    tags = list(spans)[:MOST_ROWS]
    length = length_of(analysed_seconds(analysis))
    shots = counted(len(analysis.shots), "shot")
    frame = ChartFrame(
        analysis,
        names,
        tags,
        subtitle=f"{_how_many(len(tags), len(spans))} over time: {shots} in {length}",
        width=_TIMELINE_WIDTH,
        row=22,
        columns=10,
    )
    scale = TimeScale(analysis, frame.left, frame.right)
    for x, label in scale.ticks():
        frame.drawing.rule(x, TOP - 4, frame.bottom)
        frame.drawing.text(x, frame.bottom + 15, label, size=11, anchor="middle", colour=FAINT_INK)
    _draw_cuts(frame, scale, analysis)
    for place, tag in enumerate(tags):
        _draw_spans(frame, scale, place, spans[tag])
    if not tags:
        frame.say("No tag was placed in this film.", *_why_none(analysis))
    return frame.drawing.render()


def _how_many(drawn: int, found: int) -> str:
    tags = counted(found, "tag")
    return f"the strongest {drawn} of {tags}" if drawn < found else tags


def _why_none(analysis: Analysis) -> list[str]:
    return [] if any(use.role == "tags" for use in analysis.models) else ["No model for tags was used."]


def _draw_shares(frame: ChartFrame) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = frame.left + share * (frame.right - frame.left)
        frame.drawing.rule(x, TOP - 6, frame.bottom)
        frame.drawing.text(x, TOP - 12, f"{share:g}", size=11, anchor="middle", colour=FAINT_INK)


def _write_column(frame: ChartFrame, x: float, head: str, cells: Iterable[str]) -> None:
    frame.drawing.text(x, TOP - 12, head, size=11, anchor="end", colour=FAINT_INK)
    for place, cell in enumerate(cells):
        frame.drawing.text(x, frame.baseline(place), cell, size=12, anchor="end")


def _draw_bar(frame: ChartFrame, place: int, tag: TagStrength) -> None:
    share = min(1.0, max(0.0, tag.relative_strength))
    fill = frame.fill(tag.tag)
    facts = f"R {tag.relative_strength:.3f}, W {tag.weight:.4g}, in {counted(tag.count, 'key frame')}"
    frame.drawing.rect(
        frame.left,
        frame.top(place) + 5,
        max(2.0, share * (frame.right - frame.left)),
        15,
        fill,
        edge=darker(fill),
        tip=f"{frame.name(tag.tag)}: {facts}",
    )


def spans_by_tag(spans: Iterable[TagSpan]) -> dict[str, list[TagSpan]]:
    """Return the spans of each tag, the strongest tag first."""
    found: dict[str, list[TagSpan]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (-span.strength, span.tag)):
        found[span.tag].append(span)
    return found


def _draw_cuts(frame: ChartFrame, scale: TimeScale, analysis: Analysis) -> None:
    cuts = [shot.start for shot in analysis.shots[1:]]
    foot = TOP - 10
    columns = (
        box(x, foot - share * _CUT_STRIP, _CUT_COLUMN / 2, share * _CUT_STRIP)
        for x, share in scale.density(cuts, _CUT_COLUMN)
    )
    frame.drawing.path(columns, FAINT_INK, tip=counted(len(cuts), "cut"))
    frame.drawing.text(frame.left - 10, foot - 3, "cuts", size=11, anchor="end", colour=FAINT_INK)


def _draw_spans(frame: ChartFrame, scale: TimeScale, place: int, spans: Sequence[TagSpan]) -> None:
    tag, fill = spans[0].tag, frame.fill(spans[0].tag)
    stretches = scale.stretches(((span.start, span.end) for span in spans), _FINEST)
    boxes = (box(x, frame.top(place) + 4, width, 14) for x, width in stretches)
    facts = f"R {spans[0].strength:.2f}, {counted(len(spans), 'span')}"
    frame.drawing.path(boxes, fill, edge=darker(fill), tip=f"{frame.name(tag)}: {facts}")
