"""JSON Lines: the film first, then an event a line, strict JSON whatever the text."""

from fractions import Fraction

from hypothesis import given, settings
from made_films import NAMES, event, timed_tables, told
from plain_clock import time_of
from plain_json_lines import read

from cinetag_plugin.export.events import events
from cinetag_plugin.export.json_lines import render


def test_the_example_of_the_film_of_three_shots():
    film, (beat,) = read(render(events(told(), NAMES, kinds={"beat"}), told()))
    assert film == {
        "type": "film",
        "film": "film",
        "frames": 720,
        "rate": "24000/1001",
        "variable_rate": False,
        "start_timecode": "01:00:00:00",
        "seconds": 30.03,
        "width": 1920,
        "height": 1080,
        "fingerprint": "",
    }
    assert beat == {
        "type": "event",
        "film": "film",
        "kind": "beat",
        "class": "beat.battle",
        "in": 125,
        "out": 175,
        "name": "Battle",
        "confidence": 0.81,
        "shots": [0],
        "key_shot": 0,
        "origin": "model",
        "comment": "beat - confidence 0.81 - shot 1",
        "colour": "#D22C36",
        "in_seconds": 5.213542,
        "out_seconds": 7.298958,
    }


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_frames_times_and_names_come_back(drawn):
    source, table = drawn
    _, lines = read(render(table, source))
    assert [(line["in"], line["out"], line["name"]) for line in lines] == [
        (row.start, row.end, row.name) for row in table
    ]
    for line, row in zip(lines, table, strict=True):
        assert abs(Fraction(line["in_seconds"]) - time_of(source.film, row.start)) < Fraction(1, 1_000_000)


def test_data_of_a_plugin_neither_breaks_the_line_nor_takes_the_place_of_a_key():
    odd = {"cinetag": {"in": 5, "name": "other", "deep": [{"x": float("inf")}], "b": b"\0\n"}}
    _, (line,) = read(render([event(0, 9, data=odd)], told()))
    assert (line["in"], line["name"], line["deep"]) == (0, "Battle", [{"x": None}])
