"""Chapters for Matroska: XML that any parser reads, nanoseconds, names as they are."""

from fractions import Fraction

from hypothesis import given, settings
from made_films import NAMES, event, timed_tables, told
from plain_clock import frame_at, seconds, time_of
from plain_mkvchapters import read

from cinetag_plugin.export.events import events
from cinetag_plugin.export.mkvchapters import render
from cinetag_plugin.export.selection import chapters


def test_the_example_of_the_film_of_three_shots():
    (chapter,) = read(render(events(told(), NAMES), told()))
    assert chapter == {
        "ChapterUID": "126",
        "ChapterTimeStart": "00:00:05.213541667",
        "ChapterTimeEnd": "00:00:07.298958333",
        "ChapterString": "Battle",
        "ChapterLanguage": "eng",
    }


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_frames_and_names_come_back(drawn):
    source, table = drawn
    wanted = chapters(table, source.film)
    found = read(render(table, source))
    assert [chapter["ChapterString"] for chapter in found] == [row.name for row in wanted]
    uids = [int(chapter["ChapterUID"]) for chapter in found]
    assert len(set(uids)) == len(uids)
    assert 0 not in uids
    for chapter, row in zip(found, wanted, strict=True):
        start, end = (seconds(chapter[f"ChapterTime{which}"], ".", 9) for which in ("Start", "End"))
        assert (frame_at(source.film, start), frame_at(source.film, end)) == (row.start, row.end)
        assert abs(start - time_of(source.film, row.start)) <= Fraction(1, 2 * 10**9)


def test_a_chapter_keeps_its_number_when_others_come_before_it():
    alone = read(render([event(500, 600)], told()))
    among = read(render([event(0, 100), event(500, 600)], told()))
    assert alone[0]["ChapterUID"] == among[1]["ChapterUID"]
