"""The standard streams made safe to print to: closed, full or left ones, and narrow encodings."""

import io
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

from cinetag_plugin.cli.faults import RunEnded
from cinetag_plugin.document.errors import ExportError


def make_streams_safe() -> None:
    """Replace ``sys.stdout`` and ``sys.stderr``; called once, when the program begins.

    From then on every character can be printed: what the encoding lacks is spelled out. Output that
    stdout does not take ends the run with :class:`RunEnded`; talk that stderr does not take is dropped.
    """
    _open_what_is_closed()
    sys.stdout = _safe(sys.stdout, 1, _end_the_run)
    sys.stderr = _safe(sys.stderr, 2, _say_nothing)


def _open_what_is_closed() -> None:
    """Keep the three lowest descriptors from going to files; what is printed to them still fails."""
    for descriptor, contrary_mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, contrary_mode)  # takes the lowest free descriptor: this one


def _safe(stream: TextIO | None, descriptor: int, when_lost: Callable[[OSError], None]) -> TextIO:
    if stream is None:  # Python gives None for a closed descriptor
        raw: Any = io.FileIO(descriptor, "w", closefd=False)
    else:
        raw = getattr(stream.buffer, "raw", stream.buffer)
    return io.TextIOWrapper(
        io.BufferedWriter(_Guarded(raw, when_lost)),
        encoding=stream.encoding if stream else "utf-8",
        errors="backslashreplace",
        line_buffering=descriptor == 2 or raw.isatty(),
    )


def _end_the_run(fault: OSError) -> None:
    raise RunEnded(ExportError("stdout", f"cannot be written ({fault.strerror})")) from fault


def _say_nothing(fault: OSError) -> None:
    """Go on: the exit code still tells."""


class _Guarded(io.RawIOBase):
    """Hands on what is written; from the first failure on, everything is dropped."""

    def __init__(self, raw: Any, when_lost: Callable[[OSError], None]) -> None:
        self._raw = raw
        self._when_lost = when_lost
        self._lost = False

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def write(self, data: Any) -> int | None:
        if not self._lost:
            try:
                written: int | None = self._raw.write(data)
            except OSError as fault:
                self._lost = True
                self._when_lost(fault)
            else:
                return written
        return memoryview(data).nbytes
