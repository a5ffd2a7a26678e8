"""A reader of ``.otio`` that knows JSON and the format's documentation, and nothing of our writer."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class PlainClip:
    name: str
    source: tuple[int, int]
    available: tuple[int, int]
    url: str
    facts: dict[str, Any]
    markers: list[dict[str, Any]]


@dataclass
class PlainTimeline:
    start: int
    clips: list[PlainClip]
    tracks: list[tuple[str, str]]
    transitions: list[tuple[int, int, int]]
    """(how many clips lie before it, in offset, out offset)"""
    markers: list[dict[str, Any]]
    facts: dict[str, Any]
    rates: set[float] = field(default_factory=set)


def read(content: bytes) -> PlainTimeline:
    """Read a timeline; every time must be a whole number of frames."""
    rates: set[float] = set()
    document = json.loads(content, parse_constant=_refused)
    assert document["OTIO_SCHEMA"] == "Timeline.1"
    stack = document["tracks"]
    assert stack["OTIO_SCHEMA"] == "Stack.1"
    clips, transitions = [], []
    for item in stack["children"][0]["children"]:
        if item["OTIO_SCHEMA"] == "Transition.1":
            offsets = (_frames(item["in_offset"], rates), _frames(item["out_offset"], rates))
            transitions.append((len(clips), *offsets))
        else:
            clips.append(_clip(item, rates))
    tracks = [(track["kind"], track["name"]) for track in stack["children"]]
    start = _frames(document["global_start_time"], rates)
    markers = [_marker(marker, rates) for marker in stack["markers"]]
    facts = document["metadata"]["cinetag"]
    return PlainTimeline(start, clips, tracks, transitions, markers, facts, rates)


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def _clip(item: dict[str, Any], rates: set[float]) -> PlainClip:
    assert item["OTIO_SCHEMA"] == "Clip.2"
    media = item["media_references"][item["active_media_reference_key"]]
    assert media["OTIO_SCHEMA"] == "ExternalReference.1"
    return PlainClip(
        item["name"],
        _range(item["source_range"], rates),
        _range(media["available_range"], rates),
        media["target_url"],
        item["metadata"].get("cinetag", {}),
        [_marker(marker, rates) for marker in item["markers"]],
    )


def _marker(marker: dict[str, Any], rates: set[float]) -> dict[str, Any]:
    assert marker["OTIO_SCHEMA"] == "Marker.2"
    start, length = _range(marker["marked_range"], rates)
    said = {key: marker[key] for key in ("name", "comment", "color")}
    return said | {"start": start, "end": start + length, "facts": marker["metadata"]["cinetag"]}


def _range(given: dict[str, Any], rates: set[float]) -> tuple[int, int]:
    assert given["OTIO_SCHEMA"] == "TimeRange.1"
    return _frames(given["start_time"], rates), _frames(given["duration"], rates)


def _frames(given: dict[str, Any], rates: set[float]) -> int:
    assert given["OTIO_SCHEMA"] == "RationalTime.1"
    rates.add(given["rate"])
    assert given["value"] == int(given["value"]), given
    return int(given["value"])
