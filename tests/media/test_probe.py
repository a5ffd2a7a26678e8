"""The facts of a film before it is decoded."""

from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.labels import usable_label
from cinetag_plugin.media.listing import parsed_listing
from cinetag_plugin.media.mp4 import TrackPromise, track_promise
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.promise import Promise

LISTING = """\
[info] Input #0, mpegts, from 'file:/a.ts':
[info]   Metadata:
[info]     title           : one
[info]                     :   Stream #0:7: Video: forged, 9x9
[info]   Duration: 01:02:03.50, start: 1.48, bitrate: 7 kb/s
[info]   Program 1 
[info]     Metadata:
[info]       service_name    : A
[info]   Stream #0:0[0x100](eng): Audio: aac, 48000 Hz, fltp (default)
[info]   Program 2 
[info]   Stream #0:1[0x101]: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p, 320x180 [SAR 1:1], \
23.98 fps, 90k tbn (default) (forced)
[info]     Metadata:
[info]       TIMECODE        : 01:00:00;02
[info]     Side data:
[info]       displaymatrix: rotation of -90.00 degrees
[info] Stream mapping:
[info]   Stream #0:2: Video: not of the input, 5x5
"""


def test_a_listing_is_read_by_its_indentation() -> None:
    listing = parsed_listing(LISTING.splitlines())
    assert (listing.format, listing.duration) == ("mpegts", Fraction(7447, 2))
    assert [(s.index, s.kind, s.program) for s in listing.streams] == [(0, "Audio", 0), (1, "Video", 1)]
    video = listing.of_kind("Video")[0]
    assert (video.id, video.codec, video.size, video.rotation) == (0x101, "h264", (320, 180), -90)
    assert (video.rate, video.flags) == (Fraction(2398, 100), {"default", "forced"})
    assert (video.tags, listing.tags["title"]) == ({"timecode": "01:00:00;02"}, "one")


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        ("cover_first.mp4", "h264"),
        ("cover_attachment.mkv", "h264"),
        ("thumb_track_first.mov", "h264"),
    ],
)
def test_covers_and_thumbnails_are_no_films(name: str, stream: str, odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / name, ffmpeg)
    assert next(s for s in facts.streams if s.index == facts.stream).codec == stream


def test_the_stream_may_be_named(odd: Path, ffmpeg: Ffmpeg) -> None:
    assert probe(odd / "two_programs.ts", ffmpeg).stream == 0
    other = probe(odd / "two_programs.ts", ffmpeg, stream=1)
    assert (other.stream, other.width, other.warnings) == (1, 320, ())
    with pytest.raises(MediaError, match="no picture stream 7"):
        probe(odd / "two_programs.ts", ffmpeg, stream=7)


def test_facts_of_a_turned_and_of_a_stretched_film(odd: Path, ffmpeg: Ffmpeg) -> None:
    turned, stretched = probe(odd / "rot90.mp4", ffmpeg), probe(odd / "sar_16_11.mp4", ffmpeg)
    assert (turned.coded_size, turned.width, turned.height, turned.rotation) == ((160, 90), 90, 160, 90)
    assert (stretched.pixel_aspect, stretched.displayed_size) == (Fraction(16, 11), (Fraction(2880, 11), 144))


def test_facts_of_interlaced_hdr_and_full_range(odd: Path, ffmpeg: Ffmpeg) -> None:
    assert probe(odd / "inter_bff.mp4", ffmpeg).interlaced
    hdr = probe(odd / "hdr10.mp4", ffmpeg)
    assert (hdr.is_hdr, hdr.transfer, hdr.matrix, hdr.interlaced) == (True, "smpte2084", "bt2020", False)
    assert probe(odd / "fullrange_yuvj420p.mp4", ffmpeg).full_range
    assert probe(odd / "noaudio.mp4", ffmpeg).has_audio is False
    assert probe(odd / "audio_longer.mp4", ffmpeg).has_audio is True


def test_a_start_timecode_may_be_given(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "tc_25_01000000.mov", ffmpeg, start_timecode="10:00:00:05")
    assert (facts.start_timecode, facts.start_frame) == ("10:00:00:05", 900_005)
    assert probe(odd / "tc_25_01000000.mov", ffmpeg).start_frame == 90_000


def test_drop_frame_counts_as_smpte_st_12_says(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "tc_2997df_00595928.mov", ffmpeg)
    assert (facts.start_timecode, facts.drop_frame, facts.start_frame) == ("00:59:59;28", True, 107_890)


def test_timecodes_that_do_not_fit_the_rate() -> None:
    label, drop, warning = usable_label("01:00:00;00", Fraction(25))
    assert (label, drop) == ("01:00:00:00", False)
    assert "drop-frame" in warning
    assert usable_label("01:00:00:59", Fraction(25))[0] is None
    assert usable_label("00:01:00;00", Fraction(30000, 1001))[0] is None
    assert usable_label("garbage\n", Fraction(25))[2].startswith("start timecode left out")


def test_a_film_with_a_clock_keeps_its_rate(odd: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(odd / "rate_25.mp4", ffmpeg, rate=Fraction(30))
    assert facts.rate == 25
    assert any("clock of its own" in warning for warning in facts.warnings)
    assert probe(odd / "raw_annexb.h264", ffmpeg, rate=Fraction(30)).rate == 30


@pytest.mark.parametrize(
    ("name", "samples", "timed", "hidden"),
    [
        ("noaudio.mp4", 72, 72, 0),
        ("trunc_faststart.mp4", 72, 72, 0),
        ("neg_start.mp4", 72, 72, 1),
        ("elst_trim_midgop.mp4", 72, 72, Fraction(4, 5)),
        ("elst_empty_edit_2s.mp4", 72, 72, 0),
        ("corrupt_stts_count.mp4", 72, 2_147_483_647, None),
        ("vfr_mpdecimate.mp4", 58, 58, 0),
    ],
)
def test_the_index_of_an_mp4_tells_its_pictures(name, samples, timed, hidden, odd: Path) -> None:
    promise = track_promise(odd / name, 1)
    assert promise is not None
    assert (promise.samples, promise.timed) == (samples, timed)
    assert hidden is None or abs(promise.hidden - hidden) < Fraction(1, 24)


def test_an_index_that_is_none_promises_nothing(odd: Path, tmp_path: Path) -> None:
    assert track_promise(odd / "fragmented.mp4", 1) is None
    assert track_promise(odd / "noaudio.mp4", 9) is None
    film = (odd / "noaudio.mp4").read_bytes()
    place = film.index(b"moov")
    for cut in range(0, len(film) - place, 97):
        (tmp_path / "cut.mp4").write_bytes(film[: place + cut])
        found = track_promise(tmp_path / "cut.mp4", 1)
        assert found is None or isinstance(found, TrackPromise)


def test_promises_kept_and_broken() -> None:
    step = Fraction(1, 24)
    assert not list(Promise(frames=72).broken(72, Fraction(3), step))
    assert list(Promise(frames=72).broken(30, Fraction(1), step)) == [
        "the file promises 72 frames, 30 could be decoded"
    ]
    assert "hides 24 frames" in next(
        iter(Promise(frames=72, hidden=Fraction(1)).broken(48, Fraction(2), step))
    )
    assert list(Promise(seconds=Fraction(10)).broken(72, Fraction(3), step))
    assert not list(Promise(seconds=Fraction(10)).broken(238, Fraction(99, 10), step))
