"""A qpfile for the programs x264 and x265: an IDR picture at every cut and at the start of every beat.

Its quality is left open. FFmpeg's libx264 and libx265 take no such file. Frames are counted as the
encoder gets them, so nothing may drop or repeat frames on the way.
"""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.access_points import access_points

_ANY_QUALITY = -1


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return a line a picture; a film without cuts and beats has the one that every encode begins with."""
    lines = (f"{frame} I {_ANY_QUALITY}\n" for frame in [0, *access_points(events)])
    return "".join(lines).encode("ascii")
