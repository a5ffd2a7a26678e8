"""Tag spans and beat events of a stream as they close, before the whole of it is known.

A span has closed when no later shot can be joined to it. A beat event has no such moment, for the
grouping weighs the whole film: it is told when it has stood some shots behind the newest, as the
grouping finds it among the last shots. What the whole film tells may differ, in beats above all.
"""

from collections.abc import Callable, Sequence

from cinetag_plugin.document.records import BeatEvent, KeyFrame, Shot, TagSpan
from cinetag_plugin.tags.spans import GAP_SHOTS, spans
from cinetag_plugin.tags.strengths import strengths

BEAT_SHOTS = 64
"""Shots among which beats are looked for."""

BEHIND_SHOTS = 8
"""Shots that an event must lie behind the newest one; beats are looked for each time so many have closed."""

Grouped = Callable[[Sequence[Shot], Sequence[KeyFrame]], Sequence[BeatEvent]]


class Closing:
    """Gathers the shots of a stream, and returns what has closed, each once."""

    def __init__(self) -> None:
        self._shots: list[Shot] = []
        self._key_frames: list[KeyFrame] = []
        self._told: set[tuple[str, int]] = set()
        self._beats_until = 0

    def add(self, shot: Shot, key_frames: Sequence[KeyFrame]) -> None:
        """Take the next shot, with its key frames."""
        self._shots.append(shot)
        self._key_frames += key_frames

    def spans(self) -> list[TagSpan]:
        """Return the spans that have closed since the last time, with strengths among the shots so far."""
        found = spans(self._shots, self._key_frames, strengths(self._key_frames))
        following: dict[str, TagSpan] = {}
        closed = []
        for span in reversed(found):
            after = following.get(span.tag)
            if self._may_grow(span, after):
                following[span.tag] = span
            elif (span.tag, span.start) not in self._told:
                self._told.add((span.tag, span.start))
                closed.append(span)
        return closed[::-1]

    def _may_grow(self, span: TagSpan, after: TagSpan | None) -> bool:
        """Tell whether a shot to come, or a span that may grow itself, can be joined to a span."""
        reach = span.shots[-1] + GAP_SHOTS + 1
        return reach > self._shots[-1].index or (after is not None and after.shots[0] <= reach)

    def beats(self, grouped: Grouped) -> list[BeatEvent]:
        """Return the beat events that have closed since the last time.

        Args:
            grouped: finds the events of some shots.
        """
        if len(self._shots) % BEHIND_SHOTS:
            return []
        looked_at = self._shots[-BEAT_SHOTS:]
        keys = [key for key in self._key_frames if key.shot >= looked_at[0].index]
        # an event at the edge of the shots looked at began before them
        first = max(self._beats_until, looked_at[0].index + (len(looked_at) < len(self._shots)))
        last = self._shots[-1].index - BEHIND_SHOTS
        found = grouped(looked_at, keys)
        closed = [beat for beat in found if first <= beat.shots[0] <= beat.shots[-1] <= last]
        if closed:
            self._beats_until = closed[-1].shots[-1] + 1
        return closed
