"""From one pipe to the other: every byte goes out as soon as it has come in."""

import contextlib
import io
import select
import sys

if sys.platform != "win32":
    import fcntl

_PIECE = 256 * 1024
_PIPE_BYTES = 1 << 20


class ReaderGoneError(Exception):
    """Nobody reads our output any more."""


class Copier:
    """Passes bytes on and lets them be looked at.

    Args:
        source: descriptor to read.
        sink: descriptor to write; it is closed by :meth:`close`.

    Attributes:
        passed: bytes passed on so far.
        source_failed: whether the fault that was raised is one of the source.
    """

    def __init__(self, source: int, sink: int) -> None:
        self._source = io.FileIO(source, "rb", closefd=False)
        self._sink = io.FileIO(sink, "wb")
        self.passed = 0
        self.source_failed = False
        for descriptor in (source, sink):
            widen(descriptor)

    def close(self) -> None:
        """Let whoever reads find the end."""
        self._sink.close()

    def take(self, buffer: memoryview) -> int:
        """Fill a buffer from the source, passing on each piece as it comes; return the bytes that came.

        They are fewer than the buffer holds only where the source has ended.

        Raises:
            ReaderGoneError: nobody reads what is passed on.
            OSError: the source cannot be read, or the sink cannot be written.
        """
        filled = 0
        while filled < len(buffer):
            count = self.take_some(buffer[filled:])
            if not count:
                break
            filled += count
        return filled

    def take_some(self, buffer: memoryview) -> int:
        """Take what has come, at most what fits; 0 at the end of the source. See :meth:`take`."""
        piece = buffer[:_PIECE]
        count = self._read(piece)
        self._pass_on(piece[:count])
        return count

    def _read(self, piece: memoryview) -> int:
        try:
            # a pipe that somebody made non-blocking gives None
            while (count := self._source.readinto(piece)) is None:
                select.select([self._source], [], [])
        except OSError:
            self.source_failed = True
            raise
        return count

    def _pass_on(self, piece: memoryview) -> None:
        try:
            while piece:
                count = self._sink.write(piece)
                if count is None:
                    select.select([], [self._sink], [])
                else:
                    piece = piece[count:]
                    self.passed += count
        except (BrokenPipeError, ConnectionResetError) as fault:
            raise ReaderGoneError from fault


def widen(descriptor: int) -> None:
    """Let a pipe hold more than the usual 64 KiB, where the system can: each side wakes less often."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # no pipe, or beyond the user's share
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
