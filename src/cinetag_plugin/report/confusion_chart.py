"""A confusion matrix as SVG: rows are the truth, columns what was answered, shades the share of a row."""

from collections.abc import Sequence

from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.report.svg import BOLDER, FAINT_INK, INK, PAPER, Drawing, fitted, text_width
from cinetag_plugin.report.words import counted, shown

Figures = Sequence[tuple[float | None, float | None, float | None]]

_MARGIN, _TOP = 24.0, 122.0
_BROADEST, _NARROWEST_CELL, _BROADEST_CELL = 640.0, 16.0, 46.0
_FIGURE = 62.0
_HEADS = ("true", "precision", "recall", "F")
_SMALLEST_WRITTEN = 26.0
"""Width of a cell that has room for its count."""

_DEEP = (0x1F, 0x4E, 0x9E)
_LIGHT = (0xED, 0xF2, 0xFA)


def confusion_chart(
    title: str,
    subtitle: str,
    labels: Sequence[str],
    matrix: Sequence[Sequence[int]],
    figures: Figures,
    names: Names,
) -> bytes:
    """Return the picture.

    Args:
        title, subtitle: one line each.
        labels: slugs of beat categories, or any labels.
        matrix: how often; a row for what is true, a column for what was answered.
        figures: precision, recall and F of each label, None where there is none.
        names: gives categories their names.
    """
    cell = min(_BROADEST_CELL, max(_NARROWEST_CELL, _BROADEST / len(labels)))
    spoken = [shown(names.category_name(label)) for label in labels]
    size = 13.0 if cell >= 20 else 11.0
    widest = min(200.0, max(text_width(name, size) for name in spoken))
    left = _MARGIN + widest + 12
    right = left + cell * len(labels)
    width = max(right + _FIGURE * len(_HEADS) + _MARGIN, 640.0)
    foot = _TOP + cell * len(labels)
    drawing = Drawing(width, foot + 66, f"{shown(title)}: {shown(subtitle)}")
    room = width - 2 * _MARGIN
    drawing.text(_MARGIN, 40, fitted(shown(title), room / BOLDER, 20), size=20, bold=True)
    drawing.text(_MARGIN, 62, fitted(shown(subtitle), room, 13), colour=FAINT_INK)
    short = {category.slug: category.short for category in names.categories}
    heads = [shown(short.get(label) or name) for label, name in zip(labels, spoken, strict=True)]
    for place, name in enumerate(spoken):
        y = _TOP + cell * place
        baseline = y + cell / 2 + size * 0.35
        drawing.text(left - 10, baseline, fitted(name, widest, size), size=size, anchor="end")
        for column, count in enumerate(matrix[place]):
            tip = f"{name}, answered {spoken[column]}: {counted(count, 'time')}"
            _draw_cell(drawing, (left + cell * column, y, cell), count, sum(matrix[place]), tip)
        cells = [f"{sum(matrix[place]):,}", *(_rate(value) for value in figures[place])]
        for number, text in enumerate(cells, 1):
            drawing.text(right + _FIGURE * number, baseline, text, size=min(size, 12), anchor="end")
    _outline_diagonal(drawing, left, cell, len(labels))
    _write_edges(drawing, left, cell, heads, [sum(column) for column in zip(*matrix, strict=True)])
    return drawing.render()


def _draw_cell(
    drawing: Drawing, place: tuple[float, float, float], count: int, of_row: int, tip: str
) -> None:
    x, y, side = place
    if not count:
        return
    share = count / of_row
    drawing.rect(x + 0.5, y + 0.5, side - 1, side - 1, _shade(share), tip=tip)
    if side >= _SMALLEST_WRITTEN:
        ink = PAPER if share > 0.45 else INK
        size = 12 if text_width(f"{count:,}", 12) <= side - 4 else 9
        drawing.text(x + side / 2, y + side / 2 + 4, f"{count:,}", size=size, anchor="middle", colour=ink)


def _outline_diagonal(drawing: Drawing, left: float, cell: float, labels: int) -> None:
    for place in range(labels):
        x, y = left + cell * place, _TOP + cell * place
        outline = (
            f"M{x:.2f} {y:.2f}h{cell:.2f}v{cell:.2f}h{-cell:.2f}z"
            f"M{x + 1:.2f} {y + 1:.2f}v{cell - 2:.2f}h{cell - 2:.2f}v{2 - cell:.2f}z"
        )
        drawing.path([outline], FAINT_INK)


def _write_edges(
    drawing: Drawing, left: float, cell: float, heads: Sequence[str], answered: Sequence[int]
) -> None:
    """Write what stands above and below the columns, and the heads of the figures."""
    right, foot = left + cell * len(heads), _TOP + cell * len(heads)
    drawing.text(left, _TOP - 26, "answered", size=11, colour=FAINT_INK)
    for place, (head, count) in enumerate(zip(heads, answered, strict=True)):
        if cell >= _SMALLEST_WRITTEN:
            x = left + cell * (place + 0.5)
            drawing.text(x, _TOP - 8, fitted(head, cell - 2, 11), size=11, anchor="middle", colour=INK)
            drawing.text(x, foot + 16, f"{count:,}", size=11, anchor="middle", colour=FAINT_INK)
    for number, head in enumerate(_HEADS, 1):
        drawing.text(right + _FIGURE * number, _TOP - 8, head, size=11, anchor="end", colour=FAINT_INK)
    drawing.text(
        left,
        foot + 40,
        "rows: the truth; shade: share of the row; below: how often answered",
        size=11,
        colour=FAINT_INK,
    )


def _shade(share: float) -> str:
    mixed = (round(light + (deep - light) * share**0.8) for light, deep in zip(_LIGHT, _DEEP, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
