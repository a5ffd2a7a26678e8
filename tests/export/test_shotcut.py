"""The project for Shotcut: clips that add up to the film, markers on their frames, XML for any text."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from made_films import NAMES, analysis, film, timed_tables, told
from plain_mlt import Plain

from cinetag_plugin.document.records import Source
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.shotcut import render


def test_the_example_of_the_film_of_three_shots():
    found = Plain(render(events(told(), NAMES, kinds=MARKED), told()))
    assert found.clips == [("producer0", 0, 240), ("producer0", 240, 480), ("producer0", 480, 720)]
    assert found.resources() == {"producer0": "/media/film.mov", "black": "0"}
    assert found.markers[2] == {
        "text": "Battle",
        "start": "00:00:05.214",
        "end": "00:00:07.299",
        "color": "#D22C36",
    }
    assert found.spans() == [(0, 1), (0, 480), (125, 175), (240, 480)]


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_clips_add_up_and_every_marker_is_on_its_frame(drawn):
    source, table = drawn
    found = Plain(render(table, source))
    assert all(a < b for _, a, b in found.clips)
    assert [a for _, a, _ in found.clips] == [0, *(b for *_, b in found.clips)][:-1]
    assert len(found.clips) == len(source.shots)
    if not source.film.variable_rate:
        assert found.rate == source.film.rate
        assert found.clips[-1][2] == source.film.frames
        assert found.spans() == [(row.start, row.end) for row in table]
        assert [m["text"] for m in found.markers] == [row.name for row in table]


def test_a_film_of_several_files_is_cut_from_each_from_its_entry():
    rate = Fraction(24)
    parts = [Source(path=f"/m/{n}.mxf", start=50 * n, frames=50, entry=12, rate=rate) for n in range(2)]
    found = Plain(render([], analysis(film(100, rate, sources=tuple(parts)), (0, 30, 100))))
    assert found.clips == [("producer0", 12, 42), ("producer0", 42, 62), ("producer1", 12, 62)]
    assert found.resources()["producer1"] == "/m/1.mxf"
    assert not found.markers


@pytest.mark.parametrize("name", ["a & <b>.mov", "\x01\udcff\r.mov", "é 😀.mov"])
def test_any_file_name_gives_a_project_that_parses(name):
    said = Plain(render([], analysis(film(path=f"/media/{name}")))).resources()["producer0"]
    legal = [char for char in name if char not in "\x01\udcff\r"]
    assert said == f"/media/{name}" or [char for char in said[7:] if char != "\ufffd"] == legal
