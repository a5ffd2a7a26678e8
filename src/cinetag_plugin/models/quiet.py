"""Catches what C++ libraries write to the process's standard error, past Python."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.RLock()
"""File descriptor 2 belongs to the process: two threads that swap it would lose it."""


class Caught:
    """The text that was caught; complete once the block has ended."""

    text = ""

    def last_line(self) -> str:
        """Return the last line that tells of more than progress, without its level."""
        lines = [line.strip() for line in self.text.splitlines()]
        telling = [line for line in lines if line and not line.startswith("INFO: ")]
        return telling[-1].removeprefix("ERROR: ") if telling else ""


@contextmanager
def caught_stderr() -> Iterator[Caught]:
    """Divert file descriptor 2 into a :class:`Caught` for the length of a block.

    Keep the block short: what other threads write meanwhile is caught as well.
    """
    caught = Caught()
    with _ONE_AT_A_TIME, tempfile.TemporaryFile() as file:
        _flush()
        saved = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield caught
        finally:
            _flush()
            os.dup2(saved, 2)
            os.close(saved)
            file.seek(0)
            caught.text = file.read().decode("utf-8", "replace")


def silence_stderr() -> None:
    """Send file descriptor 2 nowhere from now on: for the very end of a process."""
    _flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
