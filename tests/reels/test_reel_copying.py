"""Copied reels have whole groups of pictures around what was chosen, the film's own bytes, in step."""

import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.process import Child
from cinetag_plugin.reels import copying
from cinetag_plugin.reels.copying import Piece, copy_reel, pieces_of, read_source
from cinetag_plugin.reels.footage import Footage, footage_of
from cinetag_plugin.reels.scenes import Scene
from cinetag_plugin.reels.unfinished import not_written
from numbered import analysis_of, beep_times, heard, made_film, number_of, shown
from plain_film import plain_film

SIZE = (160, 90)
X264 = ("-c:v", "libx264", "-sc_threshold", "0", "-keyint_min", "12", "-g", "12", "-bf", "2", "-crf", "10")
OPEN = (*X264, "-x264-params", "open-gop=1")


def source_of(path: Path):
    ffmpeg = find_ffmpeg()
    return read_source(Footage(analysis_of(path).film, probe(path, ffmpeg)), ffmpeg)


def nothing(done, expected):
    pass


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_pieces_begin_and_end_at_key_frames(tmp_path, name, suffix):
    source = source_of(made_film(tmp_path / name, frames=96, beeps=[26, 50, 75], coded=X264))
    pieces = pieces_of([Scene(0, 25, 27, 1), Scene(0, 72, 80, 1)], source.packets)
    assert pieces == [Piece(24, 36, 25, 27), Piece(72, 84, 72, 80)]
    assert [float(moved) for moved in pieces[0].moved(source.footage.film)] == pytest.approx(
        [1 / 24, 9 / 24], abs=0.001
    )
    reel = tmp_path / f"reel{suffix}"
    copy_reel(pieces, source, reel, on_piece=nothing, overwrite=False)
    assert [number_of(frame) for frame in shown(reel, SIZE)] == [*range(24, 36), *range(72, 84)]
    begins = float(probe(reel, find_ffmpeg()).start)
    assert [t - begins for t in beep_times(heard(reel))] == pytest.approx([2 / 24, 15 / 24], abs=0.1)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, reel.name])


def test_scenes_whose_groups_touch_are_one_piece(tmp_path):
    source = source_of(made_film(tmp_path / "a.mp4", frames=60, coded=X264))
    pieces = pieces_of([Scene(0, 3, 5, 1), Scene(0, 14, 20, 1), Scene(0, 50, 60, 1)], source.packets)
    assert pieces == [Piece(0, 24, 3, 20), Piece(48, 60, 50, 60)]


def test_a_group_that_leans_on_the_one_before_is_no_border(tmp_path):
    source = source_of(made_film(tmp_path / "a.mkv", frames=96, coded=OPEN))
    pieces = pieces_of([Scene(0, 30, 40, 1)], source.packets)
    reel = tmp_path / "reel.mkv"
    copy_reel(pieces, source, reel, on_piece=nothing, overwrite=False)
    numbers = [number_of(frame) for frame in shown(reel, SIZE)]
    assert numbers == list(range(pieces[0].start, pieces[0].end))


REFUSED = ("a.mp4",)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_sound_that_the_first_piece_has_not_is_not_lost_in_silence(tmp_path, name):
    path = made_film(tmp_path / "whole.mp4", frames=144, beeps=[120], coded=X264)
    late = tmp_path / name
    inputs = ("-i", path, "-itsoffset", "3", "-i", path, "-map", "0:v", "-map", "1:a", "-c", "copy")
    command = [find_ffmpeg().path, "-v", "error", *inputs, "-muxdelay", "0", late]
    subprocess.run(list(map(str, command)), check=True, stdin=subprocess.DEVNULL)
    source, reel = source_of(late), tmp_path / "reel.mkv"
    pieces = pieces_of([Scene(0, 3, 5, 1), Scene(0, 100, 130, 1)], source.packets)
    refusal = pytest.raises(MediaError, match=r"no sound in the first scene chosen.*leave out --copy")
    with refusal if name in REFUSED else nullcontext():
        copy_reel(pieces, source, reel, on_piece=nothing, overwrite=False)
    assert reel.exists() == (name not in REFUSED)
    assert name in REFUSED or probe(reel, find_ffmpeg()).sound is not None


def test_a_film_whose_first_picture_is_no_key_frame_is_refused(tmp_path, monkeypatch):
    def without_first_key(facts, ffmpeg):
        packets = read_packets(facts, ffmpeg)
        packets.keys[0] = False
        return packets

    monkeypatch.setattr(copying, "read_packets", without_first_key)
    with pytest.raises(MediaError, match="does not begin with a key frame"):
        source_of(made_film(tmp_path / "a.mp4", frames=30, coded=X264))


def test_a_long_copy_is_watched_by_what_it_writes(tmp_path, monkeypatch):
    watched = []

    def noted(*arguments, **options):
        watched.append((options["output"].name, options["patience"]))
        return Child(*arguments, **options)

    monkeypatch.setattr(copying, "Child", noted)
    source = source_of(made_film(tmp_path / "a.mp4", frames=30, coded=X264))
    copy_reel([Piece(0, 12, 0, 12)], source, tmp_path / "r.mp4", on_piece=nothing, overwrite=False)
    assert watched == [("piece000000.mp4", 600), ("reel.mp4", 600)]


def test_a_full_disk_is_no_fault_of_the_container(tmp_path):
    full = not_written(
        tmp_path / "r.mp4", "av_interleaved_write_frame(): No space left on device", "try .mkv"
    )
    assert full.remedy == "make room, or choose another folder with -o"
    assert not_written(tmp_path / "r.mp4", "codec not supported", "try .mkv").remedy == "try .mkv"


def test_an_analysis_on_another_clock_copies_the_same_frames(tmp_path):
    path = made_film(tmp_path / "a.mkv", frames=60, rate="25", coded=X264)
    ffmpeg = find_ffmpeg()
    source = read_source(footage_of(plain_film(60), probe(path, ffmpeg), ffmpeg), ffmpeg)
    reel = tmp_path / "reel.mkv"
    pieces = pieces_of([Scene(0, 30, 40, 1)], source.packets)
    copy_reel(pieces, source, reel, on_piece=nothing, overwrite=False)
    assert [number_of(frame) for frame in shown(reel, SIZE)] == list(range(24, 48))


def test_a_film_whose_packets_tell_nothing_is_refused(tmp_path):
    film = made_film(tmp_path / "bare.264", frames=30, coded=X264)
    with pytest.raises(MediaError, match="cannot be cut without decoding"):
        source_of(film)
