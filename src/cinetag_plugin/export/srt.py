"""SubRip: the names of what happens, as subtitles that any player shows."""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.moments import clock_times
from cinetag_plugin.export.selection import shown, shown_lost

_MILLISECONDS = 3
# players take both kinds of brackets and what follows a backslash for mark-up
_PLAIN = str.maketrans("<>{}\\", "()()/")


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return beats and tags, or else shots, as subtitles numbered from 1; lines end in CRLF."""
    times = clock_times(analysis.film, _MILLISECONDS, ",")
    cues = [
        f"{number}\r\n{' --> '.join(times(event.start, event.end))}\r\n{_text(event)}\r\n"
        for number, event in enumerate(shown(events, analysis.film), start=1)
    ]
    return "\r\n".join(cues).encode("utf-8")


def losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what subtitles do not hold of the beats and tags, or else the shots."""
    return shown_lost(events)


def _text(event: Event) -> str:
    return event.name.translate(_PLAIN) or event.kind  # a subtitle without text is none
