"""Final Cut Pro 7 XML: frames from the start of sequence and file, at every rate that it knows."""

from fractions import Fraction
from xml.etree import ElementTree as ET

import plain_csv
import plain_xmeml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import HOSTILE_TEXT, NAMES, analysis, counted, event, event_tables, film, told

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.records import Source
from cinetag_plugin.export.events import events
from cinetag_plugin.export.fcp7xml import render
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.text import clean

# timebase and ntsc of each rate, from the specification of the format
RATES = {
    Fraction(24000, 1001): (24, True),
    Fraction(24): (24, False),
    Fraction(25): (25, False),
    Fraction(30000, 1001): (30, True),
    Fraction(30): (30, False),
    Fraction(48000, 1001): (48, True),
    Fraction(48): (48, False),
    Fraction(50): (50, False),
    Fraction(60000, 1001): (60, True),
    Fraction(60): (60, False),
}
URL = "file://localhost/media/film.mov"


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    made = source.film
    start, per_second, dropped, day = counted(made)
    found = plain_xmeml.read(render(table, source))
    assert found.rates == {RATES[made.rate]}
    assert (found.start, found.drop, found.duration) == (start, made.drop_frame, made.frames)
    assert plain_csv.count(found.label, per_second, dropped) == start % day
    rising = sorted(table, key=lambda e: e.start)
    assert [(*plain_xmeml.span(m), m["name"]) for m in found.markers] == [
        (e.start, e.end, e.name) for e in rising
    ]
    assert [clip[1:] for clip in found.clips] == [(s.start, s.end, s.start, s.end, URL) for s in source.shots]
    assert found.files == {URL: made.frames}


def test_the_example_film():
    found = plain_xmeml.read(render(events(told(), NAMES, kinds=MARKED), told()))
    assert (found.name, found.label, found.start) == ("film - cinetag", "01:00:00:00", 86400)
    assert [(m["name"], *plain_xmeml.span(m), m.get("pproColor")) for m in found.markers] == [
        ("Film: War 0.82", 0, 1, "4294967295"),
        ("War", 0, 480, "4281740498"),
        ("Battle", 125, 175, "4281740498"),
        ("Military", 240, 480, "4281740498"),
    ]
    assert found.markers[2]["comment"] == "beat - confidence 0.81 - shot 1"
    assert [clip[0] for clip in found.clips] == ["Shot 001", "Shot 002", "Shot 003"]
    assert found.picture == {
        "width": "1920",
        "height": "1080",
        "anamorphic": "FALSE",
        "pixelaspectratio": "square",
        "fielddominance": "none",
    }


@settings(max_examples=30, deadline=None)
@given(event_tables())
def test_the_sound_lies_under_the_picture_where_there_is_any(drawn):
    source, table = drawn
    found = plain_xmeml.read(render(table, source, audio=True))
    assert found.sound == ([found.clips, found.clips] if source.film.has_audio else [])
    assert found.files == {URL: source.film.frames}


def test_two_tracks_of_sound_say_to_premiere_that_they_are_one():
    root = ET.fromstring(render([], told(), audio=True))
    tracks = root.findall("sequence/media/audio/track")
    assert [track.attrib for track in tracks] == [
        {
            "currentExplodedTrackIndex": str(number),
            "totalExplodedTrackCount": "2",
            "premiereTrackType": "Stereo",
        }
        for number in (0, 1)
    ]
    assert root.findtext(".//file/media/audio/channelcount") == "2"


def test_without_being_asked_for_there_is_no_sound():
    assert plain_xmeml.read(render([], told())).sound == []


def test_green_is_the_colour_that_is_not_written():
    found = plain_xmeml.read(render([event(0, 5, colour="beat.victory_good")], analysis()))
    assert "pproColor" not in found.markers[0]


@pytest.mark.parametrize(
    ("size", "aspect", "expected"),
    [
        ((720, 576), Fraction(16, 15), ("PAL-601", "FALSE")),
        ((720, 576), Fraction(64, 45), ("PAL-601", "TRUE")),
        ((720, 480), Fraction(32, 27), ("NTSC-601", "TRUE")),
        ((1440, 1080), Fraction(4, 3), ("HD-(1440x1080)", "FALSE")),
        ((1000, 500), Fraction(2), ("square", "FALSE")),
    ],
)
def test_pixels_that_are_not_square_have_their_names(size, aspect, expected):
    source = analysis(film(width=size[0], height=size[1], pixel_aspect=aspect))
    picture = plain_xmeml.read(render([], source)).picture
    assert (picture["pixelaspectratio"], picture["anamorphic"]) == expected


def test_parts_of_a_joined_film_count_from_the_first_frame_of_their_file():
    rate = Fraction(24)
    parts = (
        Source(path="/dcp/1.mxf", start=0, frames=300, entry=24, rate=rate),
        Source(path="/dcp/2.mxf", start=300, frames=420, entry=0, rate=rate),
    )
    source = analysis(film(720, rate, path="/dcp", sources=parts), (0, 240, 720))
    found = plain_xmeml.read(render([], source))
    assert [clip[1:5] for clip in found.clips] == [
        (0, 240, 24, 264),
        (240, 300, 264, 324),
        (300, 720, 0, 420),
    ]
    assert found.files == {"file://localhost/dcp/1.mxf": 324, "file://localhost/dcp/2.mxf": 420}


@pytest.mark.parametrize("rate", [Fraction(25, 2), Fraction(15), Fraction(120), Fraction(120000, 1001)])
def test_rates_without_timecode_are_refused_by_name(rate):
    with pytest.raises(
        ExportError, match=r"/media/film\.mov: Final Cut Pro 7 XML cannot carry .* --conform-rate"
    ):
        render([], analysis(film(10, rate)))


@given(HOSTILE_TEXT)
def test_hostile_words_come_back_as_they_were_cleaned(text):
    source = analysis(film(name=text, path=f"/media/{text.replace(chr(0), '')}"))
    (marker,) = plain_xmeml.read(render([event(0, 1, name=text, comment=text)], source)).markers
    assert (marker["name"], marker["comment"]) == (clean(text, 80), clean(text, 500))


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_the_address_of_the_file_is_plain_ascii(name):
    (url,) = plain_xmeml.read(render([], analysis(film(path=f"/{name}")))).files
    assert url.startswith("file://localhost/")
    assert url.isascii()
    assert " " not in url
