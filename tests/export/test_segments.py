"""Pieces of a film: no frame is lost or doubled, and FFmpeg cuts at just these frames."""

import csv
import io
from fractions import Fraction
from itertools import accumulate

import numbered_film
from hypothesis import given, settings
from made_films import analysis, film, shots, timed_tables, variable
from plain_clock import first_frame_from

from cinetag_plugin.export.segments import render


def read(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_shots_and_what_lies_around_them():
    source = analysis(film(100, Fraction(25)), shots=shots((20, 50, 80)))
    assert render([], source).decode() == (
        "segment,in_frame,out_frame,frames,ss,to,name\r\n"
        "0,0,20,20,0.000000,0.780000,Not analysed\r\n"
        "1,20,50,30,0.780000,1.980000,Shot 001\r\n"
        "2,50,80,30,1.980000,3.180000,Shot 002\r\n"
        "3,80,100,20,3.180000,3.980000,Not analysed\r\n"
    )


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_the_pieces_are_the_film_in_frames_and_in_seconds(drawn):
    source, table = drawn
    rows = read(render(table, source))
    edges = [0, *(int(row["out_frame"]) for row in rows)]
    assert [int(row["in_frame"]) for row in rows] == edges[:-1]
    assert edges == sorted(set(edges))
    assert edges[-1] == source.film.frames
    assert set(edges) >= {shot.start for shot in source.shots}
    for row in rows:
        assert int(row["frames"]) == int(row["out_frame"]) - int(row["in_frame"])
        assert first_frame_from(source.film, Fraction(row["ss"])) == int(row["in_frame"])
        assert first_frame_from(source.film, Fraction(row["to"])) == int(row["out_frame"])


def test_ffmpeg_cuts_pieces_of_uneven_frames_exactly(tmp_path):
    ten = [33, 33, 34, 17, 16, 17, 100, 40, 40, 41]
    pts = [0, *accumulate((ten * 5)[:-1])]
    source = variable(pts, Fraction(1, 1000), (0, 3, 17, 18, 50))
    inner = "+".join(f"{step}*gt(mod(N,10),{n})" for n, step in enumerate(ten))
    numbered_film.make(tmp_path / "made.mkv", f"floor(N/10)*{sum(ten)}+{inner}", 50)
    for row in read(render([], source)):
        times = ["-ss", row["ss"], "-to", row["to"], "-i", str(tmp_path / "made.mkv")]
        found = numbered_film.numbers(*times, "-frames:v", row["frames"])
        assert found == list(range(int(row["in_frame"]), int(row["out_frame"])))
