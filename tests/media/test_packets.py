"""The list of packets, against what decoding delivers and against ffprobe."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cinetag_plugin.media.excerpts import Excerpts
from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.frames import LostPlaceError
from cinetag_plugin.media.packets import Packets, key_times, read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.slices import intra_pictures

SOUND = [
    "noaudio.mp4",
    "audio_longer.mp4",
    "video_starts_late.mkv",
    "rot90.mp4",
    "h264_10bit.mp4",
    "vfr_30_then_60.mp4",
    "vfr_gap60s.mp4",
    "large_start.mkv",
    "large_start.ts",
    "neg_start.mp4",
    "elst_empty_edit_2s.mp4",
    "elst_trim_midgop.mp4",
    "pts_wrap.ts",
    "fragmented.mp4",
    "live_no_duration.mkv",
    "codec_h264.flv",
    "codec_h264_gop12.mp4",
    "codec_h264_opengop.mp4",
    "codec_hevc.mp4",
    "codec_vp8.webm",
    "codec_mpeg2.ts",
]
DOUBTFUL = [
    "avi_h264_bframes.avi",
    "avi_mpeg4_bframes.avi",
    "codec_mpeg2.mpg",
    "corrupt_middle.ts",
    "corrupt_stts_count.mp4",
    "nokey_start.ts",
    "raw_annexb.h264",
    "reschange.ts",
    "trunc.mkv",
    "trunc.mxf",
    "trunc.ts",
    "trunc_faststart.mp4",
    "ts_join_jumps_back.ts",
]


@pytest.fixture
def packets_of(odd: Path, ffmpeg: Ffmpeg) -> Callable[[str], Packets]:
    return lambda name: read_packets(probe(odd / name, ffmpeg), ffmpeg)


@pytest.mark.parametrize("name", SOUND)
def test_packets_are_the_frames_that_decoding_delivers(
    name: str, odd: Path, packets_of: Callable, decode: Callable
) -> None:
    assert packets_of(name).pts.tolist() == decode(odd / name).pts


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_may_decode_otherwise_is_doubted(name: str, packets_of: Callable) -> None:
    assert packets_of(name).doubt


@pytest.mark.parametrize("name", ["noaudio.mp4", "codec_hevc.mp4", "codec_vp8.webm", "large_start.mkv"])
def test_whole_films_are_not_doubted(name: str, packets_of: Callable) -> None:
    assert packets_of(name).doubt == ""


def test_every_film_of_the_table_is_listed_as_decoded_or_doubted(
    odd: Path, ffmpeg: Ffmpeg, packets_of: Callable, decode: Callable
) -> None:
    if ffmpeg.path != find_ffmpeg().path:
        pytest.skip("one FFmpeg is enough for so many films")
    hidden_damage = {"corrupt_middle.mp4"}  # a picture is lost in decoding alone
    names = [p.name for p in odd.iterdir() if p.suffix in {".mp4", ".mkv", ".ts", ".mov", ".webm"}]
    for name in set(names) - hidden_damage:
        if name.startswith(("fault", "hostile", "corrupt_stsz")):
            continue
        packets = packets_of(name)
        assert packets.doubt or packets.pts.tolist() == decode(odd / name).pts, name


def ffprobe_frames(path: Path) -> list[list[str]]:
    if not shutil.which("ffprobe"):
        pytest.skip("no ffprobe to compare with")
    options = "-v error -select_streams v:0 -show_entries frame=key_frame,pts,pict_type -of csv=p=0"
    run = subprocess.run(["ffprobe", *options.split(), str(path)], capture_output=True, check=True)
    return [line.split(",") for line in run.stdout.decode().split()]


@pytest.mark.parametrize(
    "name",
    [
        "edited/big_buck_bunny_opening.mp4",
        "edited/leaf_and_deer.mp4",
        "odd/codec_h264_opengop.mp4",
        "odd/codec_h264.flv",
        "odd/codec_hevc.mp4",
        "odd/large_start.ts",
        "odd/hdr10.mp4",
    ],
)
def test_intra_pictures_are_those_that_ffprobe_names(name: str, shared: Path, ffmpeg: Ffmpeg) -> None:
    expected = [int(frame[1]) for frame in ffprobe_frames(shared / "media" / name) if frame[2] == "I"]
    facts = probe(shared / "media" / name, ffmpeg)
    packets = read_packets(facts, ffmpeg)
    assert packets.pts[intra_pictures(facts, ffmpeg, packets)].tolist() == expected


def test_key_times_are_those_that_ffprobe_names(odd: Path, ffmpeg: Ffmpeg) -> None:
    film = odd / "noaudio.mp4"
    expected = {int(frame[1]) for frame in ffprobe_frames(film) if frame[0] == "1"}
    assert key_times(probe(film, ffmpeg), ffmpeg) == expected


@pytest.mark.parametrize(
    "name", ["noaudio.mp4", "codec_hevc.mp4", "codec_h264_opengop.mp4", "codec_h264.flv", "large_start.ts"]
)
def test_key_pictures_and_stretches_stand_where_decoding_puts_them(
    name: str, odd: Path, ffmpeg: Ffmpeg, decode: Callable
) -> None:
    facts = probe(odd / name, ffmpeg)
    packets = read_packets(facts, ffmpeg)
    parts = Excerpts(facts, ffmpeg, packets)
    pts = decode(odd / name).pts
    keys = [frame.index for frame in parts.key_pictures()]
    assert keys
    assert set(keys) <= set(np.flatnonzero(packets.keys))
    for key in keys:
        end = min(key + 15, len(pts))
        assert [(f.index, f.pts) for f in parts.stretch(key, end)] == [(i, pts[i]) for i in range(key, end)]


def test_a_stretch_that_is_not_there_is_told(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "noaudio.mp4", ffmpeg)
    parts = Excerpts(facts, ffmpeg, read_packets(facts, ffmpeg))
    with pytest.raises(LostPlaceError):
        list(parts.stretch(48, 90))


def test_a_stretch_left_early_leaves_no_decoder(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "noaudio.mp4", ffmpeg)
    stretch = Excerpts(facts, ffmpeg, read_packets(facts, ffmpeg)).stretch(0, 72)
    assert next(stretch).index == 0
    stretch.close()  # no_process_left looks after the rest


def test_a_reader_that_is_interrupted_leaves_no_decoder(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "noaudio.mp4", ffmpeg)
    stretch = Excerpts(facts, ffmpeg, read_packets(facts, ffmpeg)).stretch(0, 72)
    next(stretch)
    with pytest.raises(KeyboardInterrupt):
        stretch.throw(KeyboardInterrupt())
