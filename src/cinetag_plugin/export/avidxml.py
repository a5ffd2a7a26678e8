"""Markers for Avid Media Composer as XML: Markers window > Import.

The same markers as those of :mod:`.avid`, with their lengths, and placed by frames from the start of the
sequence rather than by timecode: it may begin anywhere, and any rate will do. A track keeps one marker a
frame: events that begin together are one. A marker is a list of seven attributes, each with a kind, a name
and a value. The document type is only named; a reader must not fetch it.
"""

from collections.abc import Iterable, Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.avid import TRACK, USER, said
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.markup import Element, child, document

CARRIES = Carries(one_a_place=True)

_DOCTYPE = 'Avid:StreamItems SYSTEM "AvidSettingsFile.dtd"'
_DOMAIN = "58424a44"  # the four characters XBJD
_UNDATED = 0  # the same document gives the same bytes on any day
_KINDS = {int: ("1", "IntAttribute", "int32"), str: ("2", "StringAttribute", "string")}


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the file."""
    root = Element("Avid:StreamItems", {"xmlns:Avid": "http://www.avid.com"})
    data = child(root, "Avid:XMLFileData")
    _property(data, "DomainMagic", "string", "Domain")
    _property(data, "DomainKey", "char4", _DOMAIN)
    for mark in kept(table, conformed(analysis), CARRIES):
        _marker(data, list(_attributes(mark)))
    return document(root, _DOCTYPE)


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers do not hold."""
    return lost(table, conformed(analysis), CARRIES)


def _attributes(mark: Mark) -> Iterable[tuple[str, int | str]]:
    yield "_ATN_CRM_LONG_CREATE_DATE", _UNDATED
    yield "_ATN_CRM_COLOR", colour(mark.colour, "avid")
    yield "_ATN_CRM_USER", USER
    yield "_ATN_CRM_COM", said(mark)
    yield "_ATN_CRM_TC", str(mark.start)
    yield "_ATN_CRM_TRK", TRACK
    yield "_ATN_CRM_LENGTH", mark.duration


def _marker(parent: Element, attributes: Sequence[tuple[str, int | str]]) -> None:
    made = child(parent, "AvClass", id="ATTR")
    _property(made, "__OMFI:ATTR:NumItems", "int32", str(len(attributes)), id="ATTR")
    listed = child(made, "List", id="OMFI:ATTR:AttrRefs")
    for name, value in attributes:
        number, held, form = _KINDS[type(value)]
        item = child(listed, "ListElem")
        _property(item, "OMFI:ATTB:Kind", "int32", number, id="ATTR")
        _property(item, "OMFI:ATTB:Name", "string", name, id="ATTR")
        _property(item, f"OMFI:ATTB:{held}", form, str(value), id="ATTR")
    child(listed, "ListElem")  # ends the list


def _property(parent: Element, name: str, form: str, value: str, **attributes: str) -> None:
    child(parent, "AvProp", value, **attributes, name=name, type=form)
