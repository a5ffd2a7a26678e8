"""What the tests of the filter share: y4m made by FFmpeg, and a stream let through in this process."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from cinetag_plugin.filter.outcome import Outcome
from cinetag_plugin.filter.passage import Passage, Wishes
from cinetag_plugin.filter.watching import Teller
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.pipeline import Analyzer
from cinetag_plugin.settings import Settings

TWO_SHOTS = (
    "testsrc=s={size}:r={rate},trim=end_frame=12,format={format}[a];"
    "color=c=0x203080:s={size}:r={rate},format=rgb24,trim=end_frame=13,format={format}[b];[a][b]concat"
)


@pytest.fixture(scope="session")
def made() -> Callable[..., bytes]:
    """Return a function that makes a stream of 25 frames with a cut before frame 12."""

    def make(
        pixel_format: str = "yuv420p",
        size: str = "64x48",
        rate: str = "24000/1001",
        form: str = "yuv4mpegpipe",
    ) -> bytes:
        graph = TWO_SHOTS.format(size=size, rate=rate, format=pixel_format)
        command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-filter_complex", graph]
        coded = ["-strict", "-1"] if form == "yuv4mpegpipe" else ["-c:v", "rawvideo"]
        command += ["-pix_fmt", pixel_format, *coded, "-f", form, "-"]
        return subprocess.run(command, check=True, capture_output=True).stdout

    return make


class Passed(NamedTuple):
    out: bytes
    outcome: Outcome


@pytest.fixture(scope="session")
def analyzer():
    with Analyzer(Settings(only={"shots"}, plugins=False)) as opened:
        yield opened


@pytest.fixture
def passed(analyzer, tmp_path) -> Callable[..., Passed]:
    """Return a function that lets bytes through: what came out, and the outcome."""

    def let_through(
        content: bytes,
        wishes: Wishes | None = None,
        tellers: Sequence[Teller] = (),
    ) -> Passed:
        given, taken = tmp_path / "given", tmp_path / "taken"
        given.write_bytes(content)
        source = os.open(given, os.O_RDONLY)
        try:
            sink = os.open(taken, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            outcome = Passage(analyzer, wishes or Wishes(), tellers).run(source, sink)
        finally:
            os.close(source)
        return Passed(Path(taken).read_bytes(), outcome)

    return let_through
