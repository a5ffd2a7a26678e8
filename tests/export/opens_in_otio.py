"""Opens timelines with whatever OpenTimelineIO runs this file: ``python opens_in_otio.py FILE…``.

Run by test_otio_versions.py in the interpreters that CINETAG_OTIO_PYTHONS names; needs nothing else.
"""

import json
import sys

import opentimelineio as otio


def check(path):
    """Compare what the library understands with what the file says."""
    timeline = otio.adapters.read_from_file(path, "otio_json")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - old interpreters run this
        written = json.load(file)
    stack = timeline.tracks
    clips = list(timeline.video_tracks()[0].find_clips())
    assert len(stack.markers) == len(written["tracks"]["markers"])
    reached = 0
    for clip in clips:
        media, source = clip.media_reference.available_range, clip.source_range
        assert media.start_time <= source.start_time
        assert source.end_time_exclusive() <= media.end_time_exclusive()
        there = clip.transformed_time_range(source, stack)
        assert there.start_time.value == reached, (there, reached)
        reached += source.duration.value
        for marker in clip.markers:
            there = clip.transformed_time_range(marker.marked_range, stack)
            assert there.start_time.value in {m.marked_range.start_time.value for m in stack.markers} | {
                clip.transformed_time(source.start_time, stack).value
            }
    assert stack.duration().value == reached
    again = json.loads(otio.core.serialize_json_to_string(timeline, {}, 0))
    assert without_item_colours(again) == without_item_colours(written)


def without_item_colours(value):
    """Leave out the colour that 0.18 gives to every item, which says nothing."""
    if isinstance(value, list):
        return [without_item_colours(item) for item in value]
    if isinstance(value, dict):
        return {k: without_item_colours(v) for k, v in value.items() if (k, v) != ("color", None)}
    return value


if __name__ == "__main__":
    for name in sys.argv[1:]:
        check(name)
    sys.stdout.write(otio.__version__ + "\n")
