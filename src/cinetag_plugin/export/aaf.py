"""AAF: the cut of a film for Avid Media Composer, through the adapter of OpenTimelineIO.

The shots as clips of a track, with the film's sound under them where it has any. Nothing else: what the
adapter (2.0.0) does with markers is to leave them out. They go to Avid by :mod:`.avidxml` or :mod:`.avid`.

A shot is a master clip with its own name, whose identity follows from the film: a list that is written
again refers to the same clips. The adapter numbers all else anew each time and dates it, so that no two
files are the same bytes. What it says of timecode is put right afterwards: it takes every rate for one of
24, 25, 30 and 60, and files of 23.976 for drop frame.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import opentimelineio as otio

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.errors import ExportError, UnfitError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import nominal
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.otio import timeline
from cinetag_plugin.export.text import clean

ELSEWHERE = "Avid takes markers from avidxml or avid"

_SHOTS = "shot"
# SMPTE ST 330: the label of identities that are made from a UUID
_UMID = "urn:smpte:umid:060a2b34.01010105.01010f20.13000000"


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the file; no two are the same bytes.

    Raises:
        UnfitError: the adapter is not installed.
        ExportError: there is no room for a temporary file, which the adapter needs.
    """
    try:
        import aaf2
        from otio_aaf_adapter.adapters import advanced_authoring_format as adapter
    except ImportError as fault:
        said, remedy = "needs the package otio-aaf-adapter", "pip install 'cinetag-plugin[aaf]'"
        raise UnfitError("format aaf", said, remedy) from fault
    cut = timeline([], analysis)
    _identify(cut, analysis.film.fingerprint)
    try:
        with TemporaryDirectory(prefix="cinetag-") as folder:
            path = Path(folder) / "cut.aaf"
            adapter.write_to_file(cut, str(path))
            with aaf2.open(str(path), "rw") as file:
                _put_right(file.content.mobs, conformed(analysis))
            return path.read_bytes()
    except OSError as fault:
        said = f"cannot be made ({fault.strerror or fault})"
        raise ExportError("format aaf", said, "see that TMPDIR has room") from fault


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count the events, none of which is in the file unless it is a shot."""
    left_out = sum(event.kind != _SHOTS for event in table)
    return Losses(left_out=left_out, notes=(ELSEWHERE,) if left_out else ())


def _identify(cut: otio.schema.Timeline, fingerprint: str) -> None:
    """Give picture and sound of a shot one identity, that of what they show."""
    for clip in cut.find_clips():
        shown = clip.source_range
        facts = (clip.media_reference.target_url, fingerprint, clip.name, shown.start_time, shown.duration)
        number = uuid5(NAMESPACE_URL, clean(" ".join(map(str, facts)), sys.maxsize)).hex
        material = ".".join(number[place : place + 8] for place in range(0, 32, 8))
        clip.metadata["AAF"] = {"MobID": f"{_UMID}.{material}"}


def _put_right(mobs: Any, grid: Conformed) -> None:
    """Say how timecode counts, and how long the track of the picture is, which the adapter leaves at 0."""
    import aaf2

    for segment in _segments(mobs):
        if isinstance(segment, aaf2.components.Timecode):
            segment.fps, segment.drop = nominal(grid.rate), grid.drop
        if isinstance(segment, aaf2.components.Sequence):
            segment.length = grid.length


def _segments(mobs: Any) -> Iterator[Any]:
    for mob in mobs:
        for slot in mob.slots:
            yield slot.segment
