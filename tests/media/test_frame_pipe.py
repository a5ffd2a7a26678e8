"""The pipe itself: sizes, colours, endings, memory."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cinetag_plugin.document.errors import ExportError, MediaError
from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
from cinetag_plugin.media.layout import SAMPLE_SIDE, Size, reduced_size
from cinetag_plugin.media.pictures import encoded, rgb_of
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.process import Child

FOUR = (
    "color=red:s=64x64:d=0.2,format=rgb24[a];color=0x00FF00:s=64x64:d=0.2,format=rgb24[b];"
    "color=blue:s=64x64:d=0.2,format=rgb24[c];color=0x808080:s=64x64:d=0.2,format=rgb24[d];[a][b][c][d]hstack=4,"
)
COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]]


@pytest.mark.parametrize(
    ("displayed", "short_side", "expected"),
    [
        ((1920, 1080), 320, (569, 320)),
        ((1080, 1920), 320, (320, 569)),
        ((160, 90), 320, (160, 90)),
        ((4096, 16), 320, (4096, 16)),
        ((65536, 16), 320, (8192, 2)),
        ((100_000, 1), 320, (8192, 1)),
        ((Fraction(180 * 16, 11), 144), 320, (262, 144)),
        ((3840, 2160), WHOLE_SIZE, (3840, 2160)),
    ],
)
def test_reduced_size(displayed, short_side, expected) -> None:
    width, height = displayed
    assert reduced_size((Fraction(width), Fraction(height)), short_side) == Size(*expected)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("rot90.mp4", (90, 160)),
        ("rot180.mp4", (160, 90)),
        ("rot270.mp4", (90, 160)),
        ("sar_16_11.mp4", (262, 144)),
        ("size_175x131_420.webm", (175, 131)),
        ("size_1x1.mkv", (1, 1)),
        ("size_16x2048.mp4", (16, 2048)),
    ],
)
def test_frames_have_the_size_of_the_display(name, size, odd: Path, ffmpeg: Ffmpeg) -> None:
    width, height = size
    with FramePipe(probe(odd / name, ffmpeg), ffmpeg) as pipe:
        frame = next(iter(pipe))
    assert frame.y.shape == (height, width)
    assert frame.u.shape == frame.v.shape == ((height + 1) // 2, (width + 1) // 2)


def test_a_sample_holds_true_pixels_of_the_picture(make_film: Callable, ffmpeg: Ffmpeg) -> None:
    # every pixel is 16 or 235: averaging would make grey, picking does not
    path = make_film(
        "stripes.mkv",
        "nullsrc=s=1920x1080:d=0.2,geq=lum='if(mod(X,2),16,235)':cb=128:cr=128[v]",
        "-c:v",
        "ffv1",
    )
    with FramePipe(probe(path, ffmpeg), ffmpeg) as pipe:
        frame = next(iter(pipe))
    with FramePipe(probe(path, ffmpeg), ffmpeg, short_side=None) as pipe:
        alone = next(iter(pipe))
    assert frame.sample.y.shape == (SAMPLE_SIDE, 192)
    assert set(np.unique(frame.sample.y)) <= {16, 235}
    assert 100 < frame.y.mean() < 150
    assert all(np.array_equal(a, b) for a, b in zip(frame.sample, alone.sampled, strict=True))
    assert alone.sample is None


def test_a_film_without_pictures_has_the_same_frames(odd: Path, ffmpeg: Ffmpeg) -> None:
    for name in ("inter_tff.mp4", "vfr_uneven.mkv"):
        times = []
        for side in (320, None):
            with FramePipe(probe(odd / name, ffmpeg), ffmpeg, short_side=side) as pipe:
                times.append([frame.pts for frame in pipe])
        assert times[0] == times[1]


def test_a_turned_film_is_described_as_it_is_shown(odd: Path, decode: Callable) -> None:
    got = decode(odd / "rot90.mp4")
    assert (got.film.width, got.film.height) == (90, 160)
    assert (got.probe.coded_size, got.probe.rotation) == ((160, 90), 90)


@pytest.mark.parametrize(
    ("kind", "convert"),
    [
        ("rgb24", "format=rgb24"),
        ("gbrp10", "format=gbrp10"),
        ("bgra", "format=bgra"),
        (
            "bt709 limited",
            "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709:range=tv",
        ),
        (
            "bt709 full",
            "scale=out_color_matrix=bt709:out_range=pc,format=yuv422p10,setparams=colorspace=bt709:range=pc",
        ),
        (
            "bt601",
            "scale=out_color_matrix=bt601:out_range=tv,format=yuv444p,setparams=colorspace=smpte170m:range=tv",
        ),
        (
            "bt2020",
            "scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10,setparams=colorspace=bt2020nc:range=tv",
        ),
        ("untagged, small", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p"),
    ],
)
def test_colours_come_out_as_they_went_in(kind, convert, make_film: Callable, ffmpeg: Ffmpeg) -> None:
    codec = "png" if kind in {"rgb24"} else "ffv1"
    path = make_film("colours.mkv", f"{FOUR}{convert}[v]", "-c:v", codec)
    with FramePipe(probe(path, ffmpeg), ffmpeg) as pipe:
        rgb = rgb_of(next(iter(pipe)))
    assert np.abs(rgb[32, 32::64].astype(int) - COLOURS).max() <= 3


@pytest.mark.parametrize("depth", ["gray", "gray10le", "gray16le"])
def test_gray_keeps_its_brightness_and_no_colour(depth, make_film: Callable, ffmpeg: Ffmpeg) -> None:
    path = make_film(
        "gray.mkv", f"color=0x404040:s=64x64:d=0.2,format=rgb24,format={depth}[v]", "-c:v", "ffv1"
    )
    with FramePipe(probe(path, ffmpeg), ffmpeg) as pipe:
        frame = next(iter(pipe))
    assert np.abs(rgb_of(frame).astype(int) - 64).max() <= 2
    assert set(np.unique(frame.u)) == set(np.unique(frame.v)) == {128}


def test_cinema_colours_are_converted(shared: Path, ffmpeg: Ffmpeg) -> None:
    with FramePipe(probe(shared / "media/imf/colour/bars_xyz12.mxf", ffmpeg), ffmpeg) as pipe:
        rgb = rgb_of(next(iter(pipe))).astype(int)
    bars = [[255] * 3, [128] * 3, [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [64] * 3, [0] * 3]
    # FFmpeg's conversion lacks the factor 52.37/48: up to 9 of 255 darker
    assert np.abs(rgb[36, 8::16] - bars).max() <= 10


def pq(light: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084, for light up to 100 cd/m2."""
    power = (light / 100) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(light: np.ndarray) -> np.ndarray:
    """ITU-R BT.2100 hybrid log-gamma, its lower half."""
    return np.sqrt(3 * light / 12)


def codes_of_red(curve: Callable) -> list[int]:
    """Y, Cb, Cr in 10 bits, BT.2020, of linear BT.709 red (ITU-R BT.2087 and BT.2020)."""
    wide = curve(np.array([0.6274, 0.0691, 0.0164]) * 0.5 + 1e-4)
    luma = wide @ [0.2627, 0.6780, 0.0593]
    blue, red = (wide[2] - luma) / 1.8814, (wide[0] - luma) / 1.4746
    return [round(64 + 876 * luma), round(512 + 896 * blue), round(512 + 896 * red)]


@pytest.mark.parametrize(("name", "curve"), [("smpte2084", pq), ("arib-std-b67", hlg)])
def test_hdr_is_brought_to_standard_range(name, curve, make_film: Callable, ffmpeg: Ffmpeg) -> None:
    if not ffmpeg.filters >= {"zscale", "tonemap"}:
        pytest.skip("this FFmpeg cannot map HDR")
    y, u, v = codes_of_red(curve)
    tags = f"setparams=color_trc={name}:color_primaries=bt2020:colorspace=bt2020nc:range=tv"
    graph = f"color=s=64x64:d=0.2,format=yuv444p10,lutyuv=y={y}:u={u}:v={v},{tags}[v]"
    path = make_film("hdr.mkv", graph, "-c:v", "ffv1")
    bare = Ffmpeg(ffmpeg.path, ffmpeg.version)
    bare.__dict__["filters"] = frozenset()
    with FramePipe(probe(path, ffmpeg), bare) as plain, FramePipe(probe(path, ffmpeg), ffmpeg) as mapped:
        flat, full = next(iter(plain)), next(iter(mapped))
        assert (flat.matrix, full.matrix) == ("bt2020", "bt709")
        assert any("HDR" in warning for warning in plain.warnings)
        assert not mapped.warnings
    # a red of BT.709 is pale in the codes of BT.2100
    assert saturation(rgb_of(full)) > saturation(rgb_of(flat)) + 0.15


def saturation(rgb) -> float:
    red, green, _ = rgb[32, 32].astype(float)
    return (red - green) / red


def test_planes_live_in_two_buffers_that_are_used_again(odd: Path, ffmpeg: Ffmpeg) -> None:
    with FramePipe(probe(odd / "noaudio.mp4", ffmpeg), ffmpeg) as pipe:
        frames = list(pipe)
    # whoever looks at a frame may have the next one too
    assert not any(np.may_share_memory(a.y, b.y) for a, b in pairwise(frames))
    assert len({frame.y.ctypes.data for frame in frames}) <= 32 < len(frames)


def test_pictures_are_jpeg_and_png() -> None:
    picture = np.full((7, 5, 3), 90, dtype=np.uint8)
    assert encoded(picture, "jpeg").startswith(b"\xff\xd8\xff")
    assert encoded(picture, "png").startswith(b"\x89PNG")
    assert encoded(picture, "png") == encoded(picture, "png")


@pytest.fixture(scope="module")
def long_film(make_film: Callable) -> Path:
    """Four thousand frames: far more than all buffers on the way hold."""
    return make_film("long.mkv", "testsrc2=s=64x36:r=25:d=160[v]", "-c:v", "mjpeg", "-q:v", "20")


def test_a_reader_that_stops_early_leaves_nothing_running(long_film: Path, ffmpeg: Ffmpeg) -> None:
    with FramePipe(probe(long_film, ffmpeg), ffmpeg) as pipe:
        pid = pipe._child.pid
        for frame in pipe:
            if frame.index == 5:
                break
    assert not Path(f"/proc/{pid}").exists()
    assert pipe.frames == 6


def test_a_fault_of_the_reader_leaves_nothing_running(long_film: Path, ffmpeg: Ffmpeg) -> None:
    pipe = FramePipe(probe(long_film, ffmpeg), ffmpeg)
    with pytest.raises(ZeroDivisionError), pipe:
        next(iter(pipe)).index // 0
    pid = pipe._child.pid
    assert not Path(f"/proc/{pid}").exists()


READER = """
    import sys, time
    from pathlib import Path
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.frames import FramePipe
    from cinetag_plugin.media.probe import probe
    ffmpeg = find_ffmpeg(sys.argv[1])
    with FramePipe(probe(Path(sys.argv[2]), ffmpeg), ffmpeg) as pipe:
        for frame in pipe:
            if frame.index == 3:
                print(pipe._child.pid, flush=True)
            if frame.index > 3:
                time.sleep(0.05)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="process ids are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_or_killed_program_leaves_nothing_running(
    ending, long_film: Path, ffmpeg: Ffmpeg
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(READER), ffmpeg.path, str(long_film)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        pid = int(program.stdout.readline())
        os.kill(program.pid, ending)
        program.wait(10)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/statm")
def test_memory_stays_flat_and_every_frame_comes(long_film: Path, ffmpeg: Ffmpeg) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    early = 0
    with FramePipe(probe(long_film, ffmpeg), ffmpeg) as pipe:
        for frame in pipe:
            if frame.index == 500:
                early = resident()
        assert resident() - early < 16 << 20
    assert (pipe.frames, len(pipe.timing), pipe.warnings) == (4_000, 1, ())


def test_a_slow_reader_is_no_stuck_decoder(long_film: Path, ffmpeg: Ffmpeg) -> None:
    with FramePipe(probe(long_film, ffmpeg), ffmpeg, patience=2) as pipe:
        frames = iter(pipe)
        next(frames)
        time.sleep(2.6)
        assert next(frames).index == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script plays FFmpeg")
def test_a_decoder_that_does_not_move_is_ended(tmp_path: Path) -> None:
    stuck = tmp_path / "ffmpeg"
    stuck.write_text("#!/bin/sh\nexec sleep 600\n")
    stuck.chmod(0o755)
    before = threading.active_count()
    with (
        Child(Ffmpeg(str(stuck), ""), [], on_line=print, subject="film.mp4", patience=0.3) as child,
        pytest.raises(MediaError, match="no progress"),
    ):
        child.read_into(memoryview(bytearray(10)))
    assert threading.active_count() <= before + 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script plays FFmpeg")
def test_what_a_child_writes_is_progress_until_it_stops(tmp_path: Path) -> None:
    output, slow = tmp_path / "film.mp4", tmp_path / "ffmpeg"
    slow.write_text(f"#!/bin/sh\nfor i in 1 2 3 4 5 6; do echo >>{output}; sleep 0.5; done\nexec sleep $6\n")
    slow.chmod(0o755)
    ffmpeg = Ffmpeg(str(slow), "")
    begun = time.monotonic()
    with Child(ffmpeg, ["0"], on_line=print, subject="reel.mp4", patience=1.5, output=output) as child:
        assert child.wait() == 0
    assert time.monotonic() - begun > 2.5
    with (
        Child(ffmpeg, ["60"], on_line=print, subject="reel.mp4", patience=1.5, output=output) as child,
        pytest.raises(ExportError, match=r"reel\.mp4: FFmpeg made no progress"),
    ):
        child.wait()


def test_a_pipe_is_read_inside_its_with(odd: Path, ffmpeg: Ffmpeg) -> None:
    with pytest.raises(RuntimeError):
        next(iter(FramePipe(probe(odd / "noaudio.mp4", ffmpeg), ffmpeg)))


def test_the_film_is_known_again_by_its_samples(odd: Path, tmp_path: Path, decode: Callable) -> None:
    one = decode(odd / "noaudio.mp4").film
    copy = tmp_path / "copy.mp4"
    copy.write_bytes((odd / "noaudio.mp4").read_bytes())
    assert decode(copy).film.fingerprint == one.fingerprint
    assert one.fingerprint.startswith("sha256-sampled:")
    assert decode(odd / "rate_24.mp4").film.fingerprint != one.fingerprint


def test_a_named_program_that_does_not_run_is_refused(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(MediaError, match="no FFmpeg that runs"):
        find_ffmpeg(str(tmp_path / "none"))
    monkeypatch.setenv("CINETAG_FFMPEG", sys.executable)
    with pytest.raises(MediaError, match="no FFmpeg that runs"):
        find_ffmpeg()
