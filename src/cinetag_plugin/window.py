"""The part of a film that is to be analysed, from two texts: timecodes or seconds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.time import frame_of_timecode, parsed_seconds


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a film: a frame index, or seconds since the first frame; one of them is None."""

    frame: int | None = None
    seconds: Fraction | None = None

    def reached(self, frame: int, seconds: Fraction) -> bool:
        """Tell whether the frame with this index and time lies at or after the moment."""
        if self.frame is not None:
            return frame >= self.frame
        return self.seconds is not None and seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class Window:
    """Frames from ``start`` until before ``end``; None is the film's own start or end."""

    start: Moment | None = None
    end: Moment | None = None

    def begun(self, frame: int, seconds: Fraction) -> bool:
        """Tell whether the frame lies at or after the window's start."""
        return self.start is None or self.start.reached(frame, seconds)

    def over(self, frame: int, seconds: Fraction) -> bool:
        """Tell whether the frame lies at or after the window's end."""
        return self.end is not None and self.end.reached(frame, seconds)


def window_of(start: str | None, end: str | None, rate: Fraction, first_frame: int, drop: bool) -> Window:
    """Read ``--start`` and ``--end``.

    Args:
        start: ``hh:mm:ss:ff`` in the film's own timecode, or seconds, or None.
        end: likewise, exclusive.
        rate: frames a second.
        first_frame: the frame number that the film's start timecode names.
        drop: the film counts drop-frame.

    Raises:
        UsageError: neither timecode nor seconds, or before the film begins.
    """
    return Window(
        _moment("--start", start, rate, first_frame, drop), _moment("--end", end, rate, first_frame, drop)
    )


def _moment(option: str, text: str | None, rate: Fraction, first_frame: int, drop: bool) -> Moment | None:
    if text is None:
        return None
    try:
        if text.count(":") + text.count(";") < 3:
            return Moment(seconds=parsed_seconds(text))
        frame = frame_of_timecode(text, rate, drop or None) - first_frame
    except ValueError as fault:
        raise UsageError(f"{option} {text}", str(fault), "give seconds (90.5) or a timecode") from fault
    if frame < 0:
        raise UsageError(f"{option} {text}", "lies before the film's first timecode", "see cinetag info FILM")
    return Moment(frame=frame)
