"""Commands for FFmpeg's ``sendcmd``: a ``drawtext@cinetag`` says what happens, while it happens.

Text passes through two readers that take quotes and backslashes apart: that of ``sendcmd`` and that of the
options of ``drawtext``. A third, of ``%{…}`` in the text, is off where the graph says ``expansion=none``.
"""

import re
from collections.abc import Iterator, Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.events import KINDS
from cinetag_plugin.export.moments import half_a_frame_early
from cinetag_plugin.export.selection import shown
from cinetag_plugin.export.text import decimal_seconds

_DECIMALS = 6
_NOTHING = " "
"""Drawn where nothing happens: ``drawtext`` refuses an empty text."""

_OF_OPTIONS = re.compile(r"([\\':]|^ | $)")
_OF_COMMANDS = re.compile(r"([\\',; ])")


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return a line a change: names of the beats and tags that hold, or else of the shots, by `` + ``."""
    early = half_a_frame_early(analysis.film, analysis.film.lead)
    lines = [
        f"{decimal_seconds(early(frame), _DECIMALS)} drawtext@cinetag reinit text={_escaped(text)};\n"
        for frame, text in _changes(shown(events, analysis.film), analysis.film.frames)
    ]
    return "".join(lines).encode("utf-8")


def _changes(events: Sequence[Event], frames: int) -> Iterator[tuple[int, str]]:
    """Yield each frame at which the text is another, and the text; the first is frame 0."""
    coming = sorted(events, key=lambda event: event.start, reverse=True)
    edges = sorted({0, *(edge for event in events for edge in (event.start, event.end) if edge < frames)})
    held: list[Event] = []
    last = None
    for frame in edges:
        held = [event for event in held if event.end > frame]
        while coming and coming[-1].start <= frame:
            held.append(coming.pop())
        beats_first = sorted(held, key=lambda event: KINDS.index(event.kind))
        text = " + ".join(event.name for event in beats_first if event.name) or _NOTHING
        if text != last:
            yield frame, text
            last = text


def _escaped(text: str) -> str:
    return _OF_COMMANDS.sub(r"\\\1", _OF_OPTIONS.sub(r"\\\1", text))
