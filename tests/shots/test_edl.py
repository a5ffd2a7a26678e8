"""CMX 3600: record timecode, midnight, gaps, and what is no event."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.time import frame_of_timecode
from cinetag_plugin.shots.cutlists import FilmClock

NTSC = FilmClock(Fraction(30000, 1001), 107_892, drop_frame=True)

EDL = """TITLE: film
FCM: NON-DROP FRAME

001  FILM     V     C        01:00:00:00 01:00:04:00 01:00:00:00 01:00:04:00
* FROM CLIP NAME:  Shot 001
002  FILM     AA/V  C        01:00:04:00 01:00:06:10 01:00:04:00 01:00:06:10
003  FILM     A     C        01:00:05:00 01:00:06:00 01:00:05:00 01:00:06:00
004  FILM     V     C        01:00:06:10 01:00:06:10 01:00:06:10 01:00:06:10
004  OTHER    V     D    012 00:00:00:00 00:00:02:00 01:00:06:10 01:00:08:10
"""


def _edl(*spans: str) -> str:
    """Return cuts whose record timecodes are those of ``begin end``."""
    return "\n".join(f"{n:03} FILM V C {span} {span}" for n, span in enumerate(spans, 1))


def test_an_edl_counts_from_the_films_first_event_and_knows_dissolves(read):
    assert read("film.edl", EDL) == (Boundary("cut", 100, 100), Boundary("dissolve", 160, 172))


def test_an_edl_counts_from_the_films_own_timecode(read_frames):
    film = FilmClock(Fraction(25), 90_000 - 50)
    assert read_frames("film.edl", EDL, film) == [50, 150, 216]


def test_an_edl_in_drop_frame(read_frames):
    events = [("01:00:00;00", "01:01:00;02"), ("01:01:00;02", "01:10:00;00")]
    lines = [f"00{n + 1}  F  V  C  {a} {b} {a} {b}" for n, (a, b) in enumerate(events)]
    assert read_frames("film.edl", "FCM: DROP FRAME\n" + "\n".join(lines), NTSC) == [1800]


def test_an_edl_goes_on_past_midnight(read_frames):
    film = FilmClock(Fraction(25), frame_of_timecode("23:59:59:00", Fraction(25)))
    edl = _edl("23:59:59:00 00:00:01:00", "00:00:01:00 00:00:03:00")
    assert read_frames("film.edl", edl, film) == [50]


def test_an_edl_in_drop_frame_goes_on_past_midnight(read_frames):
    film = FilmClock(Fraction(30000, 1001), frame_of_timecode("23:59:59;00", Fraction(30000, 1001)), True)
    edl = _edl("23:59:59;00 00:00:01;00", "00:00:01;00 00:00:03;00")
    assert read_frames("film.edl", edl, film) == [60]


def test_an_edl_that_begins_late_begins_late_in_a_film_with_timecode(read_frames):
    late = _edl("00:00:10:00 00:00:12:00", "00:00:12:00 00:00:20:00")
    assert read_frames("film.edl", late, FilmClock(Fraction(25), 0)) == [250, 300]


def test_a_film_without_timecode_begins_with_the_first_event_and_that_is_said(read_list):
    edl = _edl("00:00:10:00 00:00:12:00", "00:00:12:00 00:00:20:00")
    found = read_list("film.edl", edl)
    assert found.boundaries == (Boundary("cut", 50, 50),)
    assert "00:00:10:00" in found.warning
    assert not read_list("film.edl", edl, FilmClock(Fraction(25), 250)).warning


def test_events_before_the_film_are_left_out_and_that_is_said(read_list):
    edl = _edl("00:59:50:00 01:00:00:00", "01:00:00:00 01:00:02:00", "01:00:02:00 01:00:04:00")
    found = read_list("film.edl", edl, FilmClock(Fraction(25), 90_000))
    assert found.boundaries == (Boundary("cut", 50, 50),)
    assert "1 event" in found.warning


def test_an_edl_that_ends_before_the_film_begins_is_refused(read):
    with pytest.raises(DocumentError, match="before the film"):
        read("film.edl", EDL, FilmClock(Fraction(25), 10 * 90_000))


def test_a_gap_in_an_edl_ends_a_shot(read_frames):
    edl = _edl("00:00:00:00 00:00:00:20", "00:00:01:00 00:00:02:00")
    assert read_frames("film.edl", edl) == [20, 25]


def test_a_fade_in_at_the_start_of_an_edl_is_no_boundary(read_frames):
    edl = _edl("00:00:00:00 00:00:02:00", "00:00:02:00 00:00:03:00").replace("V C", "V D 012", 1)
    assert read_frames("film.edl", edl) == [50]


def test_a_label_that_no_clock_shows_is_refused_by_line(read):
    with pytest.raises(DocumentError, match="line 4"):
        read("film.edl", EDL.replace("01:00:04:00", "01:00:04:40"))


def test_an_event_that_ends_before_it_begins_is_refused_by_line(read):
    with pytest.raises(DocumentError, match="line 2"):
        read("film.edl", _edl("00:00:00:00 00:00:01:00", "00:00:02:00 00:00:01:00"))


_LABELS = st.from_regex(r"\A(2[0-4]|0[01]):[0-6]0:[05]9[:;][0-3][0-9]\Z")
_EVENTS = st.builds(
    "001 F {} {} {} {} {} {}".format,
    st.sampled_from(["V", "A", "B", "AA/V", "NONE"]),
    st.sampled_from(["C", "D 012", "W001 9999", "K", "K B 010", "D"]),
    _LABELS,
    _LABELS,
    _LABELS,
    _LABELS,
)
_CLOCKS = st.builds(
    FilmClock,
    st.sampled_from([Fraction(25), Fraction(30000, 1001), Fraction(1, 7)]),
    st.none() | st.integers(0, 86_400),
    st.booleans(),
)


@given(
    st.lists(_EVENTS | st.sampled_from(["FCM: DROP FRAME", "FCM: NON-DROP FRAME", "x"]), max_size=6), _CLOCKS
)
def test_no_edl_does_more_than_be_refused(refused_or_sound, lines, film):
    refused_or_sound("fuzz.edl", "\n".join(lines), film)
