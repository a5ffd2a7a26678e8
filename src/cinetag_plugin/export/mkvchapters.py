"""Chapters for Matroska: the XML that ``mkvmerge --chapters`` and ``mkvpropedit --chapters`` take.

Times count from the beginning of the file that mkvmerge makes. It moves what it reads to zero, but keeps the
times of what is Matroska already.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import PurePath

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.markup import Element, child, document
from cinetag_plugin.export.moments import clock_times
from cinetag_plugin.export.selection import chapters, chapters_lost

_NANOSECONDS = 9
_LANGUAGE = "eng"
"""That of the names of beats."""

_MATROSKA = {".mkv", ".webm"}


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return one edition, a chapter for each beat, or else for each shot; times are in nanoseconds."""
    root = Element("Chapters")
    edition = child(root, "EditionEntry")
    child(edition, "EditionFlagDefault", "1")
    times = clock_times(analysis.film, _NANOSECONDS, lead=_lead(analysis.film))
    for event in chapters(events, analysis.film):
        _chapter(edition, event, times(event.start, event.end))
    return document(root)


def _lead(film: Film) -> Fraction:
    """Return the seconds before the first picture."""
    is_kept = film.container_start is not None and PurePath(film.path).suffix.lower() in _MATROSKA
    return film.start_pts * film.time_base if is_kept else film.lead


def losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what chapters do not hold."""
    return chapters_lost(events, analysis.film)


def _chapter(edition: Element, event: Event, times: tuple[str, str]) -> None:
    atom = child(edition, "ChapterAtom")
    child(atom, "ChapterUID", str(event.start + 1))  # never 0, and no two chapters begin together
    child(atom, "ChapterTimeStart", times[0])
    child(atom, "ChapterTimeEnd", times[1])
    display = child(atom, "ChapterDisplay")
    child(display, "ChapterString", event.name)
    child(display, "ChapterLanguage", _LANGUAGE)
