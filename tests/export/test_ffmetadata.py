"""Chapters for FFmpeg: exact times, any title, and FFmpeg itself as their reader."""

import subprocess
from fractions import Fraction
from itertools import pairwise

import plain_ffmetadata
import pytest
from hypothesis import given, settings
from made_films import NAMES, RATES, analysis, event, film, timed_tables, told, variable
from plain_clock import frame_at, time_of

from cinetag_plugin.export.events import events
from cinetag_plugin.export.ffmetadata import render
from cinetag_plugin.export.selection import chapters
from cinetag_plugin.media.ffmpeg import find_ffmpeg

HOSTILE = r"= x; # \ [CHAPTER] 'é' " + '"😀'


def test_the_example_of_the_film_of_three_shots():
    assert render(events(told(), NAMES), told()) == (
        b";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1001/24000\nSTART=125\nEND=175\ntitle=Battle\n"
    )


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_times_and_titles_come_back_exactly(drawn):
    source, table = drawn
    wanted = chapters(table, source.film)
    found = plain_ffmetadata.read(render(table, source))
    assert [chapter.title for chapter in found] == [row.name for row in wanted]
    for chapter, row in zip(found, wanted, strict=True):
        assert chapter.start == time_of(source.film, row.start)
        assert chapter.end == time_of(source.film, row.end)


def test_a_time_that_runs_back_gives_no_chapter_that_ends_before_it_begins():
    source = variable([0, 40, 39, 38, 37], Fraction(1, 1000), (0, 1, 3, 5))
    found = plain_ffmetadata.read(render(events(source, NAMES), source))
    assert all(chapter.start < chapter.end for chapter in found)


def through_ffmpeg(tmp_path, content: bytes, suffix: str) -> list[plain_ffmetadata.PlainChapter]:
    """Put chapters into a film with FFmpeg and let it write down what the film then has."""
    ffmpeg = [find_ffmpeg().path, "-v", "error", "-nostdin", "-y"]
    made, chaptered = tmp_path / "made.mkv", tmp_path / f"chaptered{suffix}"
    (tmp_path / "chapters.txt").write_bytes(content)
    picture = ["-f", "lavfi", "-i", "color=s=32x32:r=1:d=2", "-c:v", "mpeg4", str(made)]
    subprocess.run([*ffmpeg, *picture], check=True)
    both = ["-i", str(made), "-i", str(tmp_path / "chapters.txt"), "-map", "0", "-map_metadata", "0"]
    subprocess.run([*ffmpeg, *both, "-map_chapters", "1", "-c", "copy", str(chaptered)], check=True)
    read = [*ffmpeg, "-i", str(chaptered), "-f", "ffmetadata", "-"]
    return plain_ffmetadata.read(subprocess.run(read, check=True, capture_output=True).stdout)


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_film_that_ffmpeg_gives_them_to_has_them_on_the_same_frames(tmp_path, rate, suffix):
    # mp4 sets a chapter's end to the next one's start, so these touch
    borders = [0, 1, 2, 1000, 90_001, 90_002, 200_000]
    spans = list(pairwise(borders))
    source = analysis(film(200_000, rate))
    table = [event(a, b, name=f"{n} {HOSTILE}") for n, (a, b) in enumerate(spans)]
    found = through_ffmpeg(tmp_path, render(table, source), suffix)
    assert [chapter.title for chapter in found] == [row.name for row in table]
    frames = [(frame_at(source.film, c.start), frame_at(source.film, c.end)) for c in found]
    assert frames == spans


def test_ffmpeg_reads_the_times_of_a_variable_rate(tmp_path):
    pts = [0, 33, 67, 100, 117, 133, 150, 1150]
    source = variable(pts, Fraction(1, 1000), (0, 2, 5, 8))
    found = through_ffmpeg(tmp_path, render(events(source, NAMES), source), ".mkv")
    assert [chapter.start for chapter in found] == [0, Fraction(67, 1000), Fraction(133, 1000)]
    assert [chapter.title for chapter in found] == ["Shot 001", "Shot 002", "Shot 003"]
