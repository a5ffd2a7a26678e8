"""Which events a format takes that cannot hold all of them."""

from hypothesis import given
from made_films import NAMES, analysis, event, film, timed_tables, told

from cinetag_plugin.export.events import events
from cinetag_plugin.export.selection import chapters, picked, shown


def spans(found):
    return [(row.start, row.end, row.name) for row in found]


def test_chapters_are_beats_where_there_are_any():
    assert spans(chapters(events(told(), NAMES), told().film)) == [(125, 175, "Battle")]


def test_without_beats_they_are_shots_and_without_shots_the_film():
    table = events(told(), NAMES, kinds={"shot", "tag"})
    assert [name for *_, name in spans(chapters(table, told().film))] == ["Shot 001", "Shot 002", "Shot 003"]
    assert spans(chapters([], told().film)) == [(0, 720, "film")]


def test_a_chapter_ends_where_the_next_begins_and_of_two_that_begin_together_the_first_stands():
    table = [event(0, 400, name="A"), event(0, 90, name="B"), event(100, 300, name="C")]
    assert spans(chapters(table, film())) == [(0, 100, "A"), (100, 300, "C")]


@given(timed_tables())
def test_no_chapter_is_empty_or_reaches_into_the_next(drawn):
    source, table = drawn
    found = chapters(table, source.film)
    edges = [edge for row in found for edge in (row.start, row.end)]
    assert edges == sorted(edges)
    assert all(row.start < row.end <= source.film.frames for row in found)
    assert {row.start for row in found} >= {row.start for row in table if row.kind == "beat"}


def test_viewers_are_told_of_beats_and_tags_and_a_reel_is_made_of_beats_alone():
    table = events(told(), NAMES)
    assert [row.kind for row in shown(table, told().film)] == ["tag", "beat", "tag"]
    assert [row.kind for row in picked(table, told().film)] == ["beat"]
    assert [row.kind for row in picked(events(told(), NAMES, kinds={"tag"}), told().film)] == ["tag", "tag"]


def test_a_film_whose_name_says_nothing_is_a_film():
    assert chapters([], analysis(film(name="\x00")).film)[0].name == "Film"
