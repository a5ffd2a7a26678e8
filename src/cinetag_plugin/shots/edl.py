"""Edit decision lists of CMX 3600 form: video events, placed in the film by their record timecode."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.records import TransitionKind
from cinetag_plugin.document.time import day_length, frame_of_timecode, is_drop_frame
from cinetag_plugin.shots.given_cuts import CutList, FilmClock

_EVENT = re.compile(
    r"(?P<number>\d{3,6})\s+\S+\s+(?P<channel>\S+)\s+(?P<edit>C|D|W\d{3}|K\s*[BO]?)\s+(?:(?P<length>\d{1,4})\s+)?"
    r"[\d:;.,]{11,12}\s+[\d:;.,]{11,12}\s+(?P<begin>[\d:;.,]{11,12})\s+(?P<end>[\d:;.,]{11,12})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Event:
    """A stretch of picture ``[begin, end)`` and the transition that opens it, ``length`` frames long."""

    begin: int
    end: int
    kind: TransitionKind
    length: int
    label: str


def from_edl(text: str, film: FilmClock) -> CutList:
    """Return the boundaries between video events, and the ends of events that none follows at once.

    Record time is the film's own, through midnight; where the film has no timecode, the first
    event begins it. Events before the film are left out.

    Raises:
        ValueError: no video events, a line that is none, or nothing of the list lies in the film.
    """
    events, day = _read(text, film)
    if not events:
        raise ValueError("holds no video events of CMX 3600 form")
    zero = events[0].begin if film.start_frame is None else film.start_frame
    placed = [_placed(event, zero, day) for event in events]
    inside = [event for event in placed if event.end > 0]
    if not inside:
        raise ValueError(
            f"lies before the film's first timecode (it begins at {events[0].label}; see --start-tc)"
        )
    return CutList(tuple(_boundaries(inside)), _assumed(film, events[0], left_out=len(placed) - len(inside)))


def _assumed(film: FilmClock, first: _Event, left_out: int) -> str:
    if film.start_frame is None and first.begin:
        return f"the film has no timecode: its first frame was taken for {first.label} of the cut list"
    return f"{left_out} events of the cut list lie before the film and were left out" if left_out else ""


def _read(text: str, film: FilmClock) -> tuple[list[_Event], int]:
    """Return the video events in frames of record time, and the frames of a day of such timecode."""
    said: bool | None = None
    events: list[_Event] = []
    day = day_length(film.rate, film.drop_frame)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("FCM:"):
            said = "NON" not in line.upper()
        match = _EVENT.match(line.strip())
        if match is None or not _is_picture(match["channel"].upper()):
            continue
        drop = said or is_drop_frame(match["begin"]) or (said is None and film.drop_frame)
        day = day_length(film.rate, drop)
        try:
            event = _event(match, film, drop, day)
        except ValueError as fault:
            raise ValueError(f"line {number}: {fault}") from fault
        if event.end > event.begin:
            events.append(event)
    return events, day


def _is_picture(channel: str) -> bool:
    # V is the picture, B both; A alone is sound
    return "V" in channel or channel in {"B", "NONE"}


def _event(match: re.Match[str], film: FilmClock, drop: bool, day: int) -> _Event:
    begin, end = (frame_of_timecode(match[side], film.rate, drop or None) for side in ("begin", "end"))
    duration = _nearest(end - begin, day)
    if duration < 0:
        raise ValueError(f"the event ends at {match['end']}, before it begins at {match['begin']}")
    length = int(match["length"] or 0)
    kind: TransitionKind = "dissolve" if match["edit"] == "D" else "wipe"
    if match["edit"] == "C" or length == 0:
        kind, length = "cut", 0
    return _Event(begin, begin + duration, kind, length, match["begin"])


def _nearest(difference: int, day: int) -> int:
    """Return a difference of labels the short way round midnight."""
    return (difference + day // 2) % day - day // 2


def _placed(event: _Event, zero: int, day: int) -> _Event:
    begin = _nearest(event.begin - zero, day)
    return _Event(begin, begin + event.end - event.begin, event.kind, event.length, event.label)


def _boundaries(events: Sequence[_Event]) -> Iterator[Boundary]:
    end: int | None = None
    for event in events:
        if end is not None and end < event.begin:
            yield Boundary("cut", end, end)
        # what opens the film joins it to nothing
        if event.begin > 0:
            yield Boundary(event.kind, event.begin, event.begin + event.length)
        end = event.end
