"""Finding the FFmpeg to run, and what it can do.

Only the ``ffmpeg`` program is needed, never ``ffprobe``: the binary that comes with imageio-ffmpeg
has none.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cinetag_plugin.document.errors import MediaError

SETTING = "CINETAG_FFMPEG"
"""The environment variable that names the program."""

_REMEDY = f"install FFmpeg 5.1 or later, or set {SETTING} to the program"
_PATIENCE = 20


@dataclass(frozen=True)
class Ffmpeg:
    """An FFmpeg program that has been seen to run.

    Attributes:
        path: the program.
        version: the first line of ``ffmpeg -version`` without its copyright.
    """

    path: str
    version: str

    @cached_property
    def filters(self) -> frozenset[str]:
        """The names of its filters, such as ``zscale`` and ``tonemap``."""
        return _names(self.path, "-filters")

    @cached_property
    def encoders(self) -> frozenset[str]:
        """The names of its encoders, such as ``libx264``."""
        return _names(self.path, "-encoders")


def find_ffmpeg(named: str | None = None) -> Ffmpeg:
    """Return the first FFmpeg that runs: the one named, the one on PATH, the one of imageio-ffmpeg.

    A program named by the call or by ``CINETAG_FFMPEG`` is the only one tried.

    Raises:
        MediaError: there is none, or the one named does not run.
    """
    wanted = named or os.environ.get(SETTING)
    if wanted:
        path = shutil.which(wanted)
        version = _version(path) if path else ""
        if not path or not version:
            raise MediaError(wanted, "is no FFmpeg that runs", _REMEDY)
        return Ffmpeg(path, version)
    for path in _candidates():
        if version := _version(path):
            return Ffmpeg(path, version)
    raise MediaError("ffmpeg", "no FFmpeg was found", _REMEDY)


def _candidates() -> Iterator[str]:
    if on_path := shutil.which("ffmpeg"):
        yield on_path
    if importlib.util.find_spec("imageio_ffmpeg"):
        import imageio_ffmpeg

        try:
            yield imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError:
            return


def _version(path: str) -> str:
    first = _answer(path, "-version").partition("\n")[0]
    return first.partition(" Copyright")[0].strip() if first.startswith("ffmpeg version") else ""


def _names(path: str, option: str) -> frozenset[str]:
    # every row is "flags name description"; the head of the table has other words in its second place
    rows = (line.split() for line in _answer(path, "-hide_banner", option).splitlines())
    return frozenset(row[1] for row in rows if len(row) > 2 and row[1] != "=")


def _answer(path: str, *options: str) -> str:
    try:
        run = subprocess.run(
            [path, *options], stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.decode("utf-8", "replace")
