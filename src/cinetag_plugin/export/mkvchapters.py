"""Chapters for Matroska: the XML that ``mkvmerge --chapters`` and ``mkvpropedit --chapters`` take."""

from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.moments import clock_times
from cinetag_plugin.export.selection import chapters

_NANOSECONDS = 9
_LANGUAGE = "eng"
"""That of the names of beats."""


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return one edition, a chapter for each beat, or else for each shot; times are in nanoseconds."""
    root = ET.Element("Chapters")
    edition = ET.SubElement(root, "EditionEntry")
    _field(edition, "EditionFlagDefault", "1")
    times = clock_times(analysis.film, _NANOSECONDS)
    for event in chapters(events, analysis.film):
        _add_chapter(edition, event, times)
    ET.indent(root, " ")
    xml: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return xml + b"\n"


def _add_chapter(edition: ET.Element, event: Event, times: Callable[[int, int], tuple[str, str]]) -> None:
    start, end = times(event.start, event.end)
    atom = ET.SubElement(edition, "ChapterAtom")
    _field(atom, "ChapterUID", str(event.start + 1))  # never 0, and no two chapters begin together
    _field(atom, "ChapterTimeStart", start)
    _field(atom, "ChapterTimeEnd", end)
    display = ET.SubElement(atom, "ChapterDisplay")
    _field(display, "ChapterString", event.name)
    _field(display, "ChapterLanguage", _LANGUAGE)


def _field(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
