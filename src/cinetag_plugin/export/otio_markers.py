"""Events as OpenTimelineIO markers, on the stack or on the clips."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import opentimelineio as otio

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import Conformed
from cinetag_plugin.export.otio_media import media_range, time_range
from cinetag_plugin.export.pieces import Piece
from cinetag_plugin.export.text import strict_json


def stack_markers(events: Sequence[Event], grid: Conformed) -> list[otio.schema.Marker]:
    """Return one marker an event, in the time of the timeline, which begins at 0."""
    markers = []
    for event in events:
        start, end = grid.span(event.start, event.end)
        markers.append(marker(event, time_range(start, end - start, grid.rate)))
    return markers


def clip_markers(
    events: Sequence[Event], cut: Sequence[Piece], grid: Conformed
) -> Iterator[tuple[int, otio.schema.Marker]]:
    """Yield ``(index of the clip, marker)``: each event cut at the borders of the clips, in media time.

    Each part says in ``metadata["cinetag"]["part"]`` which one of how many it is, from 1.
    """
    starts = [piece.start for piece in cut]
    ends = [piece.end for piece in cut]
    for event in events:
        start, end = grid.span(event.start, event.end)
        touched = range(bisect_right(ends, start), bisect_left(starts, end))
        for number, index in enumerate(touched, start=1):
            piece = cut[index]
            part = media_range(piece.reel, max(start, piece.start), min(end, piece.end), grid.rate)
            yield index, marker(event, part, part=[number, len(touched)])


def marker(event: Event, marked: otio.opentime.TimeRange, **more: Any) -> otio.schema.Marker:
    """Return a marker that says everything the event says.

    Args:
        event: gives name, comment, colour and data.
        marked: what it marks.
        more: facts added to ``metadata["cinetag"]``.
    """
    found = event.data.get("cinetag")
    ours = dict(found) if isinstance(found, Mapping) else {}
    # Kdenlive takes the category of a guide from its own number, not from the colour
    kdenlive = {"type": int(colour(event.colour, "kdenlive_type"))}
    return otio.schema.Marker(
        name=event.name,
        comment=event.comment,
        color=colour(event.colour, "otio"),
        marked_range=marked,
        metadata=strict_json({**event.data, "cinetag": ours | more, "kdenlive": kdenlive}),
    )
