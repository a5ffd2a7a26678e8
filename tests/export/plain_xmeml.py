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
    sound: list[list[tuple[str, int, int, int, int, str]]]
    """the clips of each track of sound"""


def read(content: bytes) -> PlainXmeml:
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n')
    root = ET.fromstring(content)
    assert (root.tag, root.get("version")) == ("xmeml", "5")
    (sequence,) = root
    characteristics = sequence.find("media/video/format/samplecharacteristics")
    files = {file.attrib["id"]: file for file in root.iter("file") if len(file)}
    _check_links(sequence)
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
        [
            [_clip(clip, files) for clip in track.findall("clipitem")]
            for track in sequence.findall("media/audio/track")
        ],
    )


def _check_links(sequence: ET.Element) -> None:
    """See that each clip names itself and those that lie beside it, by their place in their tracks."""
    places = {}
    for medium in ("video", "audio"):
        for number, track in enumerate(sequence.findall(f"media/{medium}/track"), 1):
            for index, clip in enumerate(track.findall("clipitem"), 1):
                places[clip.attrib["id"]] = (medium, number, index)
    sounds = len(sequence.findall("media/audio/track"))
    for clip in sequence.iter("clipitem"):
        linked = [
            (
                link.findtext("linkclipref"),
                *(link.findtext(tag) for tag in ("mediatype", "trackindex", "clipindex")),
            )
            for link in clip.findall("link")
        ]
        if not sounds:
            assert linked == []
            continue
        assert len(linked) == 1 + sounds
        assert clip.attrib["id"] in {row[0] for row in linked}
        assert all(places[name] == (medium, int(track), int(index)) for name, medium, track, index in linked)
        assert {int(row[3]) for row in linked} == {places[clip.attrib["id"]][2]}
        source = clip.find("sourcetrack")
        if places[clip.attrib["id"]][0] == "audio":
            assert int(source.findtext("trackindex")) == places[clip.attrib["id"]][1]


def _clip(clip: ET.Element, files: dict[str, ET.Element]) -> tuple[str, int, int, int, int, str]:
    times = [int(clip.findtext(tag)) for tag in ("start", "end", "in", "out")]
    return (clip.findtext("name"), *times, files[clip.find("file").attrib["id"]].findtext("pathurl"))


def span(marker: dict[str, str]) -> tuple[int, int]:
    """Return the frames of a marker; one that ends at -1 is a point."""
    start, end = int(marker["in"]), int(marker["out"])
    return start, start + 1 if end == -1 else end
