"""The files of a film as OpenTimelineIO refers to them, and its ranges of time."""

from fractions import Fraction

import opentimelineio as otio

from cinetag_plugin.export.pieces import Reel


def media_range(reel: Reel, start: int, end: int, rate: Fraction) -> otio.opentime.TimeRange:
    """Return places ``[start, end)`` of the film in the time of the file that shows them."""
    return time_range(reel.media_at(start), end - start, rate)


def reference(reel: Reel, rate: Fraction) -> otio.schema.ExternalReference:
    """Return a new reference to a file; what it offers is what the film shows of it."""
    return otio.schema.ExternalReference(
        target_url=reel.url, available_range=media_range(reel, reel.start, reel.end, rate)
    )


def time_range(start: int, duration: int, rate: Fraction) -> otio.opentime.TimeRange:
    """Return a range of whole frames; here, at the very end, a rate becomes a float."""
    return otio.opentime.TimeRange(whole_time(start, rate), whole_time(duration, rate))


def whole_time(frames: int, rate: Fraction) -> otio.opentime.RationalTime:
    """Return a whole number of frames as OpenTimelineIO counts them."""
    return otio.opentime.RationalTime(float(frames), float(rate))
