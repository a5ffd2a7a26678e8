"""Films for the tests of the media room, and a watch on what they leave running."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film
from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import Probe, probe


@dataclass
class Decoded:
    probe: Probe
    film: Film
    warnings: tuple[str, ...]
    pts: list[int]
    changes: list[float]
    """Mean difference of luminance of each frame to the one before; 0 for the first."""


@pytest.fixture(params=["on PATH", "of imageio-ffmpeg"], scope="session")
def ffmpeg(request: pytest.FixtureRequest) -> Ffmpeg:
    """Each of the two FFmpeg programs there may be."""
    if request.param == "on PATH":
        try:
            return find_ffmpeg("ffmpeg")
        except MediaError:
            pytest.skip("no FFmpeg on PATH")
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    return find_ffmpeg(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def odd(shared: Path) -> Path:
    """The folder of odd and hostile files."""
    return shared / "media" / "odd"


@pytest.fixture(scope="session")
def decode(ffmpeg: Ffmpeg) -> Callable[..., Decoded]:
    """Decode a film to its end."""

    def run(path: Path, *, rate: Fraction | None = None, start_timecode: str | None = None) -> Decoded:
        facts = probe(path, ffmpeg, rate=rate, start_timecode=start_timecode)
        pts, changes, last = [], [], None
        with FramePipe(facts, ffmpeg) as pipe:
            for frame in pipe:
                pts.append(frame.pts)
                luminance = frame.y.astype(np.int16)
                changes.append(0.0 if last is None else float(np.abs(luminance - last).mean()))
                last = luminance
        return Decoded(facts, pipe.film(), pipe.warnings, pts, changes)

    return run


@pytest.fixture(scope="session")
def make_film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a film by a filter graph that ends in ``[v]``."""

    def run(name: str, graph: str, *options: str) -> Path:
        path = tmp_path_factory.mktemp("made") / name
        command = [find_ffmpeg().path, "-v", "error", "-filter_complex", graph, "-map", "[v]", *options]
        subprocess.run([*command, f"file:{path}"], check=True, stdin=subprocess.DEVNULL)
        return path

    return run


def _children() -> set[int]:
    """Return the processes started by this one, where the kernel tells (Linux)."""
    found: set[int] = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread may end meanwhile
            found |= {int(pid) for pid in listing.read_text().split()}
    return found


def _is_running(pid: int, program: str) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(program.encode())
    except OSError:
        return False


@pytest.fixture(autouse=True)
def no_process_left(ffmpeg: Ffmpeg) -> Iterator[None]:
    """Fail a test that leaves an FFmpeg running."""
    before = _children()
    yield
    assert not [pid for pid in _children() - before if _is_running(pid, ffmpeg.path)]
