"""What may be named, and what is turned away before FFmpeg could hang on it."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.source import films_in, find_source

NAMES = [
    "new\nline.mp4",
    "quote\"s and 'single'.mp4",
    "12:30 take.mp4",
    "concat:a|b.mp4",
    "-dash.mp4",
    ".hidden.mp4",
    "100%.mp4",
    "take%04d.mp4",
    "🎬.mp4",
    "a\n[info]   Stream #0:0: Video: png, rgb24, 9999x9999, 1 fps.mp4",
    os.fsdecode(b"bad\xff\xfe.mp4"),
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(name: str, odd: Path, tmp_path: Path, decode: Callable) -> None:
    path = tmp_path / name
    try:
        path.write_bytes((odd / "one_frame.mp4").read_bytes())
    except OSError:
        pytest.skip("this file system knows no such name")
    got = decode(path)
    assert (got.film.frames, got.film.width, got.film.path) == (1, 160, str(path))


def test_a_relative_name_beginning_with_a_dash(odd: Path, tmp_path: Path, decode, monkeypatch) -> None:
    (tmp_path / "-i.mp4").write_bytes((odd / "one_frame.mp4").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert decode(Path("-i.mp4")).film.frames == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    (tmp_path / "dangling.mp4").symlink_to(tmp_path / "nowhere.mp4")
    (tmp_path / "folder.mp4").mkdir()
    faults = {
        "fifo.mp4": "not a regular file",
        "loop.mp4": "cannot be read",
        "dangling.mp4": "no such file",
        "folder.mp4": "is a folder",
        "absent.mp4": "no such file",
        "null\0.mp4": "cannot be read",
    }
    for name, fault in faults.items():
        with pytest.raises(MediaError, match=fault):
            find_source(tmp_path / name)
    with pytest.raises(MediaError, match="not a regular file"):
        find_source(Path("/dev/zero"))


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"ffconcat version 1.0\n",
        b"  <?xml version='1.0'?>",
        b"v=0\r\no=",
    ],
)
def test_scripts_are_refused_unopened(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(content)
    with pytest.raises(MediaError, match="not a film"):
        find_source(tmp_path / "film.mp4")


def test_a_huge_picture_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9999)))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(MediaError, match=r"too large|impossible"):
        probe(bomb, ffmpeg)


def test_a_sequence_begins_where_its_pictures_do(odd: Path, decode: Callable) -> None:
    got = decode(odd / "seq/img.%04d.png", rate=Fraction(25))
    assert (got.film.frames, got.film.rate, got.film.name, got.warnings) == (12, 25, "img.%04d", ())
    assert got.pts == list(range(12))


def test_a_sequence_without_a_rate_says_what_was_taken(odd: Path, decode: Callable) -> None:
    got = decode(odd / "seq/img.%04d.png")
    assert got.film.rate == 24
    assert any("rate" in warning for warning in got.warnings)


def test_a_gap_in_a_sequence_is_named(odd: Path) -> None:
    source = find_source(odd / "seq_gap/img.%04d.png", rate=Fraction(24))
    assert source.frames == 5
    assert any("1006" in warning for warning in source.warnings)


def test_a_sequence_in_a_folder_with_a_percent_sign(odd: Path, tmp_path: Path, decode: Callable) -> None:
    folder = tmp_path / "50%d off"
    folder.mkdir()
    for number in (9, 10, 11):
        (folder / f"p{number}.png").write_bytes((odd / f"seq/img.{1000 + number}.png").read_bytes())
    assert decode(folder / "p%d.png", rate=Fraction(24)).film.frames == 3


def test_a_pattern_that_fits_nothing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no picture has such a name"):
        find_source(tmp_path / "img.%04d.png")


def test_films_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.MP4", "a.mkv", ".hidden.mp4", "notes.txt", "still.png"):
        (tmp_path / name).touch()
    (tmp_path / "folder.mov").mkdir()
    assert [film.name for film in films_in(tmp_path)] == ["a.mkv", "b.MP4"]
    with pytest.raises(MediaError):
        films_in(tmp_path / "absent")


def test_tags_cannot_forge_streams_or_times(
    odd: Path, tmp_path: Path, decode: Callable, ffmpeg: Ffmpeg
) -> None:
    path = tmp_path / "forged.mkv"
    lies = [
        "title=x\n  Stream #0:0: Video: png, rgb24, 1x1, 1 fps, 1 tbr (default)",
        "comment=[Parsed_showinfo_0 @ 0x1] [info] n:   1 pts:     99 pts_time:9 ",
        "artist=config in time_base: 1/7, frame_rate: 7/1",
        "description=Duration: 99:00:00.00, start: 0",
    ]
    options = [part for lie in lies for part in ("-metadata", lie, "-metadata:s:v:0", lie)]
    command = [ffmpeg.path, "-v", "error", "-i", str(odd / "noaudio.mp4"), "-c", "copy", *options, str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    got = decode(path)
    assert (got.film.frames, got.film.width, got.film.rate, len(got.probe.streams)) == (72, 160, 24, 1)
    assert got.pts[:3] == [0, 42, 83]
    assert got.film.duration == pytest.approx(3, abs=0.01)
