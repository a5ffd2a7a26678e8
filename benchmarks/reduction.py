"""What it costs to measure a frame as the pipeline takes it: reduced by FFmpeg, then measured.

FFmpeg's part is the difference in CPU time of two runs over one film, with and without the filter that
picks the sample. All contenders take turns; the medians of several rounds stand, those of FFmpeg's of the
differences round by round, because others may use the machine as well.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from cinetag_plugin.document.contracts import Frame, Planes
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.graph import laid_out
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.measures import measure
from costs import cost_of

FRAMES = 200
ROUNDS = 9
CALLS = 20
"""Calls of each kernel that are timed together."""


@dataclass(frozen=True)
class PerFrame:
    """Median milliseconds of CPU a frame."""

    reduction: float
    measure: float
    opencv: float | None

    @property
    def whole(self) -> float:
        """What the pipeline spends on a frame."""
        return self.reduction + self.measure

    @property
    def ratio(self) -> float | None:
        """What the pipeline spends as a share of OpenCV's time."""
        return None if self.opencv is None else self.whole / self.opencv


def per_frame(planes: Planes, opencv: Callable[[], object] | None) -> PerFrame:
    """Return what a frame costs.

    Args:
        planes: a picture; the film is made of it, shifted a little from frame to frame.
        opencv: what it is compared with, on the same picture.
    """
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder, "film.mp4")
        make_film(planes, film)
        bare, reduced = decodings(film)
        frame = Frame(0, 0, *picked(planes))
        spent: list[tuple[float, float, float]] = []
        for _ in range(ROUNDS):
            ffmpeg = cost_of(bare).cpu, cost_of(reduced).cpu
            kernels = [seconds(lambda: measure(frame)), 0.0 if opencv is None else seconds(opencv)]
            spent.append(((ffmpeg[1] - ffmpeg[0]) / FRAMES, kernels[0], kernels[1]))
    reduction, measuring, rival = (1000 * median(column) for column in zip(*spent, strict=True))
    return PerFrame(reduction, measuring, None if opencv is None else rival)


def make_film(planes: Planes, film: Path) -> None:
    """Encode the picture, wandering, as H.264."""
    height, width = planes.y.shape
    form = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-i", "-"]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", str(film)]
    command = [find_ffmpeg().path, "-v", "error", *form, *coded]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for image in shifted(planes):
            child.stdin.write(image)
        child.stdin.close()
        if child.wait():
            raise SystemExit("FFmpeg could not make the film")


def shifted(planes: Planes) -> Iterator[bytes]:
    """Yield the raw frames of the film."""
    for index in range(FRAMES):
        steps = 2 * index, index, index
        yield b"".join(
            np.roll(plane, step, axis=1).tobytes() for plane, step in zip(planes, steps, strict=True)
        )


def decodings(film: Path) -> tuple[list[str], list[str]]:
    """Return the commands that decode the film, bare and with the reduction that the pipeline asks for."""
    ffmpeg = find_ffmpeg()
    sample = laid_out(probe(film, ffmpeg), None, samples=True).image
    scaling = f"scale=w={sample.width}:h={sample.height}:flags=neighbor:out_range=tv,format=yuv420p"
    begin = [ffmpeg.path, "-v", "error", "-nostdin", "-threads", "1", "-i", str(film), "-an"]
    return [*begin, "-f", "null", "-"], [*begin, "-vf", scaling, "-f", "null", "-"]


def picked(planes: Planes) -> Planes:
    """Return every tenth pixel of a picture of 1920 x 1080: a frame of the size of its sample."""
    y, u, v = (plane[::10, ::10].copy() for plane in planes)
    return Planes(y, u, v)


def seconds(call: Callable[[], object]) -> float:
    """Return the seconds of this thread's CPU that a call takes."""
    begin = time.thread_time()
    for _ in range(CALLS):
        call()
    return (time.thread_time() - begin) / CALLS
