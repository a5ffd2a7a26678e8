"""The frames at which an encode of the film should be able to begin: its cuts and the starts of its beats.

A gradual transition is none: its middle belongs to two shots, and a picture coded by itself there costs
bits that neither keeps.
"""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event


def access_points(events: Sequence[Event]) -> list[int]:
    """Return these frames of the film, rising, without frame 0, where every encode begins by itself."""
    return sorted({event.start for event in events if _begins_anew(event) and event.start > 0})


def _begins_anew(event: Event) -> bool:
    return event.kind == "beat" or (event.kind == "transition" and event.slug == "cut")
