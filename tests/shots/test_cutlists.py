"""Cut lists from outside: EDL, OTIO, tables; and what is no cut list."""

from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.shots.cutlists import FilmClock, GivenCuts, read_cut_list, refuse_outside

FILM = FilmClock(Fraction(25), None)
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


@pytest.fixture
def read(tmp_path):
    """Return a function that writes a list under a name and reads it."""

    def reader(name: str, text: str | bytes, film: FilmClock = FILM) -> tuple[Boundary, ...]:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_cut_list(path, film).boundaries

    return reader


def _warning(tmp_path, edl: str, film: FilmClock) -> str:
    path = tmp_path / "film.edl"
    path.write_text(edl)
    return read_cut_list(path, film).warning


def _frames(boundaries) -> list[int]:
    return [boundary.frame for boundary in boundaries]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.txt", "0\n24\n44\n"),
        ("commented.txt", "# cuts of the film\n24\n\n44\n"),
        ("header.csv", "shot,frame\n1,0\n2,24\n3,44\n"),
        ("start.tsv", "name\tstart\tend\na\t0\t24\nb\t24\t44\nc\t44\t72\n"),
        ("excel.csv", "\ufeffframe;note\r\n24;one\r\n44;two\r\n"),
        ("truth.tsv", "# kind\tstart\tend\nstart\t0\t0\ncut\t24\t24\nnot_cut\t30\t33\ncut\t44\t44\n"),
    ],
)
def test_tables_of_frames(read, name, text):
    assert _frames(read(name, text)) == [24, 44]


def test_rows_with_kinds_keep_their_extent(read):
    assert read("kinds.tsv", "dissolve\t10\t21\nwipe\t30\t40\n") == (
        Boundary("dissolve", 10, 21),
        Boundary("wipe", 30, 40),
    )


@given(st.lists(st.integers(1, 10**6), unique=True, min_size=1))
def test_any_rising_list_is_read_back(tmp_path_factory, frames):
    path = tmp_path_factory.mktemp("cuts") / "cuts.txt"
    path.write_text("\n".join(map(str, sorted(frames))))
    assert _frames(read_cut_list(path, FILM).boundaries) == sorted(frames)


def test_an_edl_counts_from_the_films_first_event_and_knows_dissolves(read):
    assert read("film.edl", EDL) == (Boundary("cut", 100, 100), Boundary("dissolve", 160, 172))


def test_an_edl_counts_from_the_films_own_timecode(read):
    film = FilmClock(Fraction(25), 90_000 - 50)
    assert _frames(read("film.edl", EDL, film)) == [50, 150, 216]


def test_an_edl_in_drop_frame(read):
    events = [("01:00:00;00", "01:01:00;02"), ("01:01:00;02", "01:10:00;00")]
    lines = [f"00{n + 1}  F  V  C  {a} {b} {a} {b}" for n, (a, b) in enumerate(events)]
    assert _frames(read("film.edl", "FCM: DROP FRAME\n" + "\n".join(lines), NTSC)) == [1800]


def _timeline(rate: float, *lengths: int, transition_at: int | None = None) -> str:
    track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
    for index, length in enumerate(lengths):
        if index == transition_at:
            offset = otio.opentime.RationalTime(5, rate)
            track.append(otio.schema.Transition("d", "SMPTE_Dissolve", offset, offset))
        span = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(length, rate)
        )
        track.append(otio.schema.Clip(source_range=span))
    timeline = otio.schema.Timeline()
    timeline.tracks.append(track)
    return otio.adapters.write_to_string(timeline, "otio_json")


def test_an_otio_timeline(read):
    assert _frames(read("film.otio", _timeline(25.0, 24, 20, 28))) == [24, 44]


def test_an_otio_timeline_with_a_dissolve(read):
    found = read("film.otio", _timeline(25.0, 24, 20, 28, transition_at=2))
    assert found == (Boundary("cut", 24, 24), Boundary("dissolve", 39, 49))


@pytest.mark.parametrize("rate", [29.97, 30000 / 1001])
def test_an_otio_rate_written_short_is_the_films(read, rate):
    lengths = [1001] * 40
    assert _frames(read("film.otio", _timeline(rate, *lengths), NTSC)) == [1001 * n for n in range(1, 40)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("empty.txt", ""),
        ("words.txt", "here\nthere\n"),
        ("negative.txt", "-5\n"),
        ("float.csv", "frame\n12.5\n"),
        ("falling.txt", "30\n20\n"),
        ("twice.txt", "30\n30\n"),
        ("reversed.tsv", "dissolve\t20\t10\n"),
        ("binary.txt", b"\xff\xfe\x00\x01"),
        ("none.edl", "TITLE: nothing\n"),
        ("wrong.edl", EDL.replace("01:00:06:10", "01:00:06:40")),
        ("broken.otio", "{"),
        ("clip.otio", '{"OTIO_SCHEMA": "Clip.2"}'),
        ("nofilm.otio", '{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1"}}'),
    ],
)
def test_what_is_no_cut_list_is_refused_by_name(read, name, text):
    with pytest.raises(DocumentError, match=name):
        read(name, text)


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="no such file"):
        read_cut_list(tmp_path / "gone.csv", FILM)


def test_a_boundary_beyond_the_film_is_refused(tmp_path):
    refuse_outside(tmp_path / "a.csv", [Boundary("cut", 9, 9)], 10)
    with pytest.raises(DocumentError, match="frame 10"):
        refuse_outside(tmp_path / "a.csv", [Boundary("cut", 10, 10)], 10)


def test_given_cuts_come_when_their_frame_comes():
    from cinetag_plugin.document.contracts import Frame

    detector = GivenCuts([Boundary("cut", 3, 3), Boundary("dissolve", 6, 10)])
    found = [(i, b) for i in range(12) for b in detector.feed(Frame(i, i, None, None, None))]
    assert [(index, boundary.kind) for index, boundary in found] == [(3, "cut"), (8, "dissolve")]
    assert not list(detector.finish())
