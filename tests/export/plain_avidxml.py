"""A reader of Avid's marker XML that shares no code with the writer: it goes by kinds and names alone."""

import re
from dataclasses import dataclass
from xml.dom import minidom

NAMES = [f"_ATN_CRM_{name}" for name in ("LONG_CREATE_DATE", "COLOR", "USER", "COM", "TC", "TRK", "LENGTH")]


@dataclass
class PlainMarker:
    frame: int
    length: int
    colour: str
    text: str
    date: int


def read(content: bytes) -> list[PlainMarker]:
    """Read the markers; the document type is named and not fetched."""
    declaration, doctype, _ = content.split(b"\n", 2)
    assert declaration == b'<?xml version="1.0" encoding="UTF-8"?>'
    assert doctype == b'<!DOCTYPE Avid:StreamItems SYSTEM "AvidSettingsFile.dtd">'
    root = minidom.parseString(content).documentElement
    assert (root.tagName, root.namespaceURI) == ("Avid:StreamItems", "http://www.avid.com")
    (data,) = _children(root)
    magic, key, *classes = _children(data)
    assert [_property(node) for node in (magic, key)] == [
        ("DomainMagic", "string", "Domain"),
        ("DomainKey", "char4", "58424a44"),
    ]
    return [_marker(node) for node in classes]


def _marker(node) -> PlainMarker:
    assert (node.tagName, node.getAttribute("id")) == ("AvClass", "ATTR")
    number, listed = _children(node)
    assert _property(number) == ("__OMFI:ATTR:NumItems", "int32", "7")
    assert listed.getAttribute("id") == "OMFI:ATTR:AttrRefs"
    *items, end = _children(listed)
    assert _children(end) == []
    found = dict(_attribute(item) for item in items)
    assert list(found) == NAMES
    date, colour, user, text, frame, track, length = found.values()
    assert (user, track) == ("cinetag", "V1")
    assert re.fullmatch(r"\d+", frame)
    return PlainMarker(int(frame), length, colour, text, date)


def _attribute(item) -> tuple[str, int | str]:
    assert item.tagName == "ListElem"
    kind, name, value = (_property(node) for node in _children(item))
    assert kind[:2] == ("OMFI:ATTB:Kind", "int32")
    assert name[:2] == ("OMFI:ATTB:Name", "string")
    if kind[2] == "1":
        assert value[:2] == ("OMFI:ATTB:IntAttribute", "int32")
        assert -(2**31) <= int(value[2]) < 2**31
        return name[2], int(value[2])
    assert (kind[2], value[:2]) == ("2", ("OMFI:ATTB:StringAttribute", "string"))
    return name[2], value[2]


def _property(node) -> tuple[str, str, str]:
    assert node.tagName == "AvProp"
    text = "".join(child.data for child in node.childNodes)
    return node.getAttribute("name"), node.getAttribute("type"), text


def _children(node) -> list:
    assert all(not child.data.strip() for child in node.childNodes if child.nodeType == child.TEXT_NODE)
    return [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]
