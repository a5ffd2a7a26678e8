"""CMX 3600: every shot an event, every marker a locator on its frame, in the columns of the form."""

from fractions import Fraction

import plain_edl
import pytest
from hypothesis import assume, given, settings
from made_films import HOSTILE_TEXT, NAMES, analysis, counted, event, event_tables, film, told

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.records import Source, Span
from cinetag_plugin.export.edl import losses, render
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.shots.cutlists import FilmClock
from cinetag_plugin.shots.edl import from_edl


@settings(max_examples=60, deadline=None)
@given(event_tables())
def test_what_is_written_is_read_back_on_the_same_frames(drawn):
    source, table = drawn
    made = source.film
    assume(made.rate <= 30)
    start, per_second, dropped, day = counted(made)
    _, found = plain_edl.read(render(table, source), per_second, dropped)
    expected = [((start + s.start) % day, (start + s.end) % day) for s in source.shots]
    assert [e.record for e in found] == [e.source for e in found] == expected
    for shot, made_event in zip(source.shots, found, strict=True):
        inside = [e for e in sorted(table, key=lambda e: e.start) if shot.start <= e.start < shot.end]
        assert [(frame, text) for frame, _, text in made_event.locators] == [
            ((start + e.start) % day, f"{e.kind} {e.name} 0.00".upper()) for e in inside
        ]
    assert bool(losses(table, source).notes) == (start + made.frames > day)


def test_the_example_film():
    lines = render(events(told(), NAMES, kinds=MARKED), told()).decode().split("\r\n")
    assert lines[:8] == [
        "TITLE: film",
        "FCM: NON-DROP FRAME",
        "",
        "001  FILM     V     C        01:00:00:00 01:00:10:00 01:00:00:00 01:00:10:00",
        "* FROM CLIP NAME:  Shot 001",
        "* LOC: 01:00:00:00 WHITE   FILM: WAR 0.82",
        "* LOC: 01:00:00:00 RED     TAG WAR 0.91",
        "* LOC: 01:00:05:05 RED     BEAT BATTLE 0.81",
    ]


def test_our_own_reader_of_cut_lists_finds_the_cuts():
    clock = FilmClock(told().film.rate, 86400)
    found = from_edl(render([], told()).decode(), clock)
    assert [boundary.start for boundary in found.boundaries] == [240, 480]


def test_the_files_of_a_joined_film_are_reels_with_their_own_source_timecode():
    rate = Fraction(24)
    names = ["/dcp/picture reel_1.mxf", "/dcp/picture reel_2.mxf", "/dcp/ü.mxf", "/dcp/BL.mxf"]
    parts = tuple(
        Source(path=path, start=n * 100, frames=100, entry=24, rate=rate) for n, path in enumerate(names)
    )
    source = analysis(film(400, rate, path="/dcp", sources=parts, start_timecode="01:00:00:00"))
    _, found = plain_edl.read(render([], source), 24, 0)
    assert [e.reel for e in found] == ["PICTURER", "PICTUR_2", "FILM", "FILM_2"]
    assert {e.source for e in found} == {(24, 124)}
    assert [e.record[0] - 86400 for e in found] == [0, 100, 200, 300]


def test_what_was_not_analysed_is_an_event_too():
    source = analysis(film(1000), (300, 600), analysed=Span(start=300, end=600))
    _, found = plain_edl.read(render([], source), 24, 0)
    assert [(e.name, *e.record) for e in found] == [
        ("Not analysed", 0, 300),
        ("Shot 001", 300, 600),
        ("Not analysed", 600, 1000),
    ]


@pytest.mark.parametrize(
    "rate", [Fraction(25, 2), Fraction(48000, 1001), Fraction(50), Fraction(60000, 1001), Fraction(60)]
)
def test_rates_that_the_form_does_not_know_are_refused_by_name(rate):
    with pytest.raises(
        ExportError, match=r"/media/film\.mov: a CMX 3600 EDL cannot carry .* frames a second"
    ):
        render([], analysis(film(10, rate)))


@pytest.mark.parametrize(
    ("rate", "per_second", "dropped"),
    [(Fraction(50), 50, 0), (Fraction(60000, 1001), 60, 4), (Fraction(48000, 1001), 48, 0)],
)
def test_rates_above_30_are_written_where_they_are_forced(rate, per_second, dropped):
    source = analysis(
        film(4000, rate, start_timecode=f"01:00:00{';' if dropped else ':'}00", drop_frame=bool(dropped)),
        (0, 3700, 4000),
    )
    _, found = plain_edl.read(render([event(3601, 3602)], source, force=True), per_second, dropped)
    start = counted(source.film)[0]
    assert [e.record for e in found] == [(start, start + 3700), (start + 3700, start + 4000)]
    assert [frame for frame, *_ in found[0].locators] == [start + 3601]


def test_a_rate_without_timecode_is_refused_even_then():
    with pytest.raises(ExportError, match="cannot carry 120 frames a second"):
        render([], analysis(film(10, Fraction(120))), force=True)


@pytest.mark.parametrize(("clips", "lists"), [(999, 1), (1000, 2), (1998, 2), (1999, 3)])
def test_a_film_of_more_than_999_clips_is_several_lists_whose_timecode_goes_on(clips, lists):
    rate = Fraction(30000, 1001)
    made = film(2 * clips, rate, start_timecode="00:59:30;00", drop_frame=True)
    source = analysis(made, range(0, 2 * clips + 1, 2))
    table = [event(n, n + 1, name=f"n{n}") for n in range(0, 2 * clips, 101)]
    content = render(table, source)
    parts = [content] if lists == 1 else content
    assert len(parts) == lists
    read = [plain_edl.read(part, 30, 2) for part in parts]
    assert [len(found) for _, found in read] == [min(999, clips - 999 * n) for n in range(lists)]
    start = counted(made)[0]
    every = [e for _, found in read for e in found]
    assert [e.record for e in every] == [(start + 2 * n, start + 2 * n + 2) for n in range(clips)]
    assert [e.name for e in every[998:1000]] == [f"Shot {n:0{max(3, len(str(clips)))}}" for n in (999, 1000)][
        : clips - 998
    ]
    assert [frame - start for e in every for frame, *_ in e.locators] == [row.start for row in table]
    titles = ["film"] if lists == 1 else [f"film - {n + 1} of {lists}" for n in range(lists)]
    assert [title for title, _ in read] == titles
    notes = losses(table, source).notes
    assert notes == (() if lists == 1 else (f"{lists} lists of at most 999 clips",))


def test_a_file_has_one_reel_name_in_all_lists():
    rate = Fraction(24)
    paths = ["/dcp/picture reel_1.mxf", "/dcp/picture reel_2.mxf"]
    parts = tuple(
        Source(path=path, start=n * 999, frames=999, entry=0, rate=rate) for n, path in enumerate(paths)
    )
    source = analysis(film(1998, rate, path="/dcp", sources=parts), range(1999))
    reels = [{e.reel for e in plain_edl.read(part, 24, 0)[1]} for part in render([], source)]
    assert reels == [{"PICTURER"}, {"PICTUR_2"}]


@given(HOSTILE_TEXT)
def test_hostile_words_stay_in_their_line(text):
    table = [event(0, 1, name=text, comment=text), event(3, 4)]
    source = analysis(film(name=text, path=f"/{text}.mov"))
    _, (found,) = plain_edl.read(render(table, source), 24, 0)
    assert [frame for frame, *_ in found.locators] == [0, 3]
