"""Films whose sound begins before the picture, or whose clock begins late: what is laid beside the file."""

import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import plain_ffmetadata
import pytest
from made_films import NAMES

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export import ffmetadata, mkvchapters, segments, sendcmd
from cinetag_plugin.export.events import events
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.pipeline import analyze
from cinetag_plugin.settings import Settings

CUT = 30  # of 60 frames, 25 a second
HALF = Fraction(1, 50)


def run(*arguments: object) -> bytes:
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def shifted(folder: Path, suffix: str, late: str, clock: str) -> Analysis:
    """Make a film of two shots whose picture begins ``late`` after its sound, and its clock at ``clock``."""
    graph = f"testsrc=s=64x48:r=25,trim=end_frame={CUT}[a];color=navy:s=64x48:r=25:d=1.2[b];[a][b]concat"
    whole, made = folder / "whole.mkv", folder / f"made{suffix}"
    sound = ["-f", "lavfi", "-i", "sine=d=3", "-c:a", "mp2"]
    run("-filter_complex", graph, *sound, "-c:v", "mpeg2video", "-frames:v", 60, whole)
    picture = ["-itsoffset", late, "-i", whole, "-map", "0:a", "-map", "1:v", "-c", "copy"]
    run("-i", whole, *picture, "-output_ts_offset", clock, made)
    found = analyze(made, Settings(only={"shots"}, plugins=False))
    assert [shot.start for shot in found.shots] == [0, CUT]
    return found


def shown_at(path: Path, frame: int) -> Fraction:
    """Return when a frame of a file is shown, by the file's own clock."""
    film = analyze(path, Settings(only={"shots"}, plugins=False)).film
    return film.start_pts * film.time_base + film.clock.seconds(frame)


CLOCKS = [
    (".mkv", "0.48", "0"),
    (".ts", "0.16", "0"),
    (".mp4", "0.2", "0"),
    (".mkv", "0", "10"),
    (".mp4", "0", "10"),
]


@pytest.mark.parametrize(("suffix", "late", "clock"), CLOCKS)
def test_ffmpeg_gives_a_copy_its_chapters_where_the_copy_has_their_frames(tmp_path, suffix, late, clock):
    found = shifted(tmp_path, suffix, late, clock)
    chapters, copy = tmp_path / "chapters.txt", tmp_path / "copy.mkv"
    chapters.write_bytes(ffmetadata.render(events(found, NAMES), found))
    both = ["-i", found.film.path, "-f", "ffmetadata", "-i", chapters, "-map", "0", "-map_chapters", "1"]
    run(*both, "-c", "copy", copy)
    read = plain_ffmetadata.read(run("-i", copy, "-f", "ffmetadata", "-"))
    assert read[1].start == shown_at(copy, CUT)


@pytest.mark.parametrize(("suffix", "late", "clock"), CLOCKS)
def test_mkvmerge_does_so_too(tmp_path, suffix, late, clock):
    if shutil.which("mkvmerge") is None:
        pytest.skip("mkvmerge is not installed")
    found = shifted(tmp_path, suffix, late, clock)
    chapters, copy = tmp_path / "chapters.xml", tmp_path / "copy.mkv"
    chapters.write_bytes(mkvchapters.render(events(found, NAMES), found))
    merge = ["mkvmerge", "-q", "-o", copy, "--chapters", chapters, found.film.path]
    subprocess.run(list(map(str, merge)), check=True)
    listed = subprocess.run(["mkvextract", copy, "chapters"], check=True, capture_output=True).stdout
    second = re.findall(rb"<ChapterTimeStart>00:00:([0-9.]+)<", listed)[1].decode()
    assert (
        abs(shown_at(copy, CUT) - Fraction(second)) < HALF
    )  # mkvmerge moves the picture by what sound lacks


@pytest.mark.parametrize(("suffix", "late", "clock"), CLOCKS)
def test_ffmpeg_seeks_to_the_first_frame_of_a_segment(tmp_path, suffix, late, clock):
    found = shifted(tmp_path, suffix, late, clock)
    row = segments.render(events(found, NAMES), found).decode().splitlines()[2].split(",")
    # of transport streams, FFmpeg counts from the first of the streams that it is to take: sound is taken too
    both = ["-i", found.film.path, "-map", "0:v", "-map", "0:a"]
    wanted = run(*both, "-vf", f"trim=start_frame={CUT}", "-f", "framemd5", "-")
    cut = run(*both, "-ss", row[4], "-frames:v", row[3], "-f", "framemd5", "-")
    assert checksums(cut) == checksums(wanted)


def checksums(listed: bytes) -> list[bytes]:
    """Return those of the pictures, which are the first stream."""
    return [line.rsplit(b",", 1)[1] for line in listed.splitlines() if line.startswith(b"0,")]


def test_commands_to_filters_come_with_their_frames(tmp_path):
    if "drawtext" not in find_ffmpeg().filters:
        pytest.skip(f"{find_ffmpeg().path} has no drawtext")
    found = shifted(tmp_path, ".mkv", "0.48", "0")
    (tmp_path / "commands.txt").write_bytes(sendcmd.render(events(found, NAMES), found))
    look = "drawtext@cinetag=expansion=none:fontcolor=white:fontsize=20:x=1:y=1:text="
    chain = f"sendcmd=f='{tmp_path}/commands.txt',{look}' '"
    drawn = run("-i", found.film.path, "-map", "0:v", "-vf", chain, "-f", "framemd5", "-")
    each = [
        checksums(run("-i", found.film.path, "-map", "0:v", "-vf", f"{look}'{name}'", "-f", "framemd5", "-"))
        for name in ("Shot 001", "Shot 002")
    ]
    assert checksums(drawn) == each[0][:CUT] + each[1][CUT:]
