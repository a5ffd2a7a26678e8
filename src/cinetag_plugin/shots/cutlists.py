"""Somebody else's cut list instead of a detector: EDL, OTIO, an analysis, or a table of frames.

Each reader returns boundaries by frame of the film. Readers take text from strangers: they
are bounded, and what they do not understand they refuse by line or by clip.
"""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from cinetag_plugin.document.checks import MOST_FRAMES
from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import DEEPEST_FIELD, read_analysis, read_limited
from cinetag_plugin.document.time import nearest_frame
from cinetag_plugin.shots.cut_table import from_table
from cinetag_plugin.shots.edl import from_edl
from cinetag_plugin.shots.given_cuts import CutList, FilmClock, GivenCuts

__all__ = ["CutList", "FilmClock", "GivenCuts", "read_cut_list", "refuse_outside"]

LARGEST = 64 * 1024 * 1024
"""Bytes of a cut list."""

_REMEDY = "give an EDL, an OTIO timeline, an analysis, or a table whose first frames stand under 'frame'"
_REFERENCE = "SerializableObjectRef"


def read_cut_list(path: Path, film: FilmClock) -> CutList:
    """Read a cut list; the ending tells its form: ``.edl``, ``.otio``, ``.cinetag.json``, or a table.

    Raises:
        DocumentError: not readable, not rising, or not in the film's time.
    """
    try:
        found = _read(path, film)
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", _REMEDY) from fault
    except ValueError as fault:
        raise DocumentError(path, str(fault), _REMEDY) from fault
    boundaries = [boundary for boundary in found.boundaries if boundary.frame > 0]
    for boundary in boundaries:
        if not 0 <= boundary.start <= boundary.end <= MOST_FRAMES:
            extent = f"has a {boundary.kind} from frame {boundary.start} to {boundary.end}"
            raise DocumentError(path, extent, "check that it belongs to this film")
    for earlier, later in pairwise(boundaries):
        if later.frame <= earlier.frame:
            raise DocumentError(path, *_out_of_order(earlier.frame, later.frame))
    return CutList(tuple(boundaries), found.warning)


def _out_of_order(earlier: int, later: int) -> tuple[str, str]:
    if earlier == later:
        return f"names frame {later} twice", "name each first frame once"
    return f"frame {later} comes after frame {earlier}", "sort the list"


def _read(path: Path, film: FilmClock) -> CutList:
    ending = path.suffix.lower()
    if ending == ".json":
        entries = (shot.transition_in for shot in read_analysis(path).shots)
        return CutList(tuple(Boundary(e.kind, e.start, e.end) for e in entries if e.kind != "start"))
    text = read_limited(path, LARGEST).decode("utf-8-sig")
    if ending == ".edl":
        return from_edl(text, film)
    return CutList(tuple(_from_otio(text, film.rate) if ending == ".otio" else from_table(text)))


def refuse_outside(path: Path, boundaries: Sequence[Boundary], frames: int) -> None:
    """Raise a :class:`DocumentError` where a boundary reaches beyond the film's last frame."""
    beyond = [b for b in boundaries if b.frame >= frames or b.end > frames]
    if beyond:
        raise DocumentError(
            path, f"names frame {beyond[0].end}, the film has {frames}", "check that it belongs to this film"
        )


def _from_otio(text: str, film_rate: Fraction) -> Iterator[Boundary]:
    """Yield the joins of the first video track; timeline time 0 is the film's first frame.

    A transition at either end of the track joins the film to nothing, and is none.
    """
    import opentimelineio as otio

    children = _picture(text)
    if not children:
        raise ValueError("holds no clips")
    position, after_transition = Fraction(0), False
    for number, child in enumerate(children, 1):
        try:
            if isinstance(child, otio.schema.Transition):
                if 1 < number < len(children):
                    yield _transition(child, position, film_rate)
                after_transition = True
                continue
            length = _seconds(child.duration(), film_rate)
        except Exception as fault:  # OTIO raises what its C++ side raises
            raise ValueError(f"clip {number} {child.name[:60]!r}: {_first_line(fault)}") from fault
        if length == 0:
            continue
        frame = nearest_frame(position, film_rate)
        if not after_transition:
            yield Boundary("cut", frame, frame)
        position, after_transition = position + length, False


def _picture(text: str) -> list[Any]:
    """Return what the first video track of a timeline holds."""
    import opentimelineio as otio

    _refuse_unbounded(text)
    try:
        timeline: Any = otio.adapters.read_from_string(text, "otio_json")
        return list(timeline.video_tracks()[0])
    except Exception as fault:  # OTIO raises what its C++ side raises
        raise ValueError(f"is not a timeline with a video track ({_first_line(fault)})") from fault


def _refuse_unbounded(text: str) -> None:
    """Raise a :class:`ValueError` for what would overflow the stack of OTIO, which checks no depth.

    References nest without brackets, even a timeline in itself; OTIO reads them, and never writes them.
    """
    unquoted = "".join(text.replace("\\\\", "").replace('\\"', "").split('"')[::2])
    steps = (1 if mark in "[{" else -1 for mark in unquoted if mark in "[]{}")
    if max(accumulate(steps), default=0) > DEEPEST_FIELD:
        raise ValueError(f"is nested more than {DEEPEST_FIELD} levels deep")
    try:
        json.loads(text, object_pairs_hook=_refuse_reference)
    except json.JSONDecodeError as fault:
        raise ValueError(f"is not JSON ({fault})") from fault


def _refuse_reference(pairs: list[tuple[str, Any]]) -> None:
    if any(key == "OTIO_SCHEMA" and str(value).startswith(_REFERENCE) for key, value in pairs):
        raise ValueError(f"holds objects by reference ({_REFERENCE})")


def _transition(transition: Any, position: Fraction, film_rate: Fraction) -> Boundary:
    start = nearest_frame(position - _seconds(transition.in_offset, film_rate), film_rate)
    end = nearest_frame(position + _seconds(transition.out_offset, film_rate), film_rate)
    return Boundary("dissolve", start, end)


def _seconds(time: Any, film_rate: Fraction) -> Fraction:
    """Return a duration in seconds; a rate written as 23.98 is the film's 24000/1001, 24 is not."""
    rate, value = Fraction(time.rate), Fraction(time.value)
    if abs(rate - film_rate) < film_rate / 2000:
        rate = film_rate
    if rate <= 0 or value < 0:
        raise ValueError(f"lasts {time.value} frames at {time.rate} a second")
    return value / rate


def _first_line(fault: Exception) -> str:
    return next(iter(str(fault).splitlines()), type(fault).__name__)
