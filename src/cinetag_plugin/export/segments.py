"""CSV for scripts that cut a film into pieces: its shots and what lies around them, without gaps.

``ss`` and ``to`` are seconds for FFmpeg's options of these names, each half a frame early so that the
rounding of a container costs no frame. They count from the beginning of the file, as FFmpeg does when it
takes sound and picture, and need ``-frames:v`` with ``frames``: FFmpeg counts ``-to`` from the first frame
that it keeps, and would add one where frames are uneven. True times stand in the format ``csv``. Only
encoding anew cuts on any frame: a copied stream begins at a key frame.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.events import shot_name
from cinetag_plugin.export.moments import half_a_frame_early
from cinetag_plugin.export.pieces import NOT_ANALYSED
from cinetag_plugin.export.spreadsheet import written
from cinetag_plugin.export.text import decimal_seconds

HEADER = ("segment", "in_frame", "out_frame", "frames", "ss", "to", "name")
_DECIMALS = 6


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return a row a piece, numbered from 0; the frames of all together are the film's."""
    early = half_a_frame_early(analysis.film, analysis.film.lead)
    rows: list[Sequence[Any]] = [HEADER]
    for number, (start, end, name) in enumerate(_pieces(analysis)):
        times = [decimal_seconds(early(frame), _DECIMALS) for frame in (start, end)]
        rows.append([number, start, end, end - start, *times, name])
    return written(rows)


def _pieces(analysis: Analysis) -> Iterator[tuple[int, int, str]]:
    reached, frames = 0, analysis.film.frames
    for shot in analysis.shots:
        if shot.start > reached:
            yield reached, shot.start, NOT_ANALYSED
        yield shot.start, shot.end, shot_name(shot.index, len(analysis.shots))
        reached = shot.end
    if reached < frames:
        yield reached, frames, NOT_ANALYSED
