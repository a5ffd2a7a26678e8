"""WebVTT metadata: a cue an event, whose text is JSON, for a ``<track kind="metadata">`` of a web page."""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.json_lines import compact_json, facts
from cinetag_plugin.export.moments import clock_times
from cinetag_plugin.export.selection import names_alone

_MILLISECONDS = 3
# "-->" ends a cue's text, and readers of other kinds take < and & for mark-up; JSON may say them so
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&"})


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return every event of the table as a cue of one line, numbered from 1."""
    times = clock_times(analysis.film, _MILLISECONDS)
    cues = [
        f"{number}\n{' --> '.join(times(event.start, event.end))}\n{_payload(event)}\n"
        for number, event in enumerate(sorted(events, key=lambda event: event.start), start=1)
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode("utf-8")


def losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what cues do not hold."""
    return names_alone(events)


def _payload(event: Event) -> str:
    return compact_json(facts(event)).translate(_ESCAPES)
