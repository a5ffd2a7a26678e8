"""The pipes and files that ``cinetag filter`` opens before it reads a byte."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, TypeVar

from cinetag_plugin.cli.faults import RunEnded
from cinetag_plugin.cli.outputs import refuse_unwritable
from cinetag_plugin.cli.progress import goes_to_stdout, place_of
from cinetag_plugin.document.errors import CinetagError, ExportError, MediaError, UsageError

_STDIN, _STDOUT = 0, 1

T = TypeVar("T")


def opened_input(name: str, owned: ExitStack) -> int:
    """Return the descriptor that frames are read from.

    Args:
        name: ``-``, ``fd:N``, ``pipe:N`` or a path.
        owned: closes it.

    Raises:
        MediaError: it cannot be opened.
        UsageError: it is a terminal.
    """
    place = _STDIN if name in {"-", "pipe:", "pipe:0"} else place_of(name, "--input")
    if isinstance(place, int):
        if _is_terminal(place):
            fault, remedy = (
                "is a terminal",
                "pipe frames in: ffmpeg -i FILM -f yuv4mpegpipe - | cinetag filter …",
            )
            raise UsageError("stdin", fault, remedy)
        return place
    try:
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as fault:
        raise MediaError(place, f"cannot be read ({_reason(fault)})", "check the name") from fault
    owned.callback(os.close, descriptor)
    return descriptor


def opened_output(name: str) -> int:
    """Return the descriptor that frames go to, for the caller to close: see :func:`opened_input`.

    Standard output is taken over: what is printed there from now on goes nowhere, and whoever reads the
    frames finds their end as soon as the caller closes the descriptor.

    Raises:
        ExportError: it cannot be opened, or is a regular file or a folder.
        UsageError: it is a terminal.
    """
    place = _place_of(name, "--output")
    if isinstance(place, str):
        return _opened_pipe(Path(place))
    if _is_terminal(place):
        raise UsageError("stdout", "is a terminal", "pipe the frames on, or send them to /dev/null")
    try:
        taken = os.dup(place)
    except OSError as fault:
        raise ExportError(f"--output {name}", f"cannot be written ({fault.strerror})") from fault
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, place)
    os.close(nowhere)
    return taken


def _opened_pipe(path: Path) -> int:
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            what = "folder" if stat.S_ISDIR(mode) else "file"
            remedy = "frames go to files with >, results to folders with --results"
            raise ExportError(path, f"is a {what}, not a pipe", remedy)
        return os.open(path, os.O_WRONLY)
    except (OSError, ValueError) as fault:
        raise ExportError(path, f"cannot be written ({_reason(fault)})", "make it with mkfifo") from fault


def _reason(fault: OSError | ValueError) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def refuse_mixing(targets: Mapping[str, str | Path], frames_to: str) -> None:
    """See that no result is mixed into the frames, or into another.

    Args:
        targets: where results go, by the option that names it; a path is one whatever it looks like.
        frames_to: where the frames go.

    Raises:
        UsageError: two go to the same place, or one is no target.
    """
    taken = {_meant(frames_to, "--output"): "the frames"}
    for option, target in targets.items():
        place = _meant(target, option)
        if place in taken:
            remedy = "name another file, or fd:3"
            raise UsageError(f"{option} {target}", f"carries {taken[place]} already", remedy)
        taken[place] = f"what {option} tells"


def _meant(target: str | Path, option: str) -> str | int | tuple[int, int]:
    """Return what tells a target from others, whatever it is called."""
    place = str(target) if isinstance(target, Path) else _place_of(target, option)
    with contextlib.suppress(OSError, ValueError):  # it is yet to be made
        there = os.stat(place)  # noqa: PTH116 - a descriptor, too
        if not stat.S_ISCHR(there.st_mode):  # /dev/null and terminals take anything
            return there.st_dev, there.st_ino
    return place if isinstance(place, int) else os.path.abspath(place)  # noqa: PTH100 - links may be yet to be made


def _place_of(target: str, option: str) -> str | int:
    """Return the path or the number of the descriptor that a target means."""
    return _STDOUT if goes_to_stdout(target) else place_of(target, option)


class Kept(Generic[T]):
    """Writes while it can; the first fault is kept for the end.

    The frames go on and the analysis goes on, though what tells of them has nobody to tell it to.

    Args:
        write: raises where it cannot.

    Attributes:
        fault: the first; None while there is none.
    """

    def __init__(self, write: Callable[[T], object]) -> None:
        self._write = write
        self.fault: CinetagError | None = None

    def __call__(self, content: T) -> None:
        """Write, unless it failed before."""
        if self.fault is not None:
            return
        try:
            self._write(content)
        except CinetagError as fault:
            self.fault = fault
        except RunEnded as end:
            self.fault = end.error


def opened_lines(target: str, option: str, owned: ExitStack, *, overwrite: bool) -> Callable[[bytes], None]:
    """Open what takes lines while the stream runs; return what writes to it.

    Args:
        target: ``-``, ``fd:N``, ``pipe:N``, ``file:PATH`` or a path.
        option: which names it.
        owned: closes it.
        overwrite: a file that exists is written anew.

    Raises:
        ExportError: it exists, or cannot be opened; so does what is returned where it cannot be written.
        UsageError: it is no target.
    """
    place = _place_of(target, option)
    if isinstance(place, str) and not _is_special(Path(place)):
        refuse_unwritable(Path(place), overwrite=overwrite)
    try:
        file = owned.enter_context(io.FileIO(place, "w", closefd=isinstance(place, str)))
    except OSError as fault:
        raise _unwritable(target, option, fault) from fault

    def write(lines: bytes) -> None:
        rest = memoryview(lines)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as fault:
            raise _unwritable(target, option, fault) from fault

    return write


def _is_special(path: Path) -> bool:
    """Tell whether a path is a pipe or a device, which may be written to though it exists."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _unwritable(target: str, option: str, fault: OSError) -> ExportError:
    return ExportError(f"{option} {target}", f"cannot be written ({fault.strerror})", "choose another")
