"""Films of variable rate on the grid of formats that count frames."""

from fractions import Fraction

import plain_csv
import plain_otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import STARTS, analysis, counted, event, event_tables, film, variable

from cinetag_plugin.document.records import TagSpan
from cinetag_plugin.export.conform import at_rate, beginning_at, conformed
from cinetag_plugin.export.otio import render
from cinetag_plugin.export.pieces import reels
from cinetag_plugin.export.table_csv import render as render_csv

MS = Fraction(1, 1000)


def two_rates(**changes):
    """100 frames at 25 a second, then 100 at 50: six seconds."""
    pts = [40 * i for i in range(100)] + [4000 + 20 * i for i in range(100)]
    return variable(pts, MS, (0, 50, 100, 150, 200), **changes)


def test_a_film_of_constant_rate_is_its_own_grid():
    grid = conformed(analysis(film(start_timecode="01:00:00:00")))
    assert (grid.rate, grid.start, grid.warning) == (Fraction(24000, 1001), 86400, "")
    assert [grid.place(frame) for frame in (0, 17, 719, 720)] == [0, 17, 719, 720]
    assert grid.length == 720


def test_frames_go_to_the_place_nearest_to_their_time():
    grid = conformed(two_rates())
    assert grid.rate == 25
    assert [grid.place(frame) for frame in (0, 50, 99, 100, 150, 200)] == [0, 50, 99, 100, 125, 150]
    assert grid.length == 150
    assert grid.place(160) == 130
    assert grid.place(170) == 135


def test_one_warning_names_the_rate_and_the_worst_shift():
    pts = [0, 40, 80, 137, 160]
    assert (
        conformed(variable(pts, MS, (0, 3, 5))).warning
        == "source has variable frame rate; markers conformed to 25 fps, worst shift 17 ms"
    )


def test_markers_of_the_timeline_lie_on_the_conformed_places():
    found = plain_otio.read(render([event(50, 100), event(100, 150), event(160, 161)], two_rates()))
    assert found.rates == {25.0}
    assert [(m["start"], m["end"]) for m in found.markers] == [(50, 100), (100, 125), (130, 131)]
    assert [clip.source for clip in found.clips] == [(0, 50), (50, 50), (100, 25), (125, 25)]
    assert found.facts["warnings"] == [conformed(two_rates()).warning]


def test_a_burst_of_frames_does_not_push_the_rest_out_of_time():
    slow = [40 * i for i in range(50)]
    burst = [2000 + i for i in range(1000)]
    rest = [3000 + 40 * i for i in range(500)]
    grid = conformed(variable([*slow, *burst, *rest], MS, (0, 50, 1050, 1550)), Fraction(25))
    assert [grid.place(frame) for frame in (50, 1050, 1550)] == [50, 75, 575]


def test_a_frame_rounded_up_to_the_end_of_the_film_stays_inside():
    grid = conformed(variable([0, 40, 80, 100, 119], MS, key_frames=()))
    assert grid.length == 3
    assert grid.span(4, 5) == (2, 3)


def test_borders_at_one_place_are_kept_apart():
    grid = conformed(variable([0, 40, 41, 42, 43, 80, 120, 160], MS, (0, 2, 3, 4, 8)))
    places = [grid.place(frame) for frame in (0, 2, 3, 4, 8)]
    assert places == sorted(set(places))
    assert "worst shift" in grid.warning


def test_a_time_that_runs_back_moves_no_frame_back():
    grid = conformed(variable([0, 0, 0, 0, 0, 60, 260, 259, 280], MS), Fraction(25))
    places = [grid.place(frame) for frame in range(10)]
    assert places == sorted(places)


@given(st.lists(st.integers(-5, 200), min_size=1, max_size=60), st.data())
def test_order_and_lengths_are_kept_whatever_the_times(steps, data):
    pts = [0]
    for step in steps:
        pts.append(pts[-1] + step)
    total = len(pts)
    cuts = data.draw(st.sets(st.integers(1, total - 1), max_size=8)) if total > 1 else set()
    source = variable(pts, MS, (0, *sorted(cuts), total))
    grid = conformed(source, Fraction(25))
    borders = [grid.place(shot.start) for shot in source.shots] + [grid.length]
    assert borders == sorted(set(borders))
    start = data.draw(st.integers(0, total - 1))
    first, last = grid.span(start, data.draw(st.integers(start + 1, total)))
    assert 0 <= first < last <= grid.length
    places = [grid.place(frame) for frame in range(total + 1)]
    assert places == sorted(places)


def test_the_start_timecode_keeps_its_second_at_another_rate():
    source = analysis(film(100, Fraction(24), start_timecode="01:00:00:12"))
    grid = conformed(source, Fraction(50))
    assert grid.start == 3600 * 50 + 25


@pytest.mark.parametrize(
    ("label", "rate", "wanted", "frame", "drop"),
    [
        ("01:00:00;02", Fraction(30000, 1001), Fraction(60000, 1001), 215784 + 4, True),
        ("00:01:00;02", Fraction(30000, 1001), Fraction(60000, 1001), 3600, True),
        ("00:01:00;02", Fraction(30000, 1001), Fraction(25), 1501, False),
    ],
)
def test_drop_frame_labels_stay_labels_that_exist(label, rate, wanted, frame, drop):
    source = analysis(film(100, rate, start_timecode=label, drop_frame=True))
    grid = conformed(at_rate(source, wanted))
    assert (grid.start, grid.drop, grid.rate) == (frame, drop, wanted)


def test_any_film_can_be_conformed_to_another_rate():
    source = analysis(film(240, Fraction(24)), (0, 120, 240))
    grid = conformed(at_rate(source, Fraction(25)))
    assert (grid.place(120), grid.length) == (125, 250)
    assert grid.warning.startswith("source has another frame rate; markers conformed to 25 fps")
    halved = conformed(at_rate(analysis(film(240, Fraction(60)), (0, 120, 240)), Fraction(30)))
    assert (halved.place(120), halved.length) == (60, 120)


def test_tag_spans_between_shots_keep_their_frames_too():
    span = TagSpan(tag="war", start=3, end=4, strength=1.0, probability=1.0)
    grid = conformed(variable([0, 1, 2, 3, 4, 40, 80], MS, tag_spans=(span,)), Fraction(25))
    assert grid.span(3, 4) == (1, 2)


@pytest.mark.parametrize(
    ("rate", "label", "start"),
    [
        (Fraction(25), "01:00:00:00", 90_000),
        (Fraction(30000, 1001), "01:00:00;00", 107_892),  # SMPTE ST 12-1: 108 a hour are left out
        (Fraction(30000, 1001), "01:00:00:00", 108_000),
        (Fraction(24000, 1001), "10:00:00:01", 864_001),
    ],
)
def test_a_timeline_may_begin_elsewhere_and_the_files_stay_where_they_are(rate, label, start):
    source = analysis(film(100, rate, start_timecode="00:00:10:00"))
    grid = conformed(beginning_at(source, label))
    own = 10 * round(rate)
    assert (grid.start, grid.media_start, grid.drop) == (start, own, ";" in label)
    assert [reel.first_label for reel in reels(beginning_at(source, label).film, grid)] == [own]
    assert conformed(source).start == own


@pytest.mark.parametrize(
    ("rate", "label", "fault"),
    [
        (Fraction(25), "01:00:00;00", "25 frames a second have no drop frame"),
        (Fraction(25, 2), "01:00:00:00", r"12\.5 frames a second have no timecode"),
        (Fraction(24), "00:00:00:24", "is no label at 24 frames a second"),
        (Fraction(30000, 1001), "00:01:00;00", "is left out by drop-frame counting"),
        (Fraction(24), "24:00:00:00", "is no label"),
    ],
)
def test_a_timecode_that_the_rate_has_not_is_refused(rate, label, fault):
    with pytest.raises(ValueError, match=fault):
        beginning_at(analysis(film(100, rate)), label)


@settings(max_examples=40, deadline=None)
@given(event_tables(), st.sampled_from(STARTS))
def test_every_label_is_moved_by_as_much_and_no_place_in_a_file(drawn, start):
    source, table = drawn
    moved = beginning_at(source, f"{start}{';' if source.film.drop_frame else ':'}00")
    before, after = plain_otio.read(render(table, source)), plain_otio.read(render(table, moved))
    assert [clip.source for clip in before.clips] == [clip.source for clip in after.clips]
    assert before.markers == after.markers
    _, per_second, dropped, day = counted(source.film)
    expected = plain_csv.count(f"{start}{';' if source.film.drop_frame else ':'}00", per_second, dropped)
    assert after.start == expected
    rows = plain_csv.read(render_csv(table, moved), per_second, dropped)
    assert [row.labelled for row in rows] == [
        ((expected + e.start) % day, (expected + e.end) % day) for e in table
    ]
