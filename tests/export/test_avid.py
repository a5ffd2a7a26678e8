"""Markers for Avid: six columns, one marker a frame, points."""

from fractions import Fraction
from itertools import groupby

import plain_edl
import pytest
from hypothesis import given, settings
from made_films import HOSTILE_TEXT, NAMES, analysis, counted, event, event_tables, film, told

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.export.avid import losses, render
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED

# what every Media Composer offers
COLOURS = {"red", "green", "blue", "cyan", "magenta", "yellow", "black", "white"}


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    start, per_second, dropped, day = counted(source.film)
    found = plain_edl.read_avid(render(table, source), per_second, dropped)
    together = [list(g) for _, g in groupby(sorted(table, key=lambda e: e.start), key=lambda e: e.start)]
    assert [(frame, text, length) for frame, _, text, length in found] == [
        ((start + group[0].start) % day, " + ".join(e.name for e in group), 1) for group in together
    ]
    assert {colour for _, colour, _, _ in found} <= COLOURS
    assert losses(table, source).merged == len(table) - len(found)


@settings(max_examples=30, deadline=None)
@given(event_tables())
def test_spans_are_as_long_as_the_longest_event_that_begins_there(drawn):
    source, table = drawn
    _, per_second, dropped, _ = counted(source.film)
    found = plain_edl.read_avid(render(table, source, span=True), per_second, dropped)
    starts = sorted({e.start for e in table})
    assert [length for *_, length in found] == [
        max(e.end for e in table if e.start == start) - start for start in starts
    ]


def test_what_an_old_encoding_lacks_becomes_a_question_mark_and_is_told():
    table = [event(0, 1, name="Café – ©"), event(9, 12, name="戦い")]
    content = render(table, told(), encoding="mac_roman")
    assert [text for _, _, text, _ in plain_edl.read_avid(content, 24, 0, "mac_roman")] == [
        "Café – ©",
        "??",
    ]
    # Apple's table: é is 8E, the dash D0, © A9
    assert b"Caf\x8e \xd0 \xa9" in content
    assert (
        "1 with signs that mac_roman lacks, written as ?" in losses(table, told(), encoding="mac_roman").notes
    )


def test_where_the_sequence_must_begin_is_said():
    assert losses([event(0, 1)], told()).notes == ("the timeline must begin at 01:00:00:00",)


def test_the_example_film():
    lines = render(events(told(), NAMES, kinds=MARKED), told()).decode().split("\r\n")
    assert lines[1] == "cinetag\t01:00:05:05\tV1\tred\tBattle - beat - confidence 0.81 - shot 1\t1"
    assert len(lines) == 4


def test_a_rate_without_timecode_is_refused():
    with pytest.raises(ExportError, match="a marker list of Avid cannot carry 120 frames a second"):
        render([], analysis(film(10, Fraction(120))))


@given(HOSTILE_TEXT)
def test_hostile_words_stay_in_their_column(text):
    ((frame, *_),) = plain_edl.read_avid(render([event(5, 6, name=text, comment=text)], analysis()), 24, 0)
    assert frame == 5
