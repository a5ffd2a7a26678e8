"""Hook script ``cinetag_mark``: marks beats and tags on the clips of any timeline.

A clip whose media is ``…/film.mov`` is marked from ``…/film.cinetag.json`` beside it, where there
is one. Nothing is analysed. Running it again replaces the markers of the last run, so it may be
attached to a hook that runs twice. Timelines that cinetag itself wrote are left as they are: they
have these markers on their stack.
"""

import logging
import math
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import opentimelineio as otio

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.errors import CinetagError, printable
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.events import events
from cinetag_plugin.export.otio_markers import marker
from cinetag_plugin.export.otio_media import time_range
from cinetag_plugin.hooks.manager import Plugins

ARGUMENT = "cinetag_kinds"
"""Key of the argument map: the kinds of events to mark."""

_KINDS = ("beat", "tag")
_log = logging.getLogger("cinetag_plugin")


def hook_function(in_timeline: Any, argument_map: dict[str, Any] | None = None) -> Any:
    """Mark every clip that has an analysis beside its media; return the same timeline.

    Args:
        in_timeline: any object that was read or will be written.
        argument_map: ``cinetag_kinds`` names the kinds of events to mark (``beat`` and ``tag``).
    """
    if "cinetag" in getattr(in_timeline, "metadata", {}):
        return in_timeline
    wanted = (argument_map or {}).get(ARGUMENT, _KINDS)
    kinds = wanted.split(",") if isinstance(wanted, str) else wanted
    told = cache(partial(_told, kinds=kinds))
    for clip in in_timeline.find_clips() if hasattr(in_timeline, "find_clips") else ():
        document = _document_beside(clip.media_reference)
        found = told(document) if document else None
        if found:
            _mark(clip, *found)
    return in_timeline


def _document_beside(media: Any) -> Path | None:
    """Return where the analysis of a clip's media would lie; None for media that are no file."""
    try:
        url = urlsplit(getattr(media, "target_url", None) or "")
    except ValueError:
        return None
    if url.scheme not in {"file", ""} or url.netloc not in {"", "localhost"} or not url.path:
        return None
    path = Path(url2pathname(url.path))
    return path.with_name(path.stem + SUFFIX) if path.name else None


def _told(document: Path, kinds: Collection[str]) -> tuple[Analysis, list[Event]] | None:
    """Return an analysis and its events; None where there is none, or one that cannot be read."""
    try:
        analysis = read_analysis(document) if document.is_file() else None
    except (CinetagError, ValueError) as fault:
        _log.warning("cinetag_mark: %s", printable(fault))
        return None
    return (analysis, events(analysis, Plugins().names(), kinds=kinds)) if analysis else None


def _mark(clip: otio.schema.Clip, analysis: Analysis, table: Sequence[Event]) -> None:
    try:
        shown = clip.trimmed_range()
        grid = conformed(analysis, parsed_rate(f"{shown.start_time.rate:.6g}"))
    except (otio.exceptions.OTIOError, ValueError):
        return  # neither the clip nor its media says what is shown, or at what rate
    kept = [old for old in clip.markers if "cinetag" not in old.metadata]
    clip.markers[:] = [*kept, *_markers(shown, _media_start(clip, shown, grid), table, grid)]


def _media_start(clip: otio.schema.Clip, shown: otio.opentime.TimeRange, grid: Conformed) -> int:
    """Return what the clip's media call their first frame."""
    available = clip.media_reference.available_range
    if available:
        start: float = available.start_time.rescaled_to(shown.start_time.rate).value
        return round(start)
    return grid.start if shown.start_time.value >= grid.start else 0


def _markers(
    shown: otio.opentime.TimeRange, media_start: int, table: Sequence[Event], grid: Conformed
) -> Iterator[otio.schema.Marker]:
    """Yield a marker in media time for each event that a clip shows, cut at the ends of the clip."""
    rate = Fraction(shown.start_time.rate)  # as the clip writes it
    first, last = math.floor(shown.start_time.value), math.ceil(shown.end_time_exclusive().value)
    for event in table:
        start, end = (media_start + place for place in grid.span(event.start, event.end))
        start, end = max(start, first), min(end, last)
        if start < end:
            yield marker(event, time_range(start, end - start, rate))
