"""Prints what OpenTimelineIO understands of files: ``PYTHON read_in_otio.py ADAPTER FILE@RATE…``.

A line of JSON a file, null where it has not that adapter; the rate may be left out, the @ not. Run in the
interpreters that CINETAG_OTIO_PYTHONS names; needs nothing else. 0.16 still has the adapters of other
formats: ``fcp_xml``, and ``cmx_3600``, which must be told the rate.
"""

import json
import sys
from fractions import Fraction

import opentimelineio as otio


def span(found):
    """Return start and end of a range, in whole frames."""
    start, length = found.start_time.value, found.duration.value
    assert (start, length) == (int(start), int(length)), found
    return [int(start), int(start + length)]


def understood(adapter, path, rate):
    """Return markers of the stack, those of clips in media time, and the clips' places in the track."""
    if adapter not in otio.adapters.available_adapter_names():
        return None
    told = {"rate": float(Fraction(rate))} if rate else {}
    timeline = otio.adapters.read_from_file(path, adapter, **told)
    clips = list(timeline.video_tracks()[0].find_clips())
    return {
        "release": otio.__version__,
        "markers": [span(marker.marked_range) for marker in timeline.tracks.markers],
        "clips": [span(clip.range_in_parent()) for clip in clips],
        "sources": [span(clip.source_range) for clip in clips],
        "clip_markers": [span(marker.marked_range) for clip in clips for marker in clip.markers],
    }


if __name__ == "__main__":
    for name in sys.argv[2:]:
        path, _, rate = name.rpartition("@")
        sys.stdout.write(json.dumps(understood(sys.argv[1], path, rate)) + "\n")
