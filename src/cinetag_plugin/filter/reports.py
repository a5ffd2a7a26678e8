"""The report: one JSON object a line, written as things become known.

The first line says what the stream is, then comes a line for each shot, tag span and beat event as it
closes, these two with ``"final": false``. At the end come all spans and events as the whole stream tells
them, with ``"final": true``, and last the summary. A report without a summary was cut off with the program
itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.files import plain
from cinetag_plugin.document.records import Analysis, BeatEvent, KeyFrame, TagSpan
from cinetag_plugin.filter.outcome import Outcome
from cinetag_plugin.filter.places import Places
from cinetag_plugin.filter.watching import ClosedShot
from cinetag_plugin.media.probe import Probe

Write = Callable[[bytes], None]


class Report:
    """Writes the report.

    Args:
        write: takes whole lines.
    """

    def __init__(self, write: Write) -> None:
        self._write = write

    def begin(self, facts: Probe, places: Places) -> None:
        """Write what the stream is."""
        self._line(
            "stream",
            {
                "format": facts.format,
                "width": facts.width,
                "height": facts.height,
                "pixel_format": facts.pixel_format,
                "rate": f"{facts.rate.numerator}/{facts.rate.denominator}",
                "time_base": f"{facts.time_base.numerator}/{facts.time_base.denominator}",
            },
        )

    def see(self, frame: Frame) -> None:
        """A frame is not reported."""

    def tell(self, closed: ClosedShot) -> None:
        """Write a shot; ``lag`` is how many frames had been passed on since its last."""
        shot = plain(closed.shot)
        shot["key_frames"] = [_key_frame(key) for key in closed.key_frames]
        kept = ("index", "start", "end", "transition_in", "key_frames", "measures")
        self._line("shot", {key: shot[key] for key in kept} | {"lag": closed.passed - closed.shot.end})

    def tell_event(self, event: TagSpan | BeatEvent, passed: int) -> None:
        """Write a tag span, without the strength that takes the whole film, or a beat event."""
        values = plain(event)
        values.pop("strength", None)
        self._event(event, values, passed, is_final=False)

    def close(self, outcome: Outcome) -> None:
        """Write what only the whole stream tells, and the summary."""
        if outcome.analysis is not None:
            self._write_whole_findings(outcome.analysis)
        self._line("summary", _summary(outcome))

    def _write_whole_findings(self, analysis: Analysis) -> None:
        events: list[TagSpan | BeatEvent] = [*analysis.tag_spans, *analysis.beats]
        for event in events:
            self._event(event, plain(event), analysis.film.frames, is_final=True)

    def _event(
        self, event: TagSpan | BeatEvent, values: Mapping[str, Any], passed: int, *, is_final: bool
    ) -> None:
        kind = "tag" if isinstance(event, TagSpan) else "beat"
        self._line(kind, {"final": is_final, **values, "lag": passed - event.end})

    def _line(self, kind: str, values: Mapping[str, Any]) -> None:
        self._write(msgspec.json.encode({"kind": kind, **values}) + b"\n")


def _key_frame(key: KeyFrame) -> dict[str, Any]:
    values = plain(key)
    return {name: values[name] for name in ("frame", "pts", "accepted", "tags", "beats")}


def _summary(outcome: Outcome) -> dict[str, Any]:
    analysis = outcome.analysis
    return {
        "complete": outcome.is_complete,
        "reason": outcome.reason,
        "bytes": outcome.passed,
        "frames": outcome.frames,
        "left_out": outcome.left_out,
        "shots": 0 if analysis is None else len(analysis.shots),
        "tags": [] if analysis is None else [plain(tag) for tag in analysis.tags],
        "beats": 0 if analysis is None else len(analysis.beats),
        "warnings": [] if analysis is None else list(analysis.warnings),
    }
