"""Chapters for FFmpeg: a metadata file, given as an input of its own with ``-map_chapters``.

The time base is the length of a frame, so that starts and ends are frame numbers and nothing is rounded. At
variable rate, and where the file begins before its first picture, it is the film's own, and they are
presentation times since the file's beginning, as FFmpeg counts when it copies the film.
"""

import re
from collections.abc import Iterator, Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.selection import chapters, chapters_lost

_SPECIAL = re.compile(r"([=;#\\\n])")


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the file: a section ``[CHAPTER]`` for each beat, or else for each shot."""
    lines = [";FFMETADATA1"]
    for event in chapters(events, analysis.film):
        lines += _chapter(event, analysis.film)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what chapters do not hold."""
    return chapters_lost(events, analysis.film)


def _chapter(event: Event, film: Film) -> Iterator[str]:
    base = film.time_base if _is_timed(film) else 1 / film.rate
    start, end = _ticks(event.start, film), _ticks(event.end, film)
    yield "[CHAPTER]"
    yield f"TIMEBASE={base.numerator}/{base.denominator}"
    yield f"START={start}"
    yield f"END={max(end, start + 1)}"
    yield f"title={_escaped(event.name)}"


def _is_timed(film: Film) -> bool:
    return film.variable_rate or film.lead > 0


def _ticks(frame: int, film: Film) -> int:
    if not _is_timed(film):
        return frame
    since_first = max(film.clock.pts(frame) - film.clock.pts(0), 0)
    return since_first + round(film.lead / film.time_base)


def _escaped(value: str) -> str:
    r"""Return a value with a ``\`` before what FFmpeg's reader would take for the file's own form."""
    return _SPECIAL.sub(r"\\\1", value)
