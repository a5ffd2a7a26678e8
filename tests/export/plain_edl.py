"""Readers of event lists and marker lists that share no code with the writers.

Timecode is counted minute by minute (:mod:`plain_csv`).
"""

import re
from dataclasses import dataclass, field

from plain_csv import count

_TIMECODE = r"\d\d:\d\d:\d\d[:;]\d\d"
# columns of CMX 3600: event, reel, channel, edit, then source in and out, record in and out
_EVENT = re.compile(
    r"(\d{3})  ([A-Z0-9_]{1,8}) +V {5}C {8}"
    rf"({_TIMECODE}) ({_TIMECODE}) ({_TIMECODE}) ({_TIMECODE})( *)"
)
_LOCATOR = re.compile(rf"\* LOC: ({_TIMECODE}) ([A-Z]+ *) (.*)")
_MARKER = re.compile(r"([^|]*) \|C:ResolveColor([A-Z][a-z]+) \|M:([^|]*) \|D:(\d+)")
LATEST_COLUMN = 29  # where the first timecode stands


@dataclass
class PlainEvent:
    reel: str
    source: tuple[int, int]
    record: tuple[int, int]
    name: str = ""
    locators: list[tuple[int, str, str]] = field(default_factory=list)
    """frame of record time, colour, text"""


@dataclass
class PlainMarker:
    frame: int
    duration: int
    colour: str
    name: str
    note: str


def read(content: bytes, per_second: int, dropped: int) -> tuple[str, list[PlainEvent]]:
    """Read title and events of a CMX 3600 list."""
    title, lines = _opened(content, dropped)
    events: list[PlainEvent] = []
    for line in lines:
        if match := _EVENT.fullmatch(line):
            assert int(match[1]) == len(events) + 1
            assert match.start(3) == LATEST_COLUMN
            assert not match[7]
            times = [count(match[i], per_second, dropped) for i in range(3, 7)]
            events.append(PlainEvent(match[2], (times[0], times[1]), (times[2], times[3])))
        elif match := _LOCATOR.fullmatch(line):
            assert len(match[2]) == 7
            found = (count(match[1], per_second, dropped), match[2].strip(), match[3])
            events[-1].locators.append(found)
        else:
            events[-1].name = line.removeprefix("* FROM CLIP NAME:  ")
            assert events[-1].name != line
    return title, events


def read_markers(content: bytes, per_second: int, dropped: int) -> tuple[str, list[PlainMarker]]:
    """Read title and markers of a list in the form of Resolve's exports."""
    title, lines = _opened(content, dropped)
    assert len(lines) % 3 == 0
    markers = []
    for number, (event, words, blank) in enumerate(zip(lines[::3], lines[1::3], lines[2::3], strict=True), 1):
        placed, said = _EVENT.fullmatch(event), _MARKER.fullmatch(words)
        assert (int(placed[1]), placed[2], placed[7], blank) == (number, "001", "  ", "")
        assert placed[3] == placed[5]
        assert placed[4] == placed[6]
        start, after = (count(placed[i], per_second, dropped) for i in (3, 4))
        assert after - start == 1 or after == 0
        markers.append(PlainMarker(start, int(said[4]), said[2], said[3], said[1]))
    return title, markers


def _opened(content: bytes, dropped: int) -> tuple[str, list[str]]:
    text = content.decode("utf-8")
    assert not text.startswith("\ufeff")
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert not any("\n" in line or "\r" in line for line in lines)
    assert lines[1:3] == ["FCM: DROP FRAME" if dropped else "FCM: NON-DROP FRAME", ""]
    assert lines[0].startswith("TITLE: ")
    return lines[0].removeprefix("TITLE: "), lines[3:]


def read_avid(
    content: bytes, per_second: int, dropped: int, encoding: str = "utf-8"
) -> list[tuple[int, str, str, int]]:
    """Read frame, colour, comment and length of Avid's marker list."""
    text = content.decode(encoding)
    lines = text.split("\r\n")
    assert lines.pop() == ""
    rows = [line.split("\t") for line in lines]
    assert all(len(row) == 6 and (row[0], row[2]) == ("cinetag", "V1") for row in rows)
    return [(count(row[1], per_second, dropped), row[3], row[4], int(row[5])) for row in rows]
