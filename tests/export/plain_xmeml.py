"""A reader of Final Cut Pro 7 XML that shares no code with the writer."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass
class PlainXmeml:
    name: str
    duration: int
    rates: set[tuple[int, bool]]
    """timebase and ntsc, wherever they stand"""
    label: str
    start: int
    drop: bool
    picture: dict[str, str]
    clips: list[tuple[str, int, int, int, int, str]]
    """name, start, end, in, out, address of the file"""
    files: dict[str, int]
    """frames of each file by address"""
    markers: list[dict[str, str]]


def read(content: bytes) -> PlainXmeml:
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n')
    root = ET.fromstring(content)
    assert (root.tag, root.get("version")) == ("xmeml", "5")
    (sequence,) = root
    characteristics = sequence.find("media/video/format/samplecharacteristics")
    files = {file.attrib["id"]: file for file in root.iter("file") if len(file)}
    assert len({clip.attrib["id"] for clip in root.iter("clipitem")}) == len(list(root.iter("clipitem")))
    return PlainXmeml(
        sequence.findtext("name"),
        int(sequence.findtext("duration")),
        {(int(r.findtext("timebase")), r.findtext("ntsc") == "TRUE") for r in root.iter("rate")},
        sequence.findtext("timecode/string"),
        int(sequence.findtext("timecode/frame")),
        {"DF": True, "NDF": False}[sequence.findtext("timecode/displayformat")],
        {child.tag: child.text for child in characteristics if child.tag != "rate"},
        [_clip(clip, files) for clip in sequence.findall("media/video/track/clipitem")],
        {file.findtext("pathurl"): int(file.findtext("duration")) for file in files.values()},
        [{child.tag: child.text or "" for child in marker} for marker in sequence.findall("marker")],
    )


def _clip(clip: ET.Element, files: dict[str, ET.Element]) -> tuple[str, int, int, int, int, str]:
    times = [int(clip.findtext(tag)) for tag in ("start", "end", "in", "out")]
    return (clip.findtext("name"), *times, files[clip.find("file").attrib["id"]].findtext("pathurl"))


def span(marker: dict[str, str]) -> tuple[int, int]:
    """Return the frames of a marker; one that ends at -1 is a point."""
    start, end = int(marker["in"]), int(marker["out"])
    return start, start + 1 if end == -1 else end
