"""Tables of cuts: headings, kinds, our own, PySceneDetect's; and what is no row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export import table_csv
from cinetag_plugin.export.events import events


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
def test_tables_of_frames(read_frames, name, text):
    assert read_frames(name, text) == [24, 44]


def test_rows_with_kinds_keep_their_extent(read):
    assert read("kinds.tsv", "dissolve\t10\t21\nwipe\t30\t40\n") == (
        Boundary("dissolve", 10, 21),
        Boundary("wipe", 30, 40),
    )


@given(st.lists(st.integers(1, 10**6), unique=True, min_size=1))
def test_any_rising_list_is_read_back(read_frames, frames):
    assert read_frames("cuts.txt", "\n".join(map(str, sorted(frames)))) == sorted(frames)


PYSCENEDETECT = (
    "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,"
    "End Time (seconds),Length (frames),Length (timecode),Length (seconds)\n"
)


@pytest.mark.parametrize(
    "cuts", ["", "\n", "Timecode List:,00:00:00.960,00:00:01.760\n", "00:00:00.960,00:00:01.760\n"]
)
def test_a_list_of_pyscenedetect_counted_from_one(read_frames, cuts):
    rows = (
        "1,1,00:00:00.000,0.000,24,00:00:00.960,0.960,24,00:00:00.960,0.960\n"
        "2,25,00:00:00.960,0.960,44,00:00:01.760,1.760,20,00:00:00.800,0.800\n"
        "3,45,00:00:01.760,1.760,72,00:00:02.880,2.880,28,00:00:01.120,1.120\n"
    )
    assert read_frames("film-Scenes.csv", cuts + PYSCENEDETECT + rows) == [24, 44]


def test_an_early_list_of_pyscenedetect_counted_from_nought(read_frames):
    rows = (
        "1,0,00:00:00.000,0.000,24,00:00:00.960,0.960,24,00:00:00.960,0.960\n"
        "2,24,00:00:00.960,0.960,44,00:00:01.760,1.760,20,00:00:00.800,0.800\n"
    )
    assert read_frames("film-Scenes.csv", PYSCENEDETECT + rows) == [24]


@pytest.mark.parametrize(
    "text",
    [
        "Scene Number,Start Frame\n1,1\n2,25\n",
        PYSCENEDETECT + "1,1,00:00:00.000,0.000,24,00:00:00.960,0.960,99,00:00:00.960,0.960\n",
        PYSCENEDETECT + "1,0,00:00:00.000,0.000,24,00:00:00.960,0.960,25,00:00:00.960,0.960\n",
    ],
)
def test_a_list_of_scenes_that_does_not_tell_its_first_number_is_refused(read, text):
    with pytest.raises(DocumentError, match=r"line 2: .* from 0 or from 1"):
        read("film-Scenes.csv", text)


@pytest.mark.parametrize(
    "text", ["1,0,24\n2,24,48\n", "1\t0.0\t0.96\n", "1 00:00:00:00 00:00:01:00\n", "0\n24;48\n"]
)
def test_columns_of_numbers_without_headings_are_refused(read, text):
    with pytest.raises(DocumentError, match=r"several columns.*'frame'"):
        read("shots.csv", text)


@pytest.mark.parametrize(
    "heading", ["frame", "start", "in", "start_frame", "Start Frame", "in_frame", "FRAME"]
)
def test_headings_of_first_frames(read_frames, heading):
    assert read_frames("shots.csv", f"shot,{heading},end\n1,0,24\n2,24,48\n") == [24]


def test_quotes_of_csv_hold_lines_and_those_of_tabs_do_not(read_frames):
    assert read_frames("a.csv", 'frame,note\n24,"two\nlines, # one"\n44,\n') == [24, 44]
    assert read_frames("a.tsv", 'frame\tnote\n24\t"half a quote\n44\t\n') == [24, 44]


@pytest.mark.parametrize(
    "text", ["frame\n24\n" + "x" * 200_000, 'frame,note\n24,"open\n44,\n', "1_000\n", "٣\n"]
)
def test_what_is_no_row_is_refused_by_line(read, text):
    with pytest.raises(DocumentError, match=r"line [1-4]"):
        read("shots.csv", text)


def test_the_own_table_gives_its_shots_back(read, analysis, boundaries):
    table = table_csv.render(events(analysis, Names([])), analysis)
    assert read("film.csv", table) == boundaries


def test_the_own_table_of_shots_alone_gives_cuts(read_frames, analysis):
    table = table_csv.render(events(analysis, Names([]), kinds={"shot"}), analysis)
    assert read_frames("film.csv", table) == [24, 50, 80]


def test_the_own_table_without_shots_is_refused(read, analysis):
    with pytest.raises(DocumentError, match="no rows of kind shot"):
        read("film.csv", table_csv.render([], analysis))


_HEADINGS = ["frame", "start", "kind", "in_frame", "out_frame", "class", "scene number", "start frame"]
_HEADINGS += ["end frame", "length (frames)"]
_WORDS = [
    "shot",
    "cut",
    "dissolve",
    "not_cut",
    "transition.wipe",
    "",
    "#",
    '"',
    '"a"',
    "\x00",
    "\ufeff",
    "\r",
    "\u2028",
]
_NUMBERS = ["0", "1", "24", "25", "30", "-1", "1.5", "00:00:01:00", "9" * 12]
_CELLS = st.sampled_from([*_HEADINGS, *_WORDS, *_NUMBERS])


@given(st.lists(st.lists(_CELLS, max_size=5), max_size=6), st.sampled_from(",;\t "))
def test_no_table_does_more_than_be_refused(refused_or_sound, rows, mark):
    refused_or_sound("fuzz.csv", "\n".join(map(mark.join, rows)))
