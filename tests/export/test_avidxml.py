"""Avid's marker XML: frames from the start of the sequence, lengths, one marker a frame, any text."""

from fractions import Fraction
from itertools import groupby

import plain_avidxml
import pytest
from hypothesis import given, settings
from made_films import HOSTILE_TEXT, NAMES, analysis, event, event_tables, film, told, variable

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.export.avidxml import losses, render
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.text import clean

# what every Media Composer offers
COLOURS = {"Red", "Green", "Blue", "Cyan", "Magenta", "Yellow", "Black", "White"}


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    found = plain_avidxml.read(render(table, source))
    together = [list(g) for _, g in groupby(sorted(table, key=lambda e: e.start), key=lambda e: e.start)]
    assert [(m.frame, m.length, m.text) for m in found] == [
        (group[0].start, max(e.duration for e in group), " + ".join(e.name for e in group))
        for group in together
    ]
    assert {m.colour for m in found} <= COLOURS
    assert losses(table, source) == Losses(merged=len(table) - len(found))


def test_the_example_film():
    battle = plain_avidxml.read(render(events(told(), NAMES, kinds=MARKED), told()))[1]
    assert (battle.frame, battle.length, battle.colour, battle.date) == (125, 50, "Red", 0)
    assert battle.text == "Battle - beat - confidence 0.81 - shot 1"


def test_where_the_film_begins_plays_no_part():
    table = [event(3, 9)]
    assert render(table, analysis(film(10, start_timecode="10:00:00:00"))) == render(
        table, analysis(film(10))
    )


@pytest.mark.parametrize("rate", [Fraction(25, 2), Fraction(120), Fraction(120000, 1001)])
def test_rates_without_timecode_are_written(rate):
    (marker,) = plain_avidxml.read(render([event(5, 9)], analysis(film(10, rate))))
    assert (marker.frame, marker.length) == (5, 4)


def test_at_variable_rate_markers_lie_on_the_conformed_grid():
    pts = [40 * i for i in range(100)] + [4000 + 20 * i for i in range(100)]
    (marker,) = plain_avidxml.read(
        render([event(150, 200)], variable(pts, Fraction(1, 1000), (0, 100, 150, 200)))
    )
    assert (marker.frame, marker.length) == (125, 25)


def test_a_film_without_events_is_a_file_without_markers():
    assert plain_avidxml.read(render([], analysis())) == []


@given(HOSTILE_TEXT)
def test_hostile_words_come_back_as_they_were_cleaned(text):
    (marker,) = plain_avidxml.read(render([event(5, 6, name=text, comment=text)], analysis()))
    assert marker.text == " - ".join(filter(None, (clean(text, 80), clean(text, 500))))
