"""What the report page knows of films: the analyses as they are, and how to show what they name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from cinetag_plugin.document.errors import printable
from cinetag_plugin.document.files import render_compact
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import day_length, dropped_labels, has_timecode, nominal
from cinetag_plugin.document.vocabulary import NO_BEAT, Names
from cinetag_plugin.export.colours import UNKNOWN, colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.report.sprites import Sheets
from cinetag_plugin.report.words import shown

_LARGEST_EXACT = 2**53 - 1  # of the numbers of JavaScript


@dataclass(frozen=True, slots=True)
class Video:
    """A film that lies where a page can reach it.

    Attributes:
        source: its address as seen from the page, percent-encoded; relative, never with a scheme.
        offset: seconds at which a browser's clock shows the film's first frame, where it cannot tell itself.
    """

    source: str
    offset: Fraction


@dataclass(frozen=True, slots=True)
class PageFilm:
    """One film of a page.

    Attributes:
        analysis: all that is said of it.
        file_name: what a corrected analysis of it is called.
        pictures: its key frames; None where it is shown without.
        video: the film itself; None where it cannot be reached.
    """

    analysis: Analysis
    file_name: str
    pictures: Sheets | None = None
    video: Video | None = None


def page_data(films: Sequence[PageFilm], names: Names) -> bytes:
    """Return what the page shows, as JSON on one line; pictures are not among it.

    Integers that JavaScript cannot hold stand as ``{KEY: "digits"}``; ``number_key`` of the film says
    KEY, which stands nowhere else in its analysis.
    """
    analyses = [film.analysis for film in films]
    data = {
        "films": [_film_data(film) for film in films],
        "tags": {slug: _tag(slug, names) for slug in _tags(analyses, names)},
        "categories": {slug: _category(slug, names) for slug in _categories(analyses, names)},
        "unknown_colour": colour(UNKNOWN, "hex"),
    }
    return msgspec.json.encode(data)


def _film_data(film: PageFilm) -> dict[str, Any]:
    text = render_compact(film.analysis)
    key = "number"
    while key.encode() in text:
        key += "_"
    return {
        "title": shown(film.analysis.film.name) or "Film without a name",
        "file_name": printable(film.file_name),
        "document": _exact(msgspec.json.decode(text), key),
        "number_key": key,
        "timecode": _timecode(film.analysis),
        "pictures": film.pictures and film.pictures.facts(),
        "video": film.video and {"source": film.video.source, "offset": float(film.video.offset)},
    }


def _timecode(analysis: Analysis) -> dict[str, float] | None:
    """Return how the film's labels count; None where its rate has none.

    ``rate`` is that of the grid of a film of variable rate, whose labels follow its times; 0 for others.
    """
    grid = conformed(analysis)
    if not has_timecode(grid.rate):
        return None
    return {
        "start": grid.start,
        "nominal": nominal(grid.rate),
        "dropped": dropped_labels(grid.rate) if grid.drop else 0,
        "day": day_length(grid.rate, grid.drop),
        "rate": float(grid.rate) if analysis.film.variable_rate else 0,
    }


def _exact(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _exact(item, key) for name, item in value.items()}
    if isinstance(value, list):
        return [_exact(item, key) for item in value]
    if isinstance(value, int) and abs(value) > _LARGEST_EXACT:
        return {key: str(value)}
    return value


def _tags(analyses: Iterable[Analysis], names: Names) -> Iterator[str]:
    for analysis in analyses:
        yield from (tag.tag for tag in analysis.tags)
        yield from (span.tag for span in analysis.tag_spans)
    yield from (tag.slug for tag in names.tags)


def _categories(analyses: Iterable[Analysis], names: Names) -> Iterator[str]:
    for analysis in analyses:
        yield from (beat.category for beat in analysis.beats)
    yield from (category.slug for category in names.beat_classes if category.slug != NO_BEAT)


def _tag(slug: str, names: Names) -> dict[str, str]:
    group = names.group(slug)
    return {"name": shown(names.tag_name(slug)), "group": group, "colour": colour(f"tag.{group}", "hex")}


def _category(slug: str, names: Names) -> dict[str, str]:
    family = names.beat_family(slug)
    return {"name": shown(names.category_name(slug)), "colour": colour(f"beat.{family}", "hex")}
