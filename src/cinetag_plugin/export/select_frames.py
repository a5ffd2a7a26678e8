"""A chain of FFmpeg's filters that keeps the frames of the events and closes the gaps between them.

``select`` counts the frames that reach it, from 0: nothing may drop or repeat frames before it. Sound is
left to who cuts it: what is kept is said in frames.
"""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.lookup import looked_up
from cinetag_plugin.export.selection import picked
from cinetag_plugin.export.table_csv import seconds_of
from cinetag_plugin.export.text import decimal_seconds

_DECIMALS = 6


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return ``select='…',setpts='…'`` on one line: beats, or else tags, or else shots."""
    spans = _joined(picked(events, analysis.film))
    firsts = [start for start, _ in spans]
    kept = looked_up("n", firsts, [f"between(n,{start},{end - 1})" for start, end in spans])
    return f"select='{kept}',setpts='{_times(spans, analysis)}'\n".encode("ascii")


def _joined(events: Sequence[Event]) -> list[tuple[int, int]]:
    """Return frames ``[start, end)`` of the events, rising, those that touch as one."""
    spans: list[tuple[int, int]] = []
    for event in sorted(events, key=lambda event: event.start):
        if spans and event.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], event.end))
        else:
            spans.append((event.start, event.end))
    return spans


def _times(spans: Sequence[tuple[int, int]], analysis: Analysis) -> str:
    """Return when each kept frame is shown: evenly, or at variable rate as in the film, less the gaps."""
    if not analysis.film.variable_rate:
        return "N/FRAME_RATE/TB"
    seconds = seconds_of(analysis.film)
    firsts, gaps, kept, past = [], [], 0, 0
    gap = seconds(0)
    for start, end in spans:
        gap += seconds(start) - seconds(past)
        firsts.append(kept)
        gaps.append(decimal_seconds(gap, _DECIMALS))
        kept, past = kept + end - start, end
    # rounded, for setpts cuts off
    return f"round(PTS-{looked_up('N', firsts, gaps)}/TB)"
