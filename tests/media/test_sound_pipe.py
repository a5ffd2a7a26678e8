"""The sound of a film lies on the clock of its pictures, whatever the container does to either."""

import subprocess
import threading
import time
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from cinetag_plugin.media.choice import chosen_sound
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.listing import Listing, Stream
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.sound import BLOCK, RATE, SoundPipe

FLASH = 1.0
"""Seconds at which the picture turns white and the beep begins, for a fifth of a second."""

_PICTURE = (
    f"color=black:s=64x64:r=25:d=2,drawbox=color=white:t=fill:enable='between(t,{FLASH},{FLASH + 0.19})'[v]"
)
_BEEP = f"aevalsrc='0.5*sin(2*PI*1000*t)*between(t,{FLASH},{FLASH + 0.2})':s=48000:d=2[a]"
_CODED = ("-map", "[a]", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-bf", "2")


def run_ffmpeg(*arguments):
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def flash_and_beep(make_film):
    """Make the film in which picture and sound begin together."""
    return make_film("flash.mp4", f"{_PICTURE};{_BEEP}", *_CODED, "-c:a", "aac")


def heard(film, ffmpeg):
    """Return the blocks of a film's sound and the warnings."""
    with SoundPipe(probe(film, ffmpeg), ffmpeg) as pipe:
        blocks = list(pipe)
    return blocks, pipe.warnings


def beep_time(film, ffmpeg):
    blocks, warnings = heard(film, ffmpeg)
    assert not warnings
    samples = np.concatenate([block.samples for block in blocks])
    return float(blocks[0].start) + int(np.flatnonzero(np.abs(samples) > 0.05)[0]) / RATE


def flash_time(film, ffmpeg):
    facts = probe(film, ffmpeg)
    with FramePipe(facts, ffmpeg) as pipe:
        white = [frame.pts for frame in pipe if frame.y.mean() > 128]
    return float(white[0] * facts.time_base)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "ts", "avi", "webm"])
def test_the_beep_is_heard_on_the_frame_that_flashes(flash_and_beep, ffmpeg, tmp_path, suffix):
    film = tmp_path / f"film.{suffix}"
    coding = {
        "avi": ["-c:v", "mjpeg", "-c:a", "pcm_s16le"],
        "mov": ["-c:v", "copy", "-c:a", "pcm_s24be"],
        "webm": ["-c:v", "libvpx", "-c:a", "libopus", "-deadline", "realtime"],
    }
    run_ffmpeg("-i", flash_and_beep, *coding.get(suffix, ["-c", "copy"]), film)
    assert beep_time(film, ffmpeg) == pytest.approx(flash_time(film, ffmpeg), abs=0.01)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("offset", [-0.5, 0.5])
def test_sound_that_begins_earlier_or_later_stays_where_the_file_puts_it(
    flash_and_beep, ffmpeg, tmp_path, suffix, offset
):
    film = tmp_path / f"film.{suffix}"
    streams = ["-map", "0:v", "-map", "1:a", "-c", "copy"]
    run_ffmpeg("-i", flash_and_beep, "-itsoffset", offset, "-i", flash_and_beep, *streams, film)
    assert beep_time(film, ffmpeg) - flash_time(film, ffmpeg) == pytest.approx(offset, abs=0.01)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_a_film_cut_without_coding_anew_keeps_sound_and_picture_together(
    flash_and_beep, ffmpeg, tmp_path, suffix
):
    """An edit list hides the pictures, and the sound, from the last key picture to the cut."""
    film = tmp_path / f"film.{suffix}"
    run_ffmpeg("-ss", 0.52, "-i", flash_and_beep, "-c", "copy", film)
    assert beep_time(film, ffmpeg) == pytest.approx(flash_time(film, ffmpeg), abs=0.01)


def test_a_film_that_does_not_begin_at_zero(flash_and_beep, ffmpeg, tmp_path):
    film = tmp_path / "late.ts"
    run_ffmpeg("-i", flash_and_beep, "-c", "copy", "-output_ts_offset", 1000, film)
    assert flash_time(film, ffmpeg) > 1000
    assert beep_time(film, ffmpeg) == pytest.approx(flash_time(film, ffmpeg), abs=0.01)


def test_a_gap_in_the_sound_is_silence(ffmpeg, tmp_path):
    film = tmp_path / "gap.mkv"
    jump = "sine=f=1000:d=2,asetpts='PTS+gt(T,1)*5*44100'"
    graph = f"color=gray:s=64x64:r=25:d=7[v];{jump}[a]"
    run_ffmpeg("-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:a", "flac", "-c:v", "mjpeg", film)
    blocks, _ = heard(film, ffmpeg)
    loud = [float(block.start) for block in blocks if np.abs(block.samples).max() > 0.05]
    assert loud[:2] == [0.0, 0.5]
    assert loud[-1] == pytest.approx(6.5, abs=0.5)
    assert not [start for start in loud if 1.5 <= start < 5.5]


def test_a_gap_of_hours_is_not_filled(ffmpeg, tmp_path):
    film = tmp_path / "hours.mkv"
    graph = "color=gray:s=64x64:r=25:d=1[v];sine=d=2,asetpts='PTS+gt(T,1)*36000*44100'[a]"
    run_ffmpeg("-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:a", "flac", "-c:v", "mjpeg", film)
    blocks, _ = heard(film, ffmpeg)
    assert sum(len(block.samples) for block in blocks) < 2 * RATE


def test_blocks_follow_each_other_without_a_break(flash_and_beep, ffmpeg):
    blocks, _ = heard(flash_and_beep, ffmpeg)
    assert {len(block.samples) for block in blocks[:-1]} == {BLOCK}
    starts = [block.start for block in blocks]
    assert starts == [starts[0] + Fraction(BLOCK, RATE) * index for index in range(len(blocks))]
    assert all(block.samples.dtype == np.float32 for block in blocks)


LAYOUTS = [("mono", "c0=c0", -9.03), ("stereo", "c0=c0|c1=c0", -9.03), ("5.1", "FC=c0", -12.04)]


@pytest.mark.parametrize(("layout", "channels", "level"), LAYOUTS)
def test_channels_are_mixed_to_one(ffmpeg, tmp_path, layout, channels, level):
    """A sine of amplitude 1/2 has -9.03 dB; the centre goes into both sides with -3 dB (BS.775)."""
    film = tmp_path / "film.mkv"
    graph = (
        f"color=gray:s=64x64:r=25:d=1[v];aevalsrc=0.5*sin(2*PI*1000*t):s=48000:d=1,pan={layout}|{channels}[a]"
    )
    run_ffmpeg(
        "-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:a", "pcm_s16le", "-c:v", "mjpeg", film
    )
    blocks, _ = heard(film, ffmpeg)
    samples = np.concatenate([block.samples for block in blocks])[2000:14000]
    assert 10 * np.log10(np.square(samples).mean()) == pytest.approx(level, abs=0.02)


def test_the_default_track_is_heard(ffmpeg, tmp_path):
    film = tmp_path / "two.mkv"
    graph = "color=gray:s=64x64:r=25:d=1[v];anullsrc=d=1[a];sine=d=1[b]"
    flags = ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    tracks = ["-map", "[v]", "-map", "[a]", "-map", "[b]", "-c:v", "mjpeg", "-c:a", "pcm_s16le", *flags]
    run_ffmpeg("-filter_complex", graph, *tracks, film)
    assert probe(film, ffmpeg).sound == 2
    blocks, _ = heard(film, ffmpeg)
    assert np.abs(blocks[0].samples).max() > 0.05


def test_the_first_track_is_heard_where_none_is_the_default_and_no_commentary(ffmpeg, tmp_path):
    film = tmp_path / "three.mkv"
    graph = "color=gray:s=64x64:r=25:d=1[v];anullsrc=d=1[a];sine=d=1[b];anullsrc=d=1[c]"
    flags = ["-disposition:a:0", "comment", "-disposition:a:1", "0", "-disposition:a:2", "0"]
    maps = [part for name in "vabc" for part in ("-map", f"[{name}]")]
    run_ffmpeg("-filter_complex", graph, *maps, "-c:v", "mjpeg", "-c:a", "pcm_s16le", *flags, film)
    assert probe(film, ffmpeg).sound == 2


def track(index, flags="", program=0):
    return Stream(index, None, "Audio", f"aac, 48000 Hz, stereo{flags}", program)


@pytest.mark.parametrize(
    ("tracks", "best"),
    [
        ([], None),
        ([track(1), track(2)], 1),
        ([track(1), track(2, " (default)")], 2),
        ([track(1, " (comment)"), track(2)], 2),
        ([track(1, " (default)", program=1), track(4)], 4),
        ([track(1, " (default) (visual impaired)"), track(2, " (default)")], 2),
    ],
)
def test_the_main_track_of_the_films_own_program_is_chosen(tracks, best):
    film = Stream(0, None, "Video", "h264", 0)
    assert chosen_sound(Listing("mpegts", streams=[film, *tracks]), film) == best


def test_what_is_no_sample_becomes_one(ffmpeg, tmp_path):
    """Float tracks may hold more than full scale, and what is no number."""
    film = tmp_path / "film.mkv"
    graph = "color=gray:s=64x64:r=25:d=1[v];aevalsrc='if(lt(t,0.5),4,0/0)':s=16000:d=1[a]"
    coding = ["-c:a", "pcm_f32le", "-c:v", "mjpeg"]
    run_ffmpeg("-filter_complex", graph, "-map", "[v]", "-map", "[a]", *coding, film)
    samples = np.concatenate([block.samples for block in heard(film, ffmpeg)[0]])
    assert np.isfinite(samples).all()
    assert samples[100:7000].tolist() == [1.0] * 6900
    assert np.abs(samples).max() == 1.0


def test_a_film_without_sound_has_no_track(ffmpeg, make_film):
    assert probe(make_film("mute.mp4", "color=gray:s=64x64:d=1[v]"), ffmpeg).sound is None


@pytest.mark.parametrize("one_byte_in", [1, 50])
def test_a_damaged_track_is_said_and_heard_as_far_as_it_goes(flash_and_beep, ffmpeg, tmp_path, one_byte_in):
    film = tmp_path / "damaged.mp4"
    run_ffmpeg("-i", flash_and_beep, "-c", "copy", "-bsf:a", f"noise=amount={one_byte_in}", film)
    blocks, (warning,) = heard(film, ffmpeg)
    if one_byte_in == 1:
        assert not blocks
        assert warning.startswith("its sound cannot be decoded (")
    else:
        assert blocks
        assert warning.startswith("parts of the sound may be damaged or missing (FFmpeg: ")


def test_damaged_pictures_are_no_fault_of_the_sound(ffmpeg, odd):
    blocks, warnings = heard(odd / "nokey_start.ts", ffmpeg)
    assert blocks
    assert warnings == ()


def test_it_can_be_cut_off_from_another_thread(ffmpeg, tmp_path):
    film = tmp_path / "long.mkv"
    graph = "color=gray:s=64x64:r=1:d=900[v];anullsrc=r=16000:d=900[a]"
    run_ffmpeg(
        "-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:a", "pcm_u8", "-c:v", "mjpeg", film
    )
    pipe = SoundPipe(probe(film, ffmpeg), ffmpeg)
    begun, read = threading.Event(), []

    def read_slowly():
        with pipe:
            for block in pipe:
                read.append(block.start)
                begun.set()
                time.sleep(0.001)

    thread = threading.Thread(target=read_slowly)
    thread.start()
    assert begun.wait(30)
    pipe.cut_off()
    thread.join(10)
    assert not thread.is_alive()
    assert read[-1] < 900


def test_memory_does_not_grow_with_the_film(ffmpeg, tmp_path):
    film = tmp_path / "long.mkv"
    graph = "color=gray:s=64x64:r=1:d=300[v];anullsrc=r=16000:d=300[a]"
    run_ffmpeg("-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-c:a", "flac", "-c:v", "mjpeg", film)
    facts = probe(film, ffmpeg)
    tracemalloc.start()
    with SoundPipe(facts, ffmpeg) as pipe:
        blocks = sum(1 for _ in pipe)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert blocks >= 600
    assert most < 2_000_000
