"""Marks: on the places of the grid, one a place where targets keep no more, the strongest where it counts."""

from fractions import Fraction

from hypothesis import given, settings
from made_films import NAMES, analysis, event, event_tables, film, told, variable

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED, Carries, is_marked, kept, lost, marks, one_a_place, strongest


def _marks(source, table):
    return marks(table, conformed(source))


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_marks_rise_and_lie_on_the_frames_of_their_events(drawn):
    source, table = drawn
    found = _marks(source, table)
    expected = sorted(table, key=lambda e: e.start)
    assert [(m.start, m.end, m.name) for m in found] == [(e.start, e.end, e.name) for e in expected]


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_joined_marks_lose_no_start_no_name_and_no_length(drawn):
    source, table = drawn
    joined = one_a_place(_marks(source, table))
    assert [mark.start for mark in joined] == sorted({e.start for e in table})
    for mark in joined:
        together = [e for e in table if e.start == mark.start]
        assert mark.name.split(" + ") == [e.name for e in together]
        assert mark.end == max(e.end for e in together)
        assert mark.kind == together[0].kind


def test_what_begins_together_is_one_mark_with_the_first_colour():
    (first, battle, military) = one_a_place(_marks(told(), events(told(), NAMES, kinds=MARKED)))
    assert (first.name, first.colour, first.start, first.end) == ("Film: War 0.82 + War", "film_tag", 0, 480)
    assert first.comment == "War 0.82 - Military 0.61 / tag - strength 0.82 - probability 0.91"
    assert (battle.name, battle.strength, battle.duration) == ("Battle", 0.81, 50)
    assert (military.start, military.strength) == (240, 0.7)


def test_films_beats_tags_and_gradual_transitions_are_markers():
    marked = [e.name for e in events(told(), NAMES) if is_marked(e)]
    assert marked == ["Film: War 0.82", "War", "Battle", "Military", "Dissolve"]


def test_the_whole_film_marks_its_first_frame_alone():
    first, *_ = _marks(told(), events(told(), NAMES, kinds=["film"]))
    assert (first.start, first.end) == (0, 1)


def test_what_a_format_carries_decides_what_is_written_and_what_is_lost():
    source, grid = told(), conformed(told())
    table = events(source, NAMES, kinds=MARKED)
    assert lost(table, grid, Carries(whole_film=True)) == Losses()
    assert lost(table, grid, Carries()) == Losses(durations=1)  # the film's first frame stands for it
    assert lost([], grid, Carries(colours=False, comments=False, lengths=()), "", "a note") == Losses(
        notes=("a note",)
    )
    bare = Carries(colours=False, comments=False, lengths=("beat",), one_a_place=True, most=2)
    assert [mark.name for mark in kept(table, grid, bare)] == ["Film: War 0.82 + War", "Battle"]
    # the film and the tag share one, the other tag is left out; of the two neither has colour or comment
    assert lost(table, grid, bare) == Losses(colours=2, comments=2, durations=1, merged=1, left_out=1)


def test_a_name_is_cut_to_its_bytes_between_characters_and_that_is_counted():
    grid, table = conformed(analysis()), [event(0, 1, name="aéé"), event(3, 4, name="aé")]
    short = Carries(name_bytes=4)
    assert [mark.name for mark in kept(table, grid, short)] == ["aé", "aé"]
    assert lost(table, grid, short) == Losses(shortened=1)


def test_a_comment_that_is_not_written_is_lost_and_not_cut():
    grid, table = conformed(analysis()), [event(0, 1, comment="word " * 200)]
    assert lost(table, grid, Carries()) == Losses(shortened=1)
    assert lost(table, grid, Carries(comments=False)) == Losses(comments=1)


def test_frames_that_share_a_place_of_the_grid_share_a_mark():
    # ten frames of a millisecond between two that are named: on a grid of 25 they lie on one place
    source = variable([0, *range(40, 50), 90, 130], Fraction(1, 1000), (0, 1, 11, 13))
    table = [event(2, 3, name="a"), event(3, 4, name="b")]
    (mark,) = one_a_place(_marks(source, table))
    assert mark.name == "a + b"


def test_the_strongest_are_kept_in_their_order_beats_before_tags():
    def sure(start, kind, **facts):
        return event(start, start + 1, kind=kind, name=f"{kind} {start}", data={"cinetag": facts})

    table = [
        sure(0, "tag", probability=0.99),
        sure(10, "beat", confidence=0.2),
        sure(20, "tag", probability=0.5),
        sure(30, "beat", confidence=0.9),
        event(40, 41, kind="film"),
    ]
    found = _marks(analysis(film(100)), table)
    assert [mark.start for mark in strongest(found, 2)] == [30, 40]
    assert [mark.start for mark in strongest(found, 4)] == [0, 10, 30, 40]
    assert strongest(found, 5) == found


def test_words_of_plugins_are_cleaned_however_long_together():
    table = [
        event(0, 1, name="a\nb" * 50, comment="x\0" * 600),
        event(0, 1, name="c" * 80, data={"cinetag": 3}),
    ]
    (mark,) = one_a_place(_marks(analysis(), table))
    assert len(mark.name) <= 80
    assert len(mark.comment) <= 500
    assert mark.name.isprintable()
