"""Chapters of a description: the rules of the site hold, or the film is refused in one line."""

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import NAMES, TEXTS, analysis, event, film, told

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.export.events import events
from cinetag_plugin.export.text import clean
from cinetag_plugin.export.youtube import losses, render

LONG = analysis(film(3 * 3600 * 25, Fraction(25)))


def read(content: bytes) -> list[tuple[int, str]]:
    """Return second and title of every chapter."""
    chapters = []
    for line in content.decode("utf-8").removesuffix("\n").split("\n"):
        found = re.fullmatch(r"(?:([1-9]\d*):(?=\d\d:))?(\d?\d):(\d\d) (.+)", line)
        assert found, line
        hours, minutes, seconds = (int(found[n] or 0) for n in (1, 2, 3))
        chapters.append((hours * 3600 + minutes * 60 + seconds, found[4]))
    return chapters


def beat(start: float, end: float, name: str, confidence: float = 0.5):
    facts = {"cinetag": {"confidence": confidence}}
    return event(int(start * 25), int(end * 25), name=name, data=facts)


def test_times_are_whole_seconds_from_a_start_at_nought():
    table = [beat(65.9, 90, "A"), beat(600, 700, "B"), beat(3661, 3700, "C")]
    assert render(table, LONG).decode() == "0:00 Start\n1:05 A\n10:00 B\n1:01:01 C\n"


def test_what_begins_in_the_first_second_is_the_start():
    table = [beat(0.5, 20, "A"), beat(60, 70, "B"), beat(120, 130, "C")]
    assert read(render(table, LONG))[0] == (0, "A")


def test_of_two_that_are_nearer_than_ten_seconds_the_surer_stands():
    table = [beat(n, n + 5, name, sure) for n, name, sure in [(60, "A", 0.4), (69, "B", 0.6), (75, "C", 0.5)]]
    table += [beat(100, 110, "D", 0.1), beat(110, 120, "E", 0.9)]
    assert read(render(table, LONG)) == [(0, "Start"), (69, "B"), (100, "D"), (110, "E")]
    assert losses(table, LONG) == Losses(colours=3, durations=3, left_out=2)


def test_the_last_chapter_lasts_ten_seconds():
    table = [beat(60, 70, "A"), beat(70, 80, "B"), beat(3 * 3600 - 9, 3 * 3600, "C")]
    assert [title for _, title in read(render(table, LONG))] == ["Start", "A", "B"]


def test_fewer_than_three_are_refused_in_one_line():
    with pytest.raises(ExportError) as fault:
        render(events(told(), NAMES), told())
    assert str(fault.value) == (
        "film: has 1 of the 3 chapters of 10 s that YouTube asks for: "
        "use another format of chapters, such as ffmetadata"
    )
    assert fault.value.exit_code == 6


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 900), TEXTS, st.floats(0, 1)), max_size=20),
    st.integers(1, 20_000),
    st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(15)]),
)
def test_the_rules_hold_whatever_the_beats(drawn, frames, rate):
    source = analysis(film(frames, rate))
    rows = sorted(drawn, key=lambda row: row[0])
    table = [
        event(start, min(start + length, frames), name=clean(text, 80), data={"cinetag": {"confidence": c}})
        for start, length, text, c in rows
        if start < frames
    ]
    try:
        found = read(render(table, source))
    except ExportError:
        return
    seconds = [second for second, _ in found]
    assert len(found) >= 3
    assert seconds[0] == 0
    edges = [*seconds, frames / rate]
    assert all(b - a >= 10 for a, b in pairwise(edges))
    starts = {int(row.start / rate) for row in table}
    assert set(seconds[1:]) <= starts
    assert not any(set("<>") & set(title) for _, title in found)
