"""The start timecode of a film: where files keep it, and which of several counts."""

import re
from collections.abc import Iterator
from fractions import Fraction

from cinetag_plugin.document.time import dropped_labels, frame_of_timecode, is_drop_frame
from cinetag_plugin.media.listing import Listing, Stream

_KEY = "timecode"


def start_labels(listing: Listing, stream: Stream, gop_timecode: str) -> Iterator[str]:
    """Yield the start timecodes that a file has, the weightiest first.

    The picture stream's tag, the timecode track's, the container's, and that of the first picture
    (MPEG-2). In the last two 00:00:00:00 is what writers put who know nothing, and is left out.
    """
    if _KEY in stream.tags:
        yield stream.tags[_KEY].strip()
    for track in listing.of_kind("Data"):
        if _KEY in track.tags:
            yield track.tags[_KEY].strip()
    for label in (listing.tags.get(_KEY, ""), gop_timecode):
        if label.strip("0:;. "):
            yield label.strip()


def usable_label(label: str, rate: Fraction) -> tuple[str | None, bool, str]:
    """Return a start timecode fit for ``rate``, whether it counts drop-frame, and a warning or nothing."""
    drop = is_drop_frame(label) and dropped_labels(rate) > 0
    try:
        frame_of_timecode(label, rate, drop)
    except ValueError as fault:
        return None, False, f"start timecode left out: {fault}"
    if is_drop_frame(label) and not drop:
        plain = re.sub("[;.,]", ":", label)
        return (
            plain,
            False,
            f"{rate} frames a second has no drop-frame timecode: {label} read as {plain}",
        )
    return label, drop, ""
