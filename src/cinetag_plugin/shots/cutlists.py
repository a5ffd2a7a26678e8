"""Somebody else's cut list instead of a detector: CMX 3600 EDL, OTIO, or a table of frames.

Each reader returns boundaries by frame of the film. Readers take text from strangers: they
are bounded, and what they do not understand they refuse by line.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Boundary, Frame
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.records import TransitionKind
from cinetag_plugin.document.time import frame_of_timecode, nearest_frame

LARGEST = 64 * 1024 * 1024
"""Bytes of a cut list."""

_REMEDY = "give an EDL, an OTIO timeline, or a table of first frames, one a line"
_EDL_EVENT = re.compile(
    r"(?P<number>\d{3,6})\s+\S+\s+(?P<channel>\S+)\s+(?P<edit>C|D|W\d{3}|K\s*[BO]?)\s+(?:(?P<length>\d{1,4})\s+)?"
    r"[\d:;.,]{11,12}\s+[\d:;.,]{11,12}\s+(?P<begin>[\d:;.,]{11,12})\s+(?P<end>[\d:;.,]{11,12})",
    re.ASCII,
)
_KINDS: dict[str, TransitionKind] = {
    "cut": "cut",
    "dissolve": "dissolve",
    "fade": "fade",
    "wipe": "wipe",
    "other": "other",
    "other-gradual": "other",
}
_NO_BOUNDARIES = frozenset({"start", "not_cut"})


@dataclass(frozen=True, slots=True)
class FilmClock:
    """What a cut list must know of the film: its rate, and the frame its first timecode names."""

    rate: Fraction
    start_frame: int
    drop_frame: bool = False


class GivenCuts:
    """A detector that finds what a cut list says."""

    def __init__(self, boundaries: Iterable[Boundary]) -> None:
        self._by_frame = {boundary.frame: boundary for boundary in boundaries}

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Return the boundary at this frame, if the list has one."""
        found = self._by_frame.get(frame.index)
        return () if found is None else (found,)

    def finish(self) -> Iterable[Boundary]:
        """Nothing is ever open."""
        return ()


def read_cut_list(path: Path, film: FilmClock) -> tuple[Boundary, ...]:
    """Read a cut list; its form is told by the file's ending (``.edl``, ``.otio``, anything else).

    Raises:
        DocumentError: not readable, empty, not rising, or not in the film's time.
    """
    content = read_limited(path, LARGEST)
    readers: dict[str, Callable[[str, FilmClock], Iterable[Boundary]]] = {
        ".edl": _from_edl,
        ".otio": _from_otio,
    }
    reader = readers.get(path.suffix.lower(), _from_table)
    try:
        found = [b for b in reader(content.decode("utf-8-sig"), film) if b.frame > 0]
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", _REMEDY) from fault
    except ValueError as fault:
        raise DocumentError(path, str(fault), _REMEDY) from fault
    for earlier, later in pairwise(found):
        if later.frame <= earlier.frame:
            raise DocumentError(
                path, f"frame {later.frame} comes after frame {earlier.frame}", "sort the list"
            )
    return tuple(found)


def refuse_outside(path: Path, boundaries: Sequence[Boundary], frames: int) -> None:
    """Raise a :class:`DocumentError` where a boundary lies beyond the film's last frame."""
    beyond = [boundary.frame for boundary in boundaries if boundary.frame >= frames]
    if beyond:
        raise DocumentError(
            path, f"names frame {beyond[0]}, the film has {frames}", "check that it belongs to this film"
        )


def _from_edl(text: str, film: FilmClock) -> Iterator[Boundary]:
    """Yield the boundaries of the video events by their record timecode.

    Record time is the film's own where the film has a timecode that the list reaches; otherwise
    the first event begins the film.
    """
    drop = False
    events: list[tuple[int, int, re.Match[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("FCM:"):
            drop = "NON" not in line.upper()
        match = _EDL_EVENT.match(line.strip())
        if match is None:
            continue
        # V is the picture, B both; A alone is sound
        if "V" not in match["channel"].upper() and match["channel"].upper() not in {"B", "NONE"}:
            continue
        begin, end = (_edl_frame(match[side], film.rate, drop, number) for side in ("begin", "end"))
        if end > begin:
            events.append((begin, end, match))
    if not events:
        raise ValueError("holds no video events of CMX 3600 form")
    zero = film.start_frame if 0 < film.start_frame <= events[0][0] else events[0][0]
    for begin, _, match in events:
        yield _edl_boundary(begin - zero, match)


def _edl_frame(label: str, rate: Fraction, drop: bool, line: int) -> int:
    try:
        return frame_of_timecode(label, rate, drop or None)
    except ValueError as fault:
        raise ValueError(f"line {line}: {fault}") from fault


def _edl_boundary(frame: int, event: re.Match[str]) -> Boundary:
    length = int(event["length"] or 0)
    if event["edit"] == "C" or length == 0:
        return Boundary("cut", frame, frame)
    kind: TransitionKind = "dissolve" if event["edit"] == "D" else "wipe"
    return Boundary(kind, frame, frame + length)


def _from_otio(text: str, film: FilmClock) -> Iterator[Boundary]:
    """Yield the joins of the first video track; timeline time 0 is the film's first frame."""
    import opentimelineio as otio

    try:
        timeline: Any = otio.adapters.read_from_string(text, "otio_json")
        tracks = timeline.video_tracks()
        track: Any = tracks[0]
        children = list(track)
    except Exception as fault:  # OTIO raises what its C++ side raises
        raise ValueError(f"is not a timeline with a video track ({type(fault).__name__})") from fault
    position, previous = Fraction(0), None
    for child in children:
        if isinstance(child, otio.schema.Transition):
            yield _otio_transition(child, position, film.rate)
        elif isinstance(child, otio.core.Item):
            frame = nearest_frame(position, film.rate)
            if not isinstance(previous, otio.schema.Transition):
                yield Boundary("cut", frame, frame)
            position += _otio_seconds(child.duration(), film.rate)
        previous = child


def _otio_transition(transition: Any, position: Fraction, rate: Fraction) -> Boundary:
    start = nearest_frame(position - _otio_seconds(transition.in_offset, rate), rate)
    end = nearest_frame(position + _otio_seconds(transition.out_offset, rate), rate)
    return Boundary("dissolve", start, end)


def _otio_seconds(time: Any, film_rate: Fraction) -> Fraction:
    """Return a duration in seconds; a rate written as 23.976 is the film's where they are that near."""
    rate = Fraction(time.rate)
    if abs(rate - film_rate) < film_rate / 1000:
        rate = film_rate
    if rate <= 0:
        raise ValueError("has a rate that is not above zero")
    return Fraction(time.value) / rate


def _from_table(text: str, film: FilmClock) -> Iterator[Boundary]:
    """Yield boundaries from rows: a first frame, or ``kind start end``; ``#`` begins a comment."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if _says_something(line)]
    if not lines:
        raise ValueError("is empty")
    column = _frame_column(_cells(lines[0][1]))
    for number, line in lines[1:] if column is not None else lines:
        try:
            yield from _row(_cells(line), column or 0)
        except (ValueError, IndexError) as fault:
            raise ValueError(f"line {number}: {line.strip()[:60]!r} is not a frame number") from fault


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _cells(line: str) -> list[str]:
    separator = next((mark for mark in "\t;," if mark in line), None)
    return [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=separator or " "))]


def _frame_column(header: Sequence[str]) -> int | None:
    """Return the column that a header names ``frame``, ``start`` or ``in``; None where there is no header."""
    names = [cell.casefold() for cell in header]
    if any(re.fullmatch(r"-?\d+", cell) for cell in names) or names[0] in {*_KINDS, *_NO_BOUNDARIES}:
        return None
    return next((names.index(name) for name in ("frame", "start", "in") if name in names), None)


def _row(cells: Sequence[str], column: int) -> Iterator[Boundary]:
    kind = cells[0].casefold()
    if kind in _NO_BOUNDARIES:
        return
    if kind in _KINDS:
        start, end = int(cells[1]), int(cells[2])
        if not 0 <= start <= end:
            raise ValueError("a transition ends after it starts")
        yield Boundary(_KINDS[kind], start, end)
        return
    frame = int(cells[column])
    if frame < 0:
        raise ValueError("frames are counted from 0")
    yield Boundary("cut", frame, frame)


_READERS: dict[str, Callable[[str, FilmClock], Iterable[Boundary]]] = {".edl": _from_edl, ".otio": _from_otio}
