"""A reel that is not finished: where it lies meanwhile, and whether it is whole."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe

OnProgress = Callable[[int, int | None], None]
"""Takes what is done and what is expected."""

Progress = Callable[[str], AbstractContextManager[OnProgress]]
"""Begins to tell how far a step of the work is, which is named; the steps follow each other."""

PATIENCE = 600.0
"""Seconds in which FFmpeg neither reads nor writes, after which it is given up: disks may be slow."""


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Make a folder for unfinished files beside a file, and remove it with all in it.

    Raises:
        ExportError: for every :class:`OSError` meanwhile.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cinetag-") as folder:
            yield Path(folder)
    except OSError as fault:
        reason = f"cannot be written ({fault.strerror})"
        raise ExportError(target, reason, "choose another name or folder with -o") from fault


def refuse_no_room(folder: Path, needed: int, what: str, target: Path) -> None:
    """Raise an :class:`ExportError` unless a folder's disk has room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        fault = f"cannot be made: {what} takes {needed / 1e6:.0f} MB, {free / 1e6:.0f} MB are free"
        raise ExportError(target, fault, "make room, or choose another folder with -o")


def not_written(target: Path, reason: str, remedy: str) -> ExportError:
    """Return what to raise where FFmpeg could not write a file: a full disk has a remedy of its own."""
    fault = f"cannot be written ({reason or 'FFmpeg gave no reason'})"
    full = "no space left" in reason.lower()
    return ExportError(target, fault, "make room, or choose another folder with -o" if full else remedy)


def refuse_other_length(part: Path, frames: int, ffmpeg: Ffmpeg, target: Path) -> None:
    """Raise an :class:`ExportError` unless a finished film has so many pictures."""
    written = len(read_packets(probe(part, ffmpeg), ffmpeg))
    if written != frames:
        fault = f"cannot be made: FFmpeg wrote {written} of {frames} pictures"
        raise ExportError(target, fault, "use another FFmpeg")


def file_url(path: Path) -> str:
    """Return the address by which FFmpeg writes or reads a file of ours, whatever it is called."""
    return f"file:{path.absolute()}"
