"""Markers for Resolve: in the form of its own exports, one a frame, in its colours."""

from fractions import Fraction
from itertools import groupby

import plain_edl
import pytest
from hypothesis import given, settings
from made_films import HOSTILE_TEXT, NAMES, analysis, counted, event, event_tables, film, told

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.resolve_edl import losses, render
from cinetag_plugin.export.text import clean

# what Resolve offers
COLOURS = {"Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia"} | {
    *("Rose", "Lavender", "Sky", "Mint", "Lemon", "Sand", "Cocoa", "Cream")
}


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    start, per_second, dropped, day = counted(source.film)
    _, found = plain_edl.read_markers(render(table, source), per_second, dropped)
    rising = sorted(table, key=lambda e: e.start)
    together = [list(group) for _, group in groupby(rising, key=lambda e: e.start)]
    assert [(m.frame, m.duration, m.name) for m in found] == [
        (
            (start + group[0].start) % day,
            max(e.end for e in group) - group[0].start,
            " + ".join(e.name for e in group),
        )
        for group in together
    ]
    assert {m.colour for m in found} <= COLOURS
    said = losses(table, source)
    assert said.merged == len(table) - len(found)
    assert any("midnight" in note for note in said.notes) == (start + source.film.frames > day)


def test_the_example_film():
    lines = render(events(told(), NAMES, kinds=MARKED), told()).decode().split("\r\n")
    assert lines[6:9] == [
        "002  001      V     C        01:00:05:05 01:00:05:06 01:00:05:05 01:00:05:06  ",
        "beat - confidence 0.81 - shot 1 |C:ResolveColorRed |M:Battle |D:50",
        "",
    ]


def test_a_marker_without_a_note_begins_with_a_blank():
    assert b"\r\n |C:ResolveColorRed |M:Battle |D:2\r\n" in render([event(4, 6)], analysis())


def test_a_note_may_stand_behind_the_name():
    content = render(events(told(), NAMES, kinds=MARKED), told(), note="name")
    _, found = plain_edl.read_markers(content, 24, 0)
    assert [(m.note, m.name) for m in found[1:]] == [
        ("", "Battle - beat - confidence 0.81 - shot 1"),
        ("", "Military - tag - strength 0.61 - probability 0.70"),
    ]


def test_the_weakest_of_more_than_999_are_left_out_and_that_is_said():
    table = [
        event(n, n + 1, name=f"n{n}", data={"cinetag": {"confidence": 0.9 if n % 7 else 0.1}})
        for n in range(1100)
    ]
    source = analysis(film(1100))
    _, found = plain_edl.read_markers(render(table, source), 24, 0)
    assert len(found) == 999
    assert {n for n in range(1100) if n % 7} <= {m.frame for m in found}
    assert losses(table, source) == Losses(left_out=101, notes=("the timeline must begin at 00:00:00:00",))


def test_a_rate_without_timecode_is_refused():
    with pytest.raises(ExportError, match=r"a marker EDL of Resolve cannot carry 12\.5 frames a second"):
        render([], analysis(film(10, Fraction(25, 2))))


@given(HOSTILE_TEXT)
def test_hostile_words_come_back_without_what_resolve_trips_over(text):
    table = [event(0, 1, name=text, comment=text)]
    _, (marker,) = plain_edl.read_markers(render(table, analysis(film(name=text))), 24, 0)
    for said, limit in ((marker.name, 80), (marker.note, 500)):
        kept = "".join(c for c in clean(text, limit) if ord(c) < 0x10000)
        assert said == clean(kept.replace("|", "/"))
