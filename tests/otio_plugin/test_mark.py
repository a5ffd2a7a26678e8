"""The hook script marks clips of any timeline whose media have an analysis beside them."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import opentimelineio as otio
import pytest

ATTACHED = Path(__file__).parents[2] / "hooks" / "otio" / "cinetag_hooks.json"


def _range(start, duration, rate=24):
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(duration, rate)
    )


def _edit(media, *shown, available=None):
    """A timeline of clips of one film, as somebody cut it."""
    track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
    for source_range in shown:
        reference = otio.schema.ExternalReference(target_url=media, available_range=available)
        track.append(otio.schema.Clip(media_reference=reference, source_range=source_range))
    timeline = otio.schema.Timeline("edit")
    timeline.tracks.append(track)
    return timeline


def _run(timeline, **arguments):
    script = otio.plugins.ActiveManifest().from_name("cinetag_mark", "hook_scripts")
    return script.run(timeline, arguments)


def _marked(timeline):
    return [
        [(m.name, m.marked_range.start_time.value, m.marked_range.duration.value) for m in clip.markers]
        for clip in timeline.find_clips()
    ]


def _media(document):
    return document.with_name("film.mov").as_uri()


def test_each_clip_is_marked_with_what_it_shows(document):
    edit = _edit(
        _media(document), _range(86400 + 90, 30), _range(86400 + 200, 40), available=_range(86400, 240)
    )
    assert _marked(_run(edit)) == [[("War", 86490, 30), ("Battle", 86500, 20)], []]


@pytest.mark.parametrize(
    ("shown", "available", "battle"),
    [
        (_range(0, 240), _range(0, 240), (100, 100)),
        (_range(0, 240), None, (100, 100)),
        (_range(86400, 240), None, (86500, 100)),
        (None, _range(86400, 240), (86500, 100)),
        (_range(90000, 250, 25), _range(90000, 250, 25), (90104, 104)),
        (_range(86400, 240), _range(3600, 10, 1), (86500, 100)),
    ],
)
def test_markers_lie_in_the_time_of_the_media_whatever_it_starts_at(document, shown, available, battle):
    edit = _edit(_media(document), shown, available=available)
    assert ("Battle", *battle) in _marked(_run(edit))[0]


def test_markers_count_at_the_rate_that_the_clip_writes(document):
    edit = _run(_edit(_media(document), _range(0, 240, 23.98)))
    assert {m.marked_range.start_time.rate for clip in edit.find_clips() for m in clip.markers} == {23.98}
    assert _marked(edit)[0][1] == ("Battle", 100, 100)


def test_running_twice_changes_nothing_and_leaves_the_markers_of_others(document):
    edit = _edit(_media(document), _range(86400, 240))
    for clip in edit.find_clips():
        clip.markers.append(otio.schema.Marker("mine", marked_range=_range(86400, 1)))
    once = _run(edit).to_json_string()
    assert _run(edit).to_json_string() == once
    assert [name for name, *_ in _marked(edit)[0]] == ["mine", "War", "Battle"]


@pytest.mark.parametrize("kinds", ["beat", ["beat"]])
def test_the_kinds_can_be_chosen(document, kinds):
    edit = _run(_edit(_media(document), _range(86400, 240)), cinetag_kinds=kinds)
    assert [name for name, *_ in _marked(edit)[0]] == ["Battle"]


def test_a_timeline_of_ours_is_left_as_it_is(document):
    timeline = otio.adapters.read_from_file(str(document), adapter_name="cinetag")
    before = timeline.to_json_string()
    assert _run(timeline).to_json_string() == before


@pytest.mark.parametrize(
    "media",
    [
        "",
        "http://example.org/film.mov",
        "file://server/film.mov",
        "file:///nowhere/film.mov",
        "file:///",
        "http://[x",
    ],
)
def test_media_without_an_analysis_beside_them_are_passed_over(media):
    assert _marked(_run(_edit(media, _range(0, 240)))) == [[]]


def test_a_clip_that_does_not_say_what_it_shows_is_passed_over(document):
    assert _marked(_run(_edit(_media(document), None))) == [[]]
    assert _marked(_run(_edit(_media(document), _range(0, 5, 0)))) == [[]]


def test_things_that_are_no_timeline_pass_through():
    for thing in (
        otio.schema.Marker("m"),
        otio.schema.SerializableCollection(),
        otio.schema.Clip("no media"),
    ):
        assert _run(thing) is thing


def test_a_broken_analysis_is_a_warning_and_not_the_end(document, caplog):
    document.write_text("no json")
    edit = _edit(_media(document), _range(0, 240), _range(0, 10))
    with caplog.at_level(logging.WARNING):
        assert _marked(_run(edit)) == [[], []]
    assert len(caplog.records) == 1
    assert "film.cinetag.json" in caplog.text


def test_the_manifest_for_users_attaches_the_script(document, tmp_path):
    source, target = tmp_path / "edit.otio", tmp_path / "marked.otio"
    otio.adapters.write_to_file(_edit(_media(document), _range(86400, 240)), str(source))
    command = [sys.executable, "-m", "opentimelineio.console.otioconvert", "-H", "cinetag_kinds=beat"]
    subprocess.run(
        [*command, "-i", str(source), "-o", str(target)],
        env=os.environ | {"OTIO_PLUGIN_MANIFEST_PATH": str(ATTACHED)},
        check=True,
    )
    clip = json.loads(target.read_text())["tracks"]["children"][0]["children"][0]
    assert [marker["name"] for marker in clip["markers"]] == ["Battle"]
