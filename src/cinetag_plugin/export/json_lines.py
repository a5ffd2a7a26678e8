"""JSON Lines: the film, then one event a line; the stable form for machines.

Each line is strict JSON (RFC 8259, UTF-8) and says by ``type`` whether it is the film or an event. Frames
are those of the film, seconds its presentation times since the first frame.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.table_csv import seconds_of
from cinetag_plugin.export.text import NAME_LIMIT, clean, decimal_seconds, strict_json

_DECIMALS = 6
_INNER = frozenset({"v"})


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the lines, each ended by ``\\n``."""
    return "".join(f"{compact_json(line)}\n" for line in _lines(events, analysis.film)).encode("utf-8")


def compact_json(value: Any) -> str:
    """Return strict JSON on one line, not escaping what is not ASCII."""
    return json.dumps(strict_json(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def facts(event: Event) -> dict[str, Any]:
    """Return what is known of an event by its keys in the table: ``kind``, ``class``, ``in``, ``out``, …"""
    found = event.data.get("cinetag", {})
    stated = {
        "kind": event.kind,
        "class": found.get("class", event.slug),
        "in": event.start,
        "out": event.end,
        "name": event.name,
    }
    return stated | {key: value for key, value in found.items() if key not in {*stated, *_INNER}}


def _lines(events: Sequence[Event], film: Film) -> Iterator[dict[str, Any]]:
    seconds, name = seconds_of(film), clean(film.name, NAME_LIMIT)
    yield {
        "type": "film",
        "film": name,
        "frames": film.frames,
        "rate": f"{film.rate.numerator}/{film.rate.denominator}",
        "variable_rate": film.variable_rate,
        "start_timecode": film.start_timecode,
        "seconds": _number(seconds(film.frames)),
        "width": film.width,
        "height": film.height,
        "fingerprint": film.fingerprint,
    }
    for event in events:
        yield {"type": "event", "film": name} | facts(event) | _shown(event, seconds)


def _shown(event: Event, seconds: Callable[[int], Fraction]) -> dict[str, Any]:
    return {
        "comment": event.comment,
        "colour": colour(event.colour, "hex"),
        "in_seconds": _number(seconds(event.start)),
        "out_seconds": _number(seconds(event.end)),
    }


def _number(seconds: Fraction) -> float:
    return float(decimal_seconds(seconds, _DECIMALS))
