"""Chapters through MKVToolNix: what mkvmerge takes is what mkvextract gives back, frame for frame."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import plain_ffmetadata
import plain_mkvchapters
import pytest
from made_films import RATES, analysis, event, film, variable
from other_programs import program, run
from plain_clock import frame_at, seconds

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export import ffmetadata, mkvchapters
from cinetag_plugin.media.ffmpeg import find_ffmpeg

HOSTILE = "& <b> \"'= ; # \\ 'é' שלום 😀"


def chaptered(folder: Path, table: Sequence[Event], source: Analysis) -> Path:
    """Let mkvmerge make a file of the chapters."""
    chapters, made = folder / "chapters.xml", folder / "chaptered.mkv"
    chapters.write_bytes(mkvchapters.render(table, source))
    run([program("mkvmerge", "mkvtoolnix"), "-q", "-o", made, "--chapters", chapters])
    return made


def extracted(made: Path, source: Analysis) -> list[tuple[int, int, str]]:
    """Return start, end (frames) and name of the chapters that mkvextract finds."""
    found = plain_mkvchapters.read(run([program("mkvextract", "mkvtoolnix"), made, "chapters", "-"]))
    return [
        (
            *(
                frame_at(source.film, seconds(chapter[f"ChapterTime{edge}"], ".", 9))
                for edge in ("Start", "End")
            ),
            chapter["ChapterString"],
        )
        for chapter in found
    ]


@pytest.mark.parametrize("rate", [*RATES, Fraction(25, 2), Fraction(120_000, 1001)], ids=str)
def test_frames_and_names_come_back_from_the_first_to_the_five_millionth(tmp_path, rate):
    borders = [0, 1, 2, 1799, 1800, 107_892, 4_999_999, 5_000_000]
    spans = list(pairwise(borders))
    source = analysis(film(5_000_000, rate))
    table = [event(a, b, name=f"{number} {HOSTILE}") for number, (a, b) in enumerate(spans)]
    found = extracted(chaptered(tmp_path, table, source), source)
    assert found == [(a, b, f"{number} {HOSTILE}") for number, (a, b) in enumerate(spans)]


def test_of_beats_that_overlap_comes_back_what_is_said_to(tmp_path):
    source = analysis(film(100, Fraction(25)))
    table = [event(0, 60, name="A"), event(40, 50, name="B"), event(40, 45, name="C"), event(70, 100)]
    found = extracted(chaptered(tmp_path, table, source), source)
    assert found == [(0, 40, "A"), (40, 50, "B"), (70, 100, "Battle")]
    lost = mkvchapters.losses(table, source)
    assert (lost.left_out, lost.durations) == (1, 1)


def test_the_times_of_a_variable_rate_come_back(tmp_path):
    source = variable([0, 33, 67, 100, 117, 133, 150, 1150], Fraction(1, 1000))
    table = [event(1, 3), event(4, 5), event(7, 8)]
    found = extracted(chaptered(tmp_path, table, source), source)
    assert [(a, b) for a, b, _ in found] == [(1, 3), (4, 5), (7, 8)]


def test_ffmpeg_reads_the_chapters_that_mkvmerge_sets(tmp_path):
    mkvmerge, ffmpeg = program("mkvmerge", "mkvtoolnix"), [find_ffmpeg().path, "-v", "error", "-nostdin"]
    chapters, bare, made = (tmp_path / name for name in ("chapters.xml", "bare.mkv", "made.mkv"))
    source, table = analysis(film(720)), [event(0, 1, name=HOSTILE), event(125, 175), event(719, 720)]
    chapters.write_bytes(mkvchapters.render(table, source))
    # a Matroska of chapters alone is none to FFmpeg
    run([*ffmpeg, "-f", "lavfi", "-i", "color=s=32x32:r=1:d=2", "-c:v", "mpeg4", bare])
    run([mkvmerge, "-q", "-o", made, "--chapters", chapters, bare])
    found = plain_ffmetadata.read(run([*ffmpeg, "-i", made, "-f", "ffmetadata", "-"]))
    frames = [(frame_at(source.film, c.start), frame_at(source.film, c.end), c.title) for c in found]
    assert frames == [(0, 1, HOSTILE), (125, 175, "Battle"), (719, 720, "Battle")]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_chapters_that_ffmpeg_puts_into_a_matroska_are_those_that_mkvextract_finds(tmp_path, rate):
    program("mkvextract", "mkvtoolnix")
    source = analysis(film(200_000, rate))
    spans = [(0, 1), (1, 1000), (1200, 90_001), (90_002, 200_000)]
    table = [event(a, b, name=f"{number} {HOSTILE}") for number, (a, b) in enumerate(spans)]
    chapters, made = tmp_path / "chapters.txt", tmp_path / "chaptered.mkv"
    chapters.write_bytes(ffmetadata.render(table, source))
    picture = ["-f", "lavfi", "-i", "color=s=32x32:r=1:d=2", "-i", chapters]
    given = ["-map", "0", "-map_metadata", "0", "-map_chapters", "1", "-c:v", "mpeg4", made]
    run([find_ffmpeg().path, "-v", "error", "-nostdin", *picture, *given])
    found = extracted(made, source)
    assert found == [(a, b, f"{number} {HOSTILE}") for number, (a, b) in enumerate(spans)]
