"""Guides: one a frame, none a frame off, any text."""

import json
from fractions import Fraction
from itertools import groupby

from hypothesis import given, settings
from made_films import NAMES, event, timed_tables, told, variable
from plain_clock import time_of

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.export.events import events
from cinetag_plugin.export.kdenlive import losses, render
from cinetag_plugin.export.marks import MARKED


def test_the_example_of_the_film_of_three_shots():
    table = events(told(), NAMES, kinds=MARKED)
    assert json.loads(render(table, told())) == [
        {
            "pos": 0,
            "comment": (
                "Film: War 0.82 + War: War 0.82 - Military 0.61 / tag - strength 0.82 - probability 0.91"
            ),
            "type": 4,
            "duration": 480,
        },
        {"pos": 125, "comment": "Battle: beat - confidence 0.81 - shot 1", "type": 8, "duration": 50},
        {
            "pos": 240,
            "comment": "Military: tag - strength 0.61 - probability 0.70",
            "type": 8,
            "duration": 240,
        },
    ]
    # the film, which is longer, shares the guide of the tag
    assert losses(table, told()) == Losses(durations=1, merged=1)


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_each_first_frame_is_a_guide_of_the_longest_that_begins_there(drawn):
    source, table = drawn
    guides = json.loads(render(table, source))
    places = [guide["pos"] for guide in guides]
    assert places == sorted(set(places))
    if source.film.variable_rate:
        return
    wanted = [
        (start, max(row.end for row in rows) - start)
        for start, rows in ((a, list(b)) for a, b in groupby(table, key=lambda row: row.start))
    ]
    assert [(g["pos"], g["duration"] or 1) for g in guides] == wanted


def test_at_variable_rate_a_guide_lies_on_the_frame_nearest_in_time():
    pts = [40 * n for n in range(100)] + [4000 + 20 * n for n in range(100)]
    source = variable(pts, Fraction(1, 1000), (0, 50, 100, 150, 200))
    (guide,) = json.loads(render([event(150, 200)], source))
    assert guide["pos"] == time_of(source.film, 150) * 25
    assert guide["duration"] == 25
