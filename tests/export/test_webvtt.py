"""Metadata cues: any text survives as JSON, no event is a frame off, FFmpeg reads the same cues."""

import json
import subprocess

from hypothesis import given, settings
from made_films import NAMES, event, timed_tables, told
from plain_clock import frame_at, seconds
from plain_webvtt import read

from cinetag_plugin.export.events import events
from cinetag_plugin.export.webvtt import render
from cinetag_plugin.media.ffmpeg import find_ffmpeg


def test_the_beat_of_the_example():
    assert render(events(told(), NAMES, kinds={"beat"}), told()).decode() == (
        "WEBVTT\n\n1\n00:00:05.214 --> 00:00:07.299\n"
        '{"kind":"beat","class":"beat.battle","in":125,"out":175,"name":"Battle","confidence":0.81,'
        '"shots":[0],"key_shot":0,"origin":"model"}\n'
    )


def test_every_kind_of_event_is_a_cue():
    kinds = {json.loads(text)["kind"] for *_, text in read(render(events(told(), NAMES), told()))}
    assert kinds == {"film", "beat", "tag", "shot", "transition", "key_frame"}


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_frames_and_names_come_back(drawn):
    source, table = drawn
    cues = read(render(table, source))
    assert len(cues) == len(table)
    for (start, end, text), row in zip(cues, table, strict=True):
        times = seconds(start, ".", 3), seconds(end, ".", 3)
        assert times[0] < times[1]
        assert tuple(frame_at(source.film, time) for time in times) == (row.start, row.end)
        facts = json.loads(text)
        assert (facts["name"], facts["in"], facts["out"]) == (row.name, row.start, row.end)
        assert not set("<>&") & set(text)


def test_data_that_a_plugin_made_cannot_end_the_cue():
    odd = {"cinetag": {"class": "beat.x", "note": "a --> b\n\nWEBVTT", "share": float("nan")}}
    ((_, _, text),) = read(render([event(0, 9, data=odd)], told()))
    assert json.loads(text)["note"] == "a --> b WEBVTT"
    assert json.loads(text)["share"] is None


def test_ffmpeg_reads_the_same_cues(tmp_path):
    table = events(told(), NAMES)
    (tmp_path / "film.vtt").write_bytes(render(table, told()))
    read_by = [find_ffmpeg().path, "-v", "error", "-nostdin", "-i", str(tmp_path / "film.vtt")]
    done = subprocess.run(
        [*read_by, "-map", "0", "-c", "copy", "-f", "framecrc", "-"], check=True, capture_output=True
    )
    packets = [line.split(",") for line in done.stdout.decode().splitlines() if line[0] != "#"]
    ours = [(seconds(a, ".", 3) * 1000, seconds(b, ".", 3) * 1000) for a, b, _ in read(render(table, told()))]
    assert [(int(p[2]), int(p[2]) + int(p[3])) for p in packets] == ours
