"""Films for FFmpeg whose frames say their own number, and what FFmpeg then makes of them."""

import re
import subprocess
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.media.ffmpeg import find_ffmpeg

# later versions would round times to the rate that they take the film to have
_AS_THEY_COME = ["-fps_mode", "passthrough", "-enc_time_base", "1:1000"]


def make(path: Path, times: str, frames: int) -> None:
    """Make a film of at most 110 frames, each of a luminance that grows with its number.

    Args:
        path: the film, a Matroska.
        times: an expression of ``setpts``, in milliseconds, for the time of frame ``N``.
        frames: how many.
    """
    picture = (
        "nullsrc=s=16x16:r=25,geq=lum=16+2*N:cb=128:cr=128,"
        f"settb=1/1000,setpts='{times}',trim=end_frame={frames}"
    )
    made = [*_AS_THEY_COME, "-c:v", "ffv1", "-g", "12", str(path)]
    subprocess.run([*_run(), "-y", "-f", "lavfi", "-i", picture, *made], check=True)


def numbers(*arguments: str) -> list[int]:
    """Return the numbers of the frames that FFmpeg gives."""
    run = [*_run(), *arguments, *_AS_THEY_COME, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    raw = subprocess.run(run, check=True, capture_output=True).stdout
    return [(first - 16) // 2 for first in raw[:: 16 * 16 * 3 // 2]]


def times(*arguments: str) -> list[Fraction]:
    """Return the times of the frames that FFmpeg gives."""
    run = [*_run(), *arguments, *_AS_THEY_COME, "-f", "framecrc", "-"]
    text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    found = re.search(r"#tb 0: (\S+)", text)
    return [int(line.split(",")[2]) * Fraction(found[1]) for line in text.splitlines() if line[0] != "#"]


def _run() -> list[str]:
    return [find_ffmpeg().path, "-v", "error", "-nostdin"]
