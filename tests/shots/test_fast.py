"""The detector ``fast``: exact where it works, and it says where it does not."""

import subprocess
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cinetag_plugin.document.contracts import Boundary, Frame
from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.packets import Packets, read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.accurate import SPEC
from cinetag_plugin.shots.fast import FastResult, UnfitError, fast_boundaries, refuse_unfit

LENGTHS = [60 + 37 * shot % 61 for shot in range(20)]
CUTS = list(accumulate(LENGTHS))[:-1]


def packets(pictures: int = 3000, every: int | None = None, **changes: object) -> Packets:
    """Return packets as an encoder writes that begins groups at cuts, or every so many pictures."""
    places = np.arange(pictures)
    generator = np.random.default_rng(1)
    keys = places % every == 0 if every else np.isin(places, generator.integers(0, pictures, pictures // 80))
    keys[0] = True
    made = Packets(
        codec="h264",
        pts=places * 512,
        sizes=np.where(keys, 9000, 900),
        keys=keys,
        anchors=np.ones(pictures, np.bool_),
        coded_sizes=np.where(keys, 9000, 900),
        coded_places=places,
        doubt="",
    )
    return replace(made, **changes)


PROGRESSIVE = SimpleNamespace(interlaced=False)


def test_an_encode_that_follows_its_cuts_is_taken() -> None:
    refuse_unfit(PROGRESSIVE, packets())


@pytest.mark.parametrize(
    ("film", "reason"),
    [
        (packets(every=48), "fixed distances"),
        (packets(every=12), "fixed distances"),
        (packets(every=1), "every picture is a key picture"),
        (packets(every=2000), "hardly any key pictures"),
        (packets(400), "too short"),
        (packets(codec="prores"), "prores"),
        (packets(doubt="the index is damaged"), "the index is damaged"),
        (packets(sizes=np.full(3000, 9) + 9000 * packets().keys), "most of the file"),
    ],
)
def test_an_unfit_film_is_named(film: Packets, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        refuse_unfit(PROGRESSIVE, film)


def test_two_fields_a_frame_are_unfit() -> None:
    with pytest.raises(UnfitError, match="fields"):
        refuse_unfit(SimpleNamespace(interlaced=True), packets())


@pytest.mark.parametrize(
    "name",
    [
        "codec_h264_gop12.mp4",
        "codec_h264_allintra.mp4",
        "codec_mjpeg.avi",
        "trunc.mkv",
        "corrupt_stts_count.mp4",
    ],
)
def test_odd_films_are_refused(name: str, shared: Path) -> None:
    ffmpeg = find_ffmpeg()
    with pytest.raises(UnfitError):
        fast_boundaries(probe(shared / "media/odd" / name, ffmpeg), ffmpeg, SPEC)


def film(path: Path, ffmpeg: Ffmpeg, *options: str) -> Path:
    """Make a film of twenty unlike shots."""
    shots = ";".join(
        f"color=gray:s=48x27:r=24,format=yuv420p,noise=all_seed={7 * shot + 1}:alls=100,scale=192:108,"
        f"noise=all_seed=5:alls=14:allf=t,trim=end_frame={length},setpts=N/24/TB[s{shot}]"
        for shot, length in enumerate(LENGTHS)
    )
    joined = "".join(f"[s{shot}]" for shot in range(len(LENGTHS)))
    graph = f"{shots};{joined}concat=n={len(LENGTHS)}:v=1:a=0,format=yuv420p[v]"
    command = [ffmpeg.path, "-v", "error", "-filter_complex", graph, "-map", "[v]", "-c:v", "libx264"]
    subprocess.run([*command, *options, f"file:{path}"], check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def ffmpeg() -> Ffmpeg:
    return find_ffmpeg()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> FastResult:
    if "libx264" not in ffmpeg.encoders:
        pytest.skip("this FFmpeg has no libx264")
    path = film(tmp_path_factory.mktemp("fast") / "cuts.mp4", ffmpeg, "-preset", "veryfast")
    return fast_boundaries(probe(path, ffmpeg), ffmpeg, SPEC)


def test_cuts_stand_on_their_frames(found: FastResult) -> None:
    assert list(found.boundaries) == [Boundary("cut", cut, cut) for cut in CUTS]


def test_little_of_the_film_is_decoded(found: FastResult) -> None:
    assert found.decoded < 0.3


def test_every_shot_has_a_picture_of_its_own(found: FastResult) -> None:
    edges = [0, *CUTS, sum(LENGTHS)]
    for start, end in pairwise(edges):
        assert start <= found.picture_of(start, end).index < end


def test_times_are_those_of_the_frames(found: FastResult) -> None:
    assert len(found.pts) == sum(LENGTHS)
    assert set(np.diff(found.pts)) == {512}


def test_fixed_groups_are_seen_in_a_real_encode(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    if "libx264" not in ffmpeg.encoders:
        pytest.skip("this FFmpeg has no libx264")
    options = ("-preset", "ultrafast", "-g", "48", "-sc_threshold", "0")
    path = film(tmp_path / "fixed.mp4", ffmpeg, *options)
    facts = probe(path, ffmpeg)
    with pytest.raises(UnfitError, match="fixed distances"):
        refuse_unfit(facts, read_packets(facts, ffmpeg))


def test_the_picture_nearest_the_middle_stands_for_a_shot() -> None:
    plane = np.zeros((2, 2), np.uint8)
    pictures = tuple(Frame(index, index, plane, plane, plane) for index in (0, 40, 55, 90))
    result = FastResult((), np.arange(100), pictures, 0.1, 0.0)
    assert result.picture_of(0, 100).index == 55
    assert result.picture_of(0, 50).index == 40
