"""Beats along a time axis as one coloured ribbon with names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from cinetag_plugin.document.records import BeatEvent, Film
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.chart_frame import Entry
from cinetag_plugin.report.svg import BAND, INK, PAPER, Drawing, box, text_width
from cinetag_plugin.report.timescale import TimeScale
from cinetag_plugin.report.words import film_time, shown

MOST_IN_LEGEND = 26

_NARROW = 3.0
"""Pixels below which events share columns of one pixel."""

_SIZE, _PADDING = 12.0, 3.0
_PALE = 140


def beat_colour(category: str, names: Names) -> str:
    """Return the colour of a beat class, ``#rrggbb``: that of the category that it belongs to."""
    return colour(f"beat.{names.beat_family(category)}", "hex")


def beat_legend(beats: Iterable[BeatEvent], names: Names) -> list[Entry]:
    """Name the categories that occur, the one that lasts longest first."""
    lasts: dict[str, int] = defaultdict(int)
    for beat in beats:
        lasts[beat.category] += beat.end - beat.start
    longest = sorted(lasts, key=lambda category: (-lasts[category], category))
    legend = [(names.category_name(slug), beat_colour(slug, names)) for slug in longest[:MOST_IN_LEGEND]]
    left = len(longest) - len(legend)
    return [*legend, (f"and {left:,} more", BAND)] if left else legend


def draw_ribbon(
    drawing: Drawing,
    scale: TimeScale,
    beats: Iterable[BeatEvent],
    film: Film,
    names: Names,
    *,
    top: float,
    height: float,
) -> None:
    """Draw broad events one by one, with their names where they fit, and narrow ones column by column."""
    narrow: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    short = {category.slug: category.short for category in names.categories}
    for beat in sorted(beats, key=lambda beat: (beat.start, beat.end)):
        left, right = scale.x(beat.start), scale.x(beat.end)
        fill = beat_colour(beat.category, names)
        if right - left < _NARROW:
            _share_out(narrow, left - scale.left, right - scale.left, fill)
            continue
        name = shown(names.category_name(beat.category))
        when = f"{film_time(film, beat.start)} to {film_time(film, beat.end)}"
        tip = f"{name}: {when}, confidence {beat.confidence:.2f}"
        drawing.rect(left, top, right - left, height, fill, edge=PAPER, tip=tip)
        label = _that_fits((name, shown(short.get(beat.category, ""))), right - left)
        ink = INK if _is_pale(fill) else PAPER
        middle, baseline = (left + right) / 2, top + height / 2 + 4.5
        drawing.text(middle, baseline, label, size=_SIZE, anchor="middle", colour=ink)
    boxes: dict[str, list[str]] = defaultdict(list)
    for first, columns, fill in _runs(narrow):
        boxes[fill].append(box(scale.left + first, top, columns, height))
    for fill, parts in boxes.items():
        drawing.path(parts, fill)


def _share_out(columns: dict[int, dict[str, float]], left: float, right: float, fill: str) -> None:
    """Add what an event covers to the columns that it touches; one of no breadth still touches one."""
    for column in range(int(left), max(int(left), int(-(-right // 1)) - 1) + 1):
        columns[column][fill] += max(0.0, min(right, column + 1) - max(left, column))


def _runs(columns: Mapping[int, Mapping[str, float]]) -> Iterator[tuple[int, int, str]]:
    """Yield first column, number of columns and colour where what fills neighbours most is one colour."""
    most = {column: max(fills, key=lambda fill: fills[fill]) for column, fills in columns.items()}
    numbered = enumerate(sorted(most))
    for (fill, _), run in groupby(numbered, key=lambda pair: (most[pair[1]], pair[1] - pair[0])):
        (_, first), *others = run
        yield first, 1 + len(others), fill


def _that_fits(labels: Iterable[str], width: float) -> str:
    return next((label for label in labels if text_width(label, _SIZE) <= width - 2 * _PADDING), "")


def _is_pale(colour: str) -> bool:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > _PALE
