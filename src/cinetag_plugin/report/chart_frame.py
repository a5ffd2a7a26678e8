"""What the charts of a film share: title and legend; and of both charts of tags, where their rows lie."""

from collections.abc import Sequence

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.svg import BAND, BOLDER, FAINT_INK, INK, Drawing, darker, fitted, text_width
from cinetag_plugin.report.words import shown

MARGIN = 24.0
TOP = 104.0
"""Where the first row begins, below the title and a strip for the heads of columns."""

Entry = tuple[str, str]
"""A name of the legend and its colour, ``#rrggbb``."""

_LABEL_SIZE = 13.0
_LEGEND_SIZE = 12.0
_LEGEND_ROW = 22.0
_AXIS = 28.0
_FEWEST_ROWS = 2
_NARROWEST = 40.0


class ChartFrame:
    """A drawing with a row for each tag, its labels written, its rows still empty.

    Args:
        analysis: gives the film's name.
        names: gives tags their names and groups.
        tags: slugs, one row each, in this order.
        subtitle: the line below the film's name.
        width: of the whole picture, in pixels.
        row: height of a row.
        columns: width kept free on the right of the bars.
    """

    def __init__(
        self,
        analysis: Analysis,
        names: Names,
        tags: Sequence[str],
        *,
        subtitle: str,
        width: float,
        row: float,
        columns: float,
    ) -> None:
        labels = [shown(names.tag_name(tag)) for tag in tags]
        widest = min(0.3 * width, max([_NARROWEST, *(text_width(label, _LABEL_SIZE) for label in labels)]))
        self.left = MARGIN + widest + 14
        self.right = width - MARGIN - columns
        self.bottom = TOP + row * max(len(tags), _FEWEST_ROWS)
        self._row = row
        self._names = names
        groups = dict.fromkeys(names.group(tag) for tag in tags)
        legend = [(group.capitalize(), _group_colour(group)) for group in groups]
        self.drawing = titled(analysis, subtitle, width, self.bottom + legend_height(legend, width))
        for place, label in enumerate(labels):
            if place % 2:
                self.drawing.rect(MARGIN - 8, self.top(place), width - 2 * MARGIN + 16, row, BAND)
            fit = fitted(label, widest, _LABEL_SIZE)
            self.drawing.text(self.left - 10, self.baseline(place), fit, size=_LABEL_SIZE, anchor="end")
        draw_legend(self.drawing, legend, self.bottom, width)

    def top(self, place: int) -> float:
        """Return where a row begins."""
        return TOP + self._row * place

    def baseline(self, place: int) -> float:
        """Return the line that a row's text stands on."""
        return self.top(place) + self._row / 2 + 4.5

    def fill(self, tag: str) -> str:
        """Return the colour of a tag's group, ``#rrggbb``."""
        return _group_colour(self._names.group(tag))

    def name(self, tag: str) -> str:
        """Return a tag's whole name, fit to be shown."""
        return shown(self._names.tag_name(tag))

    def say(self, *lines: str) -> None:
        """Write lines in the middle of rows that hold nothing."""
        middle = (self.left + self.right) / 2
        for place, line in enumerate(lines):
            ink = FAINT_INK if place else INK
            self.drawing.text(middle, self.baseline(place), line, size=14, anchor="middle", colour=ink)


def _group_colour(group: str) -> str:
    return colour(f"tag.{group}", "hex")


def titled(analysis: Analysis, subtitle: str, width: float, height: float) -> Drawing:
    """Return a drawing with a film's name and a line below it."""
    film = shown(analysis.film.name) or "Film without a name"
    drawing = Drawing(width, height, f"{film}: {subtitle}")
    drawing.text(MARGIN, 40, fitted(film, (width - 2 * MARGIN) / BOLDER, 20), size=20, bold=True)
    drawing.text(MARGIN, 62, subtitle, colour=FAINT_INK)
    return drawing


def legend_height(entries: Sequence[Entry], width: float) -> float:
    """Return what the labels of an axis and a legend below them take, with the margin."""
    last = max((line for _, line in _legend_places(entries, width)), default=0)
    return _AXIS + _LEGEND_ROW * (1 + last) + 10


def draw_legend(drawing: Drawing, entries: Sequence[Entry], bottom: float, width: float) -> None:
    """Write what each colour means, below the labels of an axis at ``bottom``."""
    for (name, fill), (x, line) in zip(entries, _legend_places(entries, width), strict=True):
        y = bottom + _AXIS + _LEGEND_ROW * line
        drawing.rect(x, y, 11, 11, fill, edge=darker(fill))
        drawing.text(x + 17, y + 10, _legend_name(name), size=_LEGEND_SIZE, colour=FAINT_INK)


def _legend_name(name: str) -> str:
    return fitted(shown(name), 160, _LEGEND_SIZE)


def _legend_places(entries: Sequence[Entry], width: float) -> list[tuple[float, int]]:
    """Lay the entries out from the left, line by line: x and line of each."""
    places: list[tuple[float, int]] = []
    x, line = MARGIN, 0
    for name, _ in entries:
        breadth = 17 + text_width(_legend_name(name), _LEGEND_SIZE) + 22
        if places and x + breadth > width - MARGIN:
            x, line = MARGIN, line + 1
        places.append((x, line))
        x += breadth
    return places
