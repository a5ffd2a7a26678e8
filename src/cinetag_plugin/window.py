"""The part of a film that is to be analysed, from two texts: timecodes or seconds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.time import day_length, frame_of_timecode, parsed_seconds

_FASTEST = Fraction(1000)
"""A rate that has every label: what is no timecode at this one is none at all."""


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

    @property
    def is_whole(self) -> bool:
        """Whether every frame lies inside."""
        return self.start is None and self.end is None

    def begun(self, frame: int, seconds: Fraction) -> bool:
        """Tell whether the frame lies at or after the window's start."""
        return self.start is None or self.start.reached(frame, seconds)

    def is_empty(self) -> bool:
        """Tell whether no frame can lie inside, as far as that is known before the film is decoded."""
        start, end = self.start, self.end
        if start is None or end is None:
            return False
        if start.frame is not None and end.frame is not None:
            return end.frame <= start.frame
        return start.seconds is not None and end.seconds is not None and end.seconds <= start.seconds

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
    window = Window(
        _moment("--start", start, rate, first_frame, drop), _moment("--end", end, rate, first_frame, drop)
    )
    if window.is_empty():
        raise UsageError(f"--start {start} --end {end}", "the end is not after the start", "swap them")
    return window


def _moment(option: str, text: str | None, rate: Fraction, first_frame: int, drop: bool) -> Moment | None:
    if text is None:
        return None
    try:
        if not is_timecode(text):
            return Moment(seconds=parsed_seconds(text))
        frame = frame_of_timecode(text, rate, drop or None) - first_frame
    except ValueError as fault:
        raise UsageError(f"{option} {text}", str(fault), "give seconds (90.5) or a timecode") from fault
    return Moment(frame=_since_start(frame, day_length(rate, drop), f"{option} {text}"))


def _since_start(frame: int, day: int, subject: str) -> int:
    """Return a frame counted from the film's start; labels begin again at midnight.

    What lies more than half a day ahead is meant to lie before the film.
    """
    frame %= day
    if frame > day // 2:
        raise UsageError(subject, "lies before the film's first timecode", "see cinetag info FILM")
    return frame


def is_timecode(text: str) -> bool:
    """Tell whether a time is written with frames, ``hh:mm:ss:ff``, rather than as seconds."""
    return text.count(":") + text.count(";") >= 3


def refuse_no_time(option: str, text: str | None) -> None:
    """Raise a :class:`UsageError` where a text is neither seconds nor a timecode at any rate."""
    if text is None:
        return
    try:
        if is_timecode(text):
            frame_of_timecode(text, _FASTEST, drop=False)
        else:
            parsed_seconds(text)
    except ValueError as fault:
        raise UsageError(f"{option} {text}", str(fault), "give seconds (90.5) or a timecode") from fault


def refuse_no_label(label: str | None, rate: Fraction) -> None:
    """Raise a :class:`UsageError` where a start timecode of the user's does not exist at the film's rate."""
    if label is None:
        return
    try:
        frame_of_timecode(label, rate)
    except ValueError as fault:
        raise UsageError(
            f"--start-tc {label}", str(fault), "see the film's rate with cinetag info"
        ) from fault
