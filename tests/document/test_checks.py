"""What an analysis may not say against itself."""

import json

import pytest

from cinetag_plugin.document.checks import MOST_FRAMES, contradiction
from cinetag_plugin.document.files import parse_record
from cinetag_plugin.document.records import Analysis

FAULTS = [
    (("schema_version",), "2.0", "has schema 2.0"),
    (("film", "rate"), "0/1", "not above zero"),
    (("film", "time_base"), "-1/2", "not above zero"),
    (("film", "rate"), "1/100000000", "outside 1/1000 to 1000 frames a second"),
    (("film", "rate"), "1000000000/1", "outside 1/1000 to 1000 frames a second"),
    (("film", "time_base"), "1000000/1", "steps that no film has"),
    (("film", "timing", 0, "step"), -1, "times that do not rise"),
    (("film", "timing", 0, "step"), 0, "times that do not rise"),
    (("film", "timing"), [{"frame": f, "pts": 10 - f, "step": 1} for f in (0, 9)], "times that do not rise"),
    (("film", "pixel_aspect"), "0/1", "not above zero"),
    (("film", "width"), 0, "without size"),
    (("film", "duration"), -1.0, "shorter than nothing"),
    (("film", "frames"), 0, "no frames"),
    (("film", "frames"), MOST_FRAMES + 1, "more than a film can have"),
    (("film", "timing"), [], "timing"),
    (("film", "timing", 0, "frame"), 1, "timing"),
    (("film", "timing"), [{"frame": f, "pts": f, "step": 1} for f in (0, 9, 9)], "does not rise"),
    (("film", "timing"), [{"frame": f, "pts": f, "step": 1} for f in (0, 200)], "goes beyond the film"),
    (("film", "timing", 0, "step"), 2**64, "times that no film has"),
    (("film", "start_pts"), -(2**64), "times that no film has"),
    (("film", "start_timecode"), "01:00:00:99", "start timecode that cannot be"),
    (("film", "start_timecode"), "tomorrow", "start timecode that cannot be"),
    (("analysed", "end"), 201, "frames that the film does not have"),
    (("analysed", "start"), -1, "frames that the film does not have"),
    (("shots", 0, "end"), 0, "frames that the film does not have"),
    (("tag_spans", 0, "end"), 201, "frames that the film does not have"),
    (("beats", 0, "start"), 200, "frames that the film does not have"),
    (
        ("corrections",),
        [{"kind": "tag", "name": "sea", "start": 0, "end": 201}],
        "frames that the film does not have",
    ),
    (("shots", 1, "transition_in", "end"), 201, "transition outside"),
    (("shots", 1, "transition_in", "start"), 121, "transition outside"),
    (("key_frames", 0, "frame"), 200, "key frame outside"),
    (("key_frames", 0, "pts"), 2**63, "key frame outside"),
    (("shots", 1, "start"), 121, "do not follow each other"),
    (("analysed", "start"), 5, "do not follow each other"),
    (("shots", 0, "index"), 1, "shots that are not numbered"),
    (("key_frames", 0, "index"), 7, "key frames that are not numbered"),
    (("shots", 0, "key_frames"), [1], "key frames that it does not have"),
    (("shots", 0, "group"), 99, "shots that it does not have"),
    (("shots", 0, "group"), -1, "shots that it does not have"),
    (("key_frames", 0, "shot"), 2, "shots that it does not have"),
    (("tag_spans", 0, "shots"), [-1], "shots that it does not have"),
    (("beats", 0, "shots"), [0, 2], "shots that it does not have"),
    (("beats", 0, "key_shot"), 2, "shots that it does not have"),
    (("key_frames", 0, "tags", 0, "probability"), 1.1, "outside 0 to 1"),
    (("key_frames", 0, "beats", 0, "probability"), -0.1, "outside 0 to 1"),
    (("tags", 0, "relative_strength"), 2.0, "outside 0 to 1"),
    (("tag_spans", 0, "strength"), -1.0, "outside 0 to 1"),
    (("tag_spans", 0, "probability"), 1e300, "outside 0 to 1"),
    (("beats", 0, "confidence"), 1.5, "outside 0 to 1"),
    (("tags", 0, "count"), -1, "less than no times"),
    (("tags", 0, "weight"), -1.0, "less than no times"),
]


def parsed(document) -> Analysis:
    return parse_record(json.dumps(document).encode(), Analysis, subject="film")


def test_a_sound_analysis_has_no_fault(document):
    assert contradiction(parsed(document)) == ""


@pytest.mark.parametrize(("place", "value", "fault"), FAULTS)
def test_a_contradiction_is_found_and_named(document, place, value, fault):
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert fault in contradiction(parsed(document))


def test_a_varying_rate_may_be_what_one_tick_comes_to(document):
    document["film"] |= {"rate": "90000", "time_base": "1/90000", "variable_rate": True}
    assert contradiction(parsed(document)) == ""
    document["film"]["rate"] = "90001"
    assert "outside 1/1000 to 90000 frames a second" in contradiction(parsed(document))


def test_a_part_of_a_film_is_an_analysis_too(document):
    document["analysed"] = {"start": 120, "end": 200}
    document["shots"] = [document["shots"][1] | {"index": 0}]
    document["key_frames"], document["tag_spans"], document["beats"] = [], [], []
    assert contradiction(parsed(document)) == ""


def test_a_probability_may_be_off_by_rounding(document):
    document["tags"][0]["relative_strength"] = 1.0000001
    assert contradiction(parsed(document)) == ""


def test_later_minor_versions_of_the_schema_are_read(document):
    document["schema_version"] = "1.7"
    assert contradiction(parsed(document)) == ""
