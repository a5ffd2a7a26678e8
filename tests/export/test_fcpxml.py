"""FCPXML: whole frames of media time at every rate, in the order and with the attributes of the DTD."""

from fractions import Fraction

import plain_fcpxml
import pytest
from hypothesis import given, settings
from made_films import (
    HOSTILE_TEXT,
    NAMES,
    STARTS,
    analysis,
    counted,
    event,
    event_tables,
    film,
    told,
    variable,
)

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.records import Source, Span
from cinetag_plugin.export.events import events
from cinetag_plugin.export.fcpxml import render
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.text import clean


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    made, start = source.film, counted(source.film)[0]
    found = plain_fcpxml.read(render(table, source))
    (whole,) = found.films
    rising = sorted(table, key=lambda e: e.start)
    assert found.frame == 1 / made.rate
    assert (found.start, found.duration) == (start, made.frames)
    assert found.counting == {"DF" if made.drop_frame else "NDF"}
    assert found.sound == made.has_audio
    assert (whole.asset.url, whole.asset.start, whole.asset.duration) == (
        "file:///media/film.mov",
        start,
        made.frames,
    )
    assert (whole.start, whole.duration) == (start, made.frames)
    assert [(a - start, b - start, name) for a, b, name, _ in whole.markers] == [
        (e.start, e.start + 1, e.name) for e in rising
    ]
    assert [(a - start, b - start, name) for a, b, name, _ in whole.keywords] == [
        (e.start, e.end, f"{e.kind}: {e.name}") for e in rising
    ]
    assert [(c.offset - start, c.start - start, c.duration) for c in found.shots] == [
        (s.start, s.start, s.end - s.start) for s in source.shots
    ]


def test_the_example_film():
    found = plain_fcpxml.read(render(events(told(), NAMES, kinds=MARKED), told()))
    (whole,) = found.films
    # 86 400 frames of the start timecode, then those of the film
    assert [marker[:3] for marker in whole.markers] == [
        (86400, 86401, "Film: War 0.82"),
        (86400, 86401, "War"),
        (86525, 86526, "Battle"),
        (86640, 86641, "Military"),
    ]
    assert whole.markers[2][3] == "beat - confidence 0.81 - shot 1"
    assert [(a, b, name) for a, b, name, _ in whole.keywords] == [
        (86400, 87120, "Film: War 0.82"),
        (86400, 86880, "tag: War"),
        (86525, 86575, "beat: Battle"),
        (86640, 86880, "tag: Military"),
    ]
    assert [clip.name for clip in found.shots] == ["Shot 001", "Shot 002", "Shot 003"]
    assert b'start="86611525/24000s" duration="50050/24000s"' in render(events(told(), NAMES), told())


@pytest.mark.parametrize("version", ["1.9", "1.10", "1.14"])
def test_the_file_says_its_version_and_is_else_the_same(version):
    table = events(told(), NAMES)
    content = render(table, told(), version=version)
    assert plain_fcpxml.read(content).version == version
    assert content.replace(f'fcpxml version="{version}"'.encode(), b'fcpxml version="1.10"') == render(
        table, told()
    )


def test_beats_are_chapters_on_request_and_nothing_else_is():
    table = [event(3, 9), event(4, 5, kind="shot", name="Shot 001"), event(0, 9, kind="tag", name="War")]
    (whole,) = plain_fcpxml.read(render(table, analysis(), chapters=True)).films
    assert [chapter[:3] for chapter in whole.chapters] == [(3, 4, "Battle")]
    assert [marker[:3] for marker in whole.markers] == [(0, 1, "War"), (4, 5, "Shot 001")]
    assert [keyword[:2] for keyword in whole.keywords] == [(0, 9), (3, 9)]


def test_shots_cuts_and_key_frames_are_markers_where_they_are_asked_for():
    table = events(told(), NAMES, kinds=["shot", "transition", "key_frame"])
    (whole,) = plain_fcpxml.read(render(table, told())).films
    assert whole.keywords == []
    assert [name for *_, name, _ in whole.markers][:3] == ["Shot 001", "Key 001", "Shot 002"]


@pytest.mark.parametrize("start", STARTS)
def test_five_million_frames_in_nothing_has_drifted(start):
    long = film(5_000_100, start_timecode=f"{start}:00")
    found = plain_fcpxml.read(render([event(5_000_000, 5_000_001)], analysis(long)))
    assert found.films[0].markers[0][0] - found.start == 5_000_000


def test_the_picture_is_as_the_film_has_it():
    square, wide = film(), film(width=720, height=576, pixel_aspect=Fraction(64, 45))
    form = plain_fcpxml.read(render([], analysis(square))).format
    assert (form["width"], form["height"], "paspH" in form) == ("1920", "1080", False)
    form = plain_fcpxml.read(render([], analysis(wide))).format
    assert (form["width"], form["paspH"], form["paspV"]) == ("720", "64", "45")


def test_files_of_a_joined_film_are_clips_with_their_own_markers_and_parts_of_keywords():
    rate = Fraction(24)
    parts = (
        Source(path="/dcp/1.mxf", start=0, frames=300, entry=24, rate=rate),
        Source(path="/dcp/2.mxf", start=300, frames=420, entry=0, rate=rate),
    )
    source = analysis(film(720, rate, path="/dcp", sources=parts), (0, 240, 720))
    found = plain_fcpxml.read(render([event(290, 310), event(310, 320, name="Late")], source))
    first, second = found.films
    assert (first.start, first.duration, first.asset.start, first.asset.duration) == (24, 300, 0, 324)
    assert (second.start, second.duration) == (0, 420)
    assert [m[:3] for m in first.markers] == [(314, 315, "Battle")]
    assert [k[:2] for k in first.keywords] == [(314, 324)]
    assert [m[:3] for m in second.markers] == [(10, 11, "Late")]
    assert [k[:2] for k in second.keywords] == [(0, 10), (10, 20)]
    assert [(c.asset.url[-5:], c.offset, c.start, c.duration) for c in found.shots] == [
        ("1.mxf", 0, 24, 240),
        ("1.mxf", 240, 264, 60),
        ("2.mxf", 300, 0, 420),
    ]


def test_what_was_not_analysed_stays_in_the_project():
    source = analysis(film(1000), (300, 600), analysed=Span(start=300, end=600))
    found = plain_fcpxml.read(render([], source))
    assert [clip.name for clip in found.shots] == ["Not analysed", "Shot 001", "Not analysed"]


def test_rates_that_only_this_format_knows_are_carried_and_absurd_ones_refused():
    found = plain_fcpxml.read(render([event(3, 9)], analysis(film(10, Fraction(25, 2)))))
    assert (found.frame, found.films[0].markers[0][0]) == (Fraction(2, 25), 3)
    absurd = analysis(film(10, Fraction(10**11 + 1, 10**10)))
    with pytest.raises(ExportError, match="FCPXML cannot carry 10 frames"):
        render([], absurd)


def test_at_variable_rate_markers_lie_on_the_conformed_grid():
    pts = [40 * i for i in range(100)] + [4000 + 20 * i for i in range(100)]
    source = variable(pts, Fraction(1, 1000), (0, 100, 150, 200))
    found = plain_fcpxml.read(render([event(150, 200)], source))
    assert [(a, b) for a, b, *_ in found.films[0].keywords] == [(125, 150)]


@given(HOSTILE_TEXT)
def test_hostile_words_come_back_as_they_were_cleaned(text):
    source = analysis(film(name=text, path=f"/media/{text.replace(chr(0), '')}"))
    table = [event(0, 1, name=text, comment=text), event(0, 1, kind="tag", name=text)]
    (whole,) = plain_fcpxml.read(render(table, source)).films
    assert [(name, note) for *_, name, note in whole.markers] == [
        (clean(text, 80), clean(text, 500)),
        (clean(text, 80), ""),
    ]
    assert whole.keywords[1][2] == f"tag: {clean(text, 80).replace(',', ';')}"
    assert whole.name == clean(text, 80)
