"""A reader of FCPXML that knows what of the document type our files use, and shares no code with the writer.

The table of elements was read off Apple's DTD 1.10: which attributes each may and must have, and in
what order its children stand.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as ET

# element: attributes it must have, attributes it may have, its children as a pattern over "name "
_TIMES = "start duration"
_CLIP = "name start duration offset format tcFormat"
_SHAPES = {
    "fcpxml": ("version", "", r"(resources )?library "),
    "resources": ("", "", r"((asset|format) )*"),
    "format": ("id", "name frameDuration width height paspH paspV colorSpace", ""),
    "asset": ("id", f"name {_TIMES} hasVideo format hasAudio audioSources", r"(media-rep )+(metadata )?"),
    "media-rep": ("src", "kind", ""),
    "library": ("", "location", r"(event )*"),
    "event": ("", "name", r"((asset-clip|project) )*"),
    "asset-clip": ("ref", _CLIP, r"((marker|chapter-marker|keyword) )*(metadata )?"),
    "marker": ("start value", "duration completed note", ""),
    "chapter-marker": ("start value", "duration note posterOffset", ""),
    "keyword": ("value", f"{_TIMES} note", ""),
    "metadata": ("", "", r"(md )*"),
    "md": ("key", "value type", ""),
    "project": ("", "name", "sequence "),
    "sequence": ("format", "duration tcStart tcFormat audioLayout audioRate", r"spine (metadata )?"),
    "spine": ("", "", r"(asset-clip )*"),
}


@dataclass
class PlainAsset:
    url: str
    start: int
    duration: int


@dataclass
class PlainClip:
    name: str
    asset: PlainAsset
    offset: int | None
    start: int
    duration: int
    markers: list[tuple[int, int, str, str]] = field(default_factory=list)
    """start and end in media frames, text, note"""
    keywords: list[tuple[int, int, str, str]] = field(default_factory=list)
    chapters: list[tuple[int, int, str, str]] = field(default_factory=list)


@dataclass
class PlainFcpxml:
    films: list[PlainClip]
    shots: list[PlainClip]
    start: int
    duration: int
    counting: set[str]
    frame: Fraction
    sound: bool
    format: dict[str, str]
    version: str


def read(content: bytes) -> PlainFcpxml:
    """Read a file; times become whole frames of its format, or the file is refused."""
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    root = ET.fromstring(content)
    _check(root)
    (form,) = root.iter("format")
    frame = _seconds(form.attrib["frameDuration"])

    def frames(element: ET.Element, name: str) -> int:
        count = _seconds(element.attrib[name]) / frame
        assert count.denominator == 1, f"{name} of {element.tag} is not on a frame"
        return int(count)

    def span(element: ET.Element) -> tuple[int, int, str, str]:
        start = frames(element, "start")
        return start, start + frames(element, "duration"), element.attrib["value"], element.get("note", "")

    def clip(element: ET.Element) -> PlainClip:
        offset = frames(element, "offset") if "offset" in element.attrib else None
        made = PlainClip(
            element.attrib["name"],
            assets[element.attrib["ref"]],
            offset,
            frames(element, "start"),
            frames(element, "duration"),
        )
        made.markers = [span(marker) for marker in element.findall("marker")]
        made.chapters = [span(chapter) for chapter in element.findall("chapter-marker")]
        made.keywords = [span(keyword) for keyword in element.findall("keyword")]
        return made

    assets = {
        asset.attrib["id"]: PlainAsset(
            asset.find("media-rep").attrib["src"], frames(asset, "start"), frames(asset, "duration")
        )
        for asset in root.iter("asset")
    }
    event = root.find("library/event")
    sequence = event.find("project/sequence")
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)
    return PlainFcpxml(
        films=[clip(element) for element in event.findall("asset-clip")],
        shots=[clip(element) for element in sequence.find("spine")],
        start=frames(sequence, "tcStart"),
        duration=frames(sequence, "duration"),
        counting={e.attrib["tcFormat"] for e in root.iter() if "tcFormat" in e.attrib},
        frame=frame,
        sound=any("audio" in name.lower() for e in root.iter() for name in e.attrib),
        format=dict(form.attrib),
        version=root.attrib["version"],
    )


def _check(element: ET.Element) -> None:
    must, may, children = _SHAPES[element.tag]
    assert set(must.split()) <= set(element.attrib) <= {*must.split(), *may.split()}
    assert re.fullmatch(children, "".join(f"{child.tag} " for child in element)), element.tag
    assert not (element.text or "").strip()
    for child in element:
        _check(child)


def _seconds(text: str) -> Fraction:
    if text == "0s":
        return Fraction(0)
    match = re.fullmatch(r"(\d+)/(\d+)s", text)
    numerator, denominator = int(match[1]), int(match[2])
    assert numerator < 2**63
    assert denominator < 2**31
    return Fraction(numerator, denominator)
