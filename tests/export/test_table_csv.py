"""The table as CSV: the same frames, labels and seconds come back, and the same words."""

from fractions import Fraction

import plain_csv
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import GRIDS, NAMES, analysis, event, event_tables, film, told, variable

from cinetag_plugin.export.events import events
from cinetag_plugin.export.table_csv import render
from cinetag_plugin.export.text import clean


@settings(max_examples=200, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    made = source.film
    per_second, dropped = next((n, d) for r, drop, n, d in GRIDS if (r, drop) == (made.rate, made.drop_frame))
    start = plain_csv.count(made.start_timecode, per_second, dropped) if made.start_timecode else 0
    rows = plain_csv.read(render(table, source), per_second, dropped)
    assert [row.frames for row in rows] == [(e.start, e.end) for e in table]
    day = plain_csv.day(per_second, dropped)
    for row in rows:
        assert row.labelled == tuple((start + frame) % day for frame in row.frames)
        for frame, seconds in zip(row.frames, row.seconds, strict=True):
            assert abs(seconds - frame / made.rate) <= Fraction(1, 2_000_000)


def test_the_first_lines_of_the_example_film():
    lines = render(events(told(), NAMES, kinds={"beat", "tag"}), told()).decode().split("\r\n")
    assert lines[0] == (
        "in_frame,out_frame,in_tc,out_tc,in_seconds,out_seconds,kind,class,name,comment,"
        "strength,probability,confidence,colour"
    )
    assert lines[2] == (
        "125,175,01:00:05:05,01:00:07:07,5.213542,7.298958,beat,beat.battle,Battle,"
        "beat - confidence 0.81 - shot 1,,,0.81,#D22C36"
    )
    assert lines[1].endswith(",tag,tag.war,War,tag - strength 0.82 - probability 0.91,0.82,0.91,,#E57373")
    assert lines[-1] == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: clean(text, 80)))
def test_for_excel_words_that_would_be_run_as_a_formula_have_a_quote_before_them(text):
    table = [
        event(3, 9, name=name, comment=name) for name in (text, f"={text}", f"@{text}", f"-a{text}", "+1")
    ]
    content = render(table, told(), excel=True)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = plain_csv.read(content.removeprefix(b"\xef\xbb\xbf"), 24, 0)
    for row, said in zip(rows, table, strict=True):
        assert row.cells["name"] == row.cells["comment"]
        assert row.cells["name"].removeprefix("'") == said.name.removeprefix("'")
    assert [row.cells["name"][:1] for row in rows[1:4]] == ["'"] * 3
    assert rows[4].cells["name"] == "+1"
    plain = plain_csv.read(render(table, told()), 24, 0)
    assert [row.cells["name"] for row in plain] == [said.name for said in table]
    assert [row.frames for row in rows] == [row.frames for row in plain]


def test_every_kind_of_event_is_a_line():
    rows = plain_csv.read(render(events(told(), NAMES), told()), 24, 0)
    assert [row.cells["kind"] for row in rows].count("shot") == 3
    assert {row.cells["kind"] for row in rows} == {"film", "beat", "tag", "shot", "transition", "key_frame"}


def test_five_million_frames_in_nothing_has_drifted():
    long = analysis(film(5_000_100))
    (row,) = plain_csv.read(render([event(5_000_000, 5_000_001)], long), 24, 0)
    assert row.labelled == (5_000_000 % plain_csv.day(24, 0), 5_000_001 % plain_csv.day(24, 0))
    assert row.cells["in_seconds"] == "208541.666667"


def test_at_variable_rate_seconds_are_those_of_the_film_and_labels_those_of_the_grid():
    pts = [40 * i for i in range(100)] + [4000 + 20 * i for i in range(100)]
    source = variable(pts, Fraction(1, 1000), (0, 100, 150, 200))
    (row,) = plain_csv.read(render([event(150, 200)], source), 25, 0)
    assert row.frames == (150, 200)
    assert row.seconds == (5, 6)
    assert row.labelled == (125, 150)


def test_rates_without_timecode_have_empty_labels():
    (row,) = plain_csv.read(render([event(0, 9)], analysis(film(10, Fraction(25, 2)))), 0, 0)
    assert row.labelled is None
    assert row.cells["out_seconds"] == "0.720000"


@given(st.text(st.characters()), st.sampled_from(["", "=", "+", "-", "@", '"', ","]))
def test_hostile_words_come_back_as_they_were_cleaned(text, first):
    said = clean(first + text, 80)
    (row,) = plain_csv.read(render([event(0, 1, name=said, comment=said)], analysis()), 24, 0)
    assert (row.cells["name"], row.cells["comment"]) == (said, said)
