"""The OpenTimelineIO timeline: every marker and clip on its frame, at every rate, from every start."""

import json
from fractions import Fraction
from itertools import accumulate, pairwise

import opentimelineio
import plain_otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import GRIDS, NAMES, STARTS, analysis, event, event_tables, film, minute_starts, shots, told

from cinetag_plugin.document.contracts import Category
from cinetag_plugin.document.records import BeatEvent, Source, Span, Transition
from cinetag_plugin.export.events import events
from cinetag_plugin.export.otio import render, timeline

# as the OpenTimelineIO library prints these rates
RATES_AS_WRITTEN = {
    Fraction(24000, 1001): 23.976023976023978,
    Fraction(30000, 1001): 29.97002997002997,
    Fraction(48000, 1001): 47.952047952047955,
    Fraction(60000, 1001): 59.94005994005994,
}


def _as_written(rate):
    return RATES_AS_WRITTEN.get(rate, float(rate))


def _start(made, per_second, dropped):
    """The frame that the start label names, counted second by second from its hours and minutes."""
    if made.start_timecode is None:
        return 0
    hours, minutes, seconds = map(int, made.start_timecode[:8].split(":"))
    return (
        minute_starts(per_second, dropped, hours * 60 + minutes)[-1]
        + seconds * per_second
        - (dropped if minutes % 10 else 0)
    )


def _labels(made):
    return next((n, d) for rate, drop, n, d in GRIDS if rate == made.rate and drop == made.drop_frame)


@settings(max_examples=150, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    total, start = source.film.frames, _start(source.film, *_labels(source.film))
    found = plain_otio.read(render(table, source))
    assert found.rates == {_as_written(source.film.rate)}
    assert found.start == start
    assert [(m["start"], m["end"], m["name"]) for m in found.markers] == [
        (e.start, e.end, e.name) for e in table
    ]
    assert [clip.source for clip in found.clips] == [(start + s.start, s.end - s.start) for s in source.shots]
    assert {clip.available for clip in found.clips} == {(start, total)}
    assert sum(length for _, length in (clip.source for clip in found.clips)) == total
    assert found.tracks == [("Video", "V1")] + [("Audio", "A1")] * source.film.has_audio


@settings(max_examples=100, deadline=None)
@given(event_tables())
def test_markers_on_clips_put_together_again_give_the_events(drawn):
    source, table = drawn
    written = opentimelineio.core.serialize_json_to_string(timeline(table, source, markers="clip"), {}, 0)
    found = plain_otio.read(written.encode())
    assert found.markers == []
    joined = {}
    for clip in found.clips:
        first, length = clip.source
        for marker in clip.markers:
            assert first <= marker["start"] < marker["end"] <= first + length
            joined.setdefault(marker["name"], []).append(marker)
    for row in table:
        parts = joined.pop(row.name)
        assert [part["facts"]["part"] for part in parts] == [[i + 1, len(parts)] for i in range(len(parts))]
        assert (parts[0]["start"] - found.start, parts[-1]["end"] - found.start) == (row.start, row.end)
        assert all(a["end"] == b["start"] for a, b in pairwise(parts))
    assert not joined


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_the_library_puts_clip_markers_on_the_frames_of_stack_markers(drawn):
    source, table = drawn
    made = timeline(table, source, markers="both")
    stack, begins = made.tracks, {m.name: m.marked_range.start_time.value for m in made.tracks.markers}
    ends = {m.name: m.marked_range.end_time_exclusive().value for m in made.tracks.markers}
    for clip in made.video_tracks()[0]:
        for marker in clip.markers:
            there = clip.transformed_time_range(marker.marked_range, stack)
            part, parts = marker.metadata["cinetag"]["part"]
            if part == 1:
                assert there.start_time.value == begins[marker.name]
            if part == parts:
                assert there.end_time_exclusive().value == ends[marker.name]


@pytest.mark.parametrize("start", [None, *STARTS])
def test_five_million_frames_in_nothing_has_drifted(start):
    label = start and f"{start}:00"
    long = film(5_000_100, Fraction(24000, 1001), start_timecode=label)
    found = plain_otio.read(render([event(5_000_000, 5_000_001)], analysis(long, (0, 4_999_999, 5_000_100))))
    assert (found.markers[0]["start"], found.markers[0]["end"]) == (5_000_000, 5_000_001)
    assert found.clips[1].source == (found.start + 4_999_999, 101)


def test_the_example_film():
    found = plain_otio.read(render(events(told(), NAMES), told()))
    assert found.start == 86400
    assert [(m["name"], m["start"], m["end"], m["color"]) for m in found.markers] == [
        ("Film: War 0.82", 0, 720, "WHITE"),
        ("War", 0, 480, "RED"),
        ("Battle", 125, 175, "RED"),
        ("Military", 240, 480, "RED"),
        ("Dissolve", 474, 486, "ORANGE"),
    ]
    assert [clip.name for clip in found.clips] == ["Shot 001", "Shot 002", "Shot 003"]
    assert {clip.url for clip in found.clips} == {"file:///media/film.mov"}
    assert found.markers[2]["comment"] == "beat - confidence 0.81 - shot 1"


def test_every_class_of_beats_is_a_marker_with_its_name_and_the_colour_of_its_category():
    length = 20
    classes = [*NAMES.beat_classes, Category(slug="of_a_plugin", name="Of a plugin")]
    beats = tuple(
        BeatEvent(category=known.slug, start=n * length, end=n * length + length, confidence=0.5, shots=(n,))
        for n, known in enumerate(classes)
    )
    source = analysis(borders=[n * length for n in range(37)], beats=beats)
    markers = plain_otio.read(render(events(source, NAMES, kinds={"beat"}), source)).markers
    assert [m["name"] for m in markers] == [known.name for known in classes]
    assert [(m["start"], m["end"]) for m in markers] == [(beat.start, beat.end) for beat in beats]
    assert {m["comment"] for m in markers[:3]} == {f"beat - confidence 0.50 - shot {n}" for n in (1, 2, 3)}
    colour = {known.slug: m["color"] for known, m in zip(classes, markers, strict=True)}
    # spec of colours, column otio
    assert {colour[slug] for slug in ("battle", "physical_war", "bomb_explosion", "arrows_war")} == {"RED"}
    assert {colour[slug] for slug in ("pursuit", "car_pursuit", "men_pursuit")} == {"ORANGE"}
    assert {colour[slug] for slug in ("despair_good", "despair", "despair_in_jail")} == {"BLUE"}
    assert (colour["victory_good"], colour["victory_bad"], colour["victory"]) == ("GREEN", "BLACK", "GREEN")
    assert (colour["argument"], colour["joy"], colour["of_a_plugin"]) == ("CYAN", "MAGENTA", "WHITE")


def test_what_the_metadata_say():
    found = plain_otio.read(render(events(told(), NAMES), told()))
    assert found.facts["schema_version"] == "1.0"
    assert found.facts["film"]["rate"] == "24000/1001"
    assert [tag["slug"] for tag in found.facts["tags"]] == ["war", "military"]
    assert found.facts["models"][0]["name"] == "tiny"
    second = found.clips[1].facts
    assert (second["shot"], second["key_frames"]) == (1, [360])
    assert (second["transition_in"], second["transition_out"]) == ("cut", "dissolve")
    assert [tag["slug"] for tag in second["tags"]] == ["war", "military"]
    assert found.clips[2].facts["tags"] == []


def test_kdenlive_and_resolve_find_the_keys_they_look_for():
    document = json.loads(render(events(told(), NAMES), told()))
    assert all(
        track["metadata"]["Resolve_OTIO"] == {"Locked": False} for track in document["tracks"]["children"]
    )
    assert document["tracks"]["markers"][2]["metadata"]["kdenlive"] == {"type": 8}


def test_shots_cuts_and_key_frames_are_no_markers():
    kinds = {m["facts"]["kind"] for m in plain_otio.read(render(events(told(), NAMES), told())).markers}
    assert kinds == {"film", "beat", "tag", "transition"}


def test_dissolves_as_transitions_take_the_place_of_their_markers():
    made = timeline(events(told(), NAMES), told(), transitions=True)
    found = plain_otio.read(opentimelineio.core.serialize_json_to_string(made, {}, 0).encode())
    assert found.transitions == [(2, 6, 6)]
    assert "Dissolve" not in {m["name"] for m in found.markers}
    assert made.video_tracks()[0].duration().value == 720


def test_an_old_form_has_clips_of_one_reference_that_the_library_reads():
    content = render(events(told(), NAMES), told(), schema="0.14")
    track = json.loads(content)["tracks"]["children"][0]
    assert {clip["OTIO_SCHEMA"] for clip in track["children"]} == {"Clip.1"}
    assert {clip["media_reference"]["target_url"] for clip in track["children"]} == {"file:///media/film.mov"}
    again = opentimelineio.adapters.read_from_string(content.decode(), "otio_json")
    assert [clip.source_range.start_time.value for clip in again.video_tracks()[0]] == [86400, 86640, 86880]


def test_for_kdenlive_the_names_stand_in_the_comments():
    markers = plain_otio.read(render(events(told(), NAMES), told(), host="kdenlive")).markers
    assert [m["comment"] for m in markers[:3]] == [
        "Film: War 0.82: War 0.82 - Military 0.61",
        "War: tag - strength 0.82 - probability 0.91",
        "Battle: beat - confidence 0.81 - shot 1",
    ]
    assert markers[2]["name"] == "Battle"


def test_markers_are_written_where_they_are_asked_for():
    table = events(told(), NAMES)
    stack, clip, both = (
        plain_otio.read(render(table, told(), markers=place)) for place in ("stack", "clip", "both")
    )
    assert (len(stack.markers), len(clip.markers), len(both.markers)) == (5, 0, 5)
    assert [len(c.markers) for c in stack.clips] == [0, 0, 0]
    assert [len(c.markers) for c in clip.clips] == [len(c.markers) for c in both.clips] == [3, 4, 2]


def test_a_transition_is_no_longer_than_the_clips_beside_it():
    cut = shots((0, 100, 104, 200), Transition(kind="dissolve", start=80, end=120))
    made = timeline([], analysis(film(200), shots=cut), transitions=True)
    (dissolve,) = (item for item in made.tracks[0] if isinstance(item, opentimelineio.schema.Transition))
    assert (dissolve.in_offset.value, dissolve.out_offset.value) == (20, 4)


def test_what_was_not_analysed_stays_in_the_timeline_as_film():
    source = analysis(
        film(1000, start_timecode="01:00:00:00"), (300, 400, 600), analysed=Span(start=300, end=600)
    )
    found = plain_otio.read(render([event(300, 310)], source))
    assert [clip.name for clip in found.clips] == ["Not analysed", "Shot 001", "Shot 002", "Not analysed"]
    assert [clip.source for clip in found.clips] == [
        (86400, 300),
        (86700, 100),
        (86800, 200),
        (87000, 400),
    ]
    assert found.markers[0]["start"] == 300


def test_the_parts_of_a_joined_film_are_cut_and_named_as_files():
    rate = Fraction(24)
    reels = (
        Source(path="/dcp/reel 1.mxf", start=0, frames=300, entry=24, rate=rate),
        Source(path="/dcp/reel 2.mxf", start=300, frames=420, entry=0, rate=rate),
    )
    source = analysis(film(720, rate, path="/dcp", sources=reels), (0, 240, 720))
    found = plain_otio.read(render([], source))
    assert [(clip.name, clip.source, clip.available) for clip in found.clips] == [
        ("Shot 001", (24, 240), (24, 300)),
        ("Shot 002", (264, 60), (24, 300)),
        ("Shot 002", (0, 420), (0, 420)),
    ]
    assert [clip.url for clip in found.clips][1:] == ["file:///dcp/reel%201.mxf", "file:///dcp/reel%202.mxf"]
    marked = timeline([event(230, 310)], source, markers="clip")
    assert list(accumulate(len(clip.markers) for clip in marked.tracks[0])) == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a b/ü#?%20.mov", "file:///a%20b/%C3%BC%23%3F%2520.mov"),
        ("/bad\udcff.mov", "file:///bad%FF.mov"),
        ("/worse\ud83d.mov", "file:///worse%3F.mov"),
        ("/line\nbreak\x00.mov", "file:///line%0Abreak%00.mov"),
    ],
)
def test_addresses_are_absolute_and_percent_encoded(path, url):
    assert plain_otio.read(render([], analysis(film(path=path)))).clips[0].url == url


def test_a_relative_path_starts_at_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = plain_otio.read(render([], analysis(film(path="film.mov")))).clips[0].url
    assert url == (tmp_path / "film.mov").as_uri()


@given(st.text(st.characters(), max_size=60))
def test_hostile_names_leave_a_file_that_opens(text):
    source = analysis(film(name=text, fingerprint=text), created_by=text, warnings=(text,))
    content = render([event(0, 1, data={"cinetag": {text: text}, text: [float("inf")]})], source)
    plain_otio.read(content)
    opentimelineio.adapters.read_from_string(content.decode(), "otio_json")


def test_events_outside_the_film_are_brought_inside():
    found = plain_otio.read(render([event(-5, 10), event(700, 9000), event(900, 901)], analysis()))
    assert [(m["start"], m["end"]) for m in found.markers] == [(0, 10), (700, 720), (719, 720)]


def test_the_library_reads_and_writes_the_file_unchanged():
    content = render(events(told(), NAMES), told()).decode()
    again = opentimelineio.adapters.read_from_string(content, "otio_json")
    target = opentimelineio.versioning.fetch_map("OTIO_CORE", "0.15.0")
    written = opentimelineio.adapters.write_to_string(again, "otio_json", target_schema_versions=target)
    assert json.loads(written) == json.loads(content)
