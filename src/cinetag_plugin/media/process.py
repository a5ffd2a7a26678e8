"""Running FFmpeg as a child whose end is certain.

Whatever happens to the reader, no child outlives it: exhausted, closed early, interrupted, killed.
"""

import contextlib
import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

if sys.platform != "win32":
    import fcntl

from cinetag_plugin.document.errors import ExportError, MediaError
from cinetag_plugin.media.ffmpeg import Ffmpeg

PATIENCE = 60.0
"""Seconds without a byte or a line after which a child is taken for stuck."""

LIVE_PATIENCE = 30 * 24 * 3600.0
"""The same for a child that is fed: it waits for frames, and whoever sends them may take its time."""

_GRACE = 2.0
_SHORTEST_NAP, _LONGEST_NAP = 0.002, 0.05
_LINES_NAP = 0.005
_PIPE_BYTES = 1 << 20
_LONGEST_LINE = 1 << 16
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h
# FFREPORT writes log files where the user did not ask for any; colours would break the parsing
_UNWANTED = ("FFREPORT", "AV_LOG_FORCE_COLOR", "AV_LOG_FORCE_256COLOR")

COMMON = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+repeat+info")
"""Options of every run: each line says its level, and none is folded into "repeated n times"."""


class Child:
    """A running FFmpeg: its output by :meth:`read_into`, its messages line by line.

    One whose feed is written takes its input by :meth:`write`, until :meth:`write_no_more`.

    Start it in a thread that lives as long as it is read: on Linux the kernel ends it with that thread.

    Args:
        ffmpeg: the program.
        arguments: what follows :data:`COMMON`; never a shell line.
        on_line: called with every line of standard error, from another thread.
        subject: what a fault is about, for the message.
        patience: seconds without progress, while somebody waits, after which the child is ended.
        feed: what the child reads on its standard input: a file, which is closed here once the child has it,
            what we write, or nothing.
        output: the file that the child writes, where it writes one: what is written to it is progress too,
            and a child that is stuck is a fault of it (:class:`ExportError`).
    """

    def __init__(
        self,
        ffmpeg: Ffmpeg,
        arguments: Sequence[str],
        *,
        on_line: Callable[[str], None],
        subject: object,
        patience: float = PATIENCE,
        feed: io.FileIO | Literal["written"] | None = None,
        output: Path | None = None,
    ) -> None:
        self._on_line = on_line
        self._subject = subject
        self._patience = patience
        self._output = output
        self._written = (0, 0)
        self._progress = time.monotonic()
        self._waiting = False
        self._stuck = False
        self._ended = threading.Event()
        self._process = _started([ffmpeg.path, *COMMON, *arguments], feed)
        self._drain = threading.Thread(target=self._read_lines, name="ffmpeg messages", daemon=True)
        self._watch = threading.Thread(target=self._end_when_stuck, name="ffmpeg watch", daemon=True)
        self._drain.start()
        self._watch.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def read_into(self, buffer: memoryview) -> int:
        """Fill ``buffer`` from the child's output; return the bytes read, fewer only at the end.

        Between two reads it sleeps for about half the time that the rest will take: to be woken for
        every few kilobytes costs more than to copy them.

        Raises:
            MediaError: nothing moved for longer than the patience.
        """
        output, filled = self._process.stdout, 0
        assert output is not None
        self._wait_begins()
        begun = self._progress
        while filled < len(buffer):
            count: int | None = output.readinto(buffer[filled:])  # type: ignore[attr-defined]
            if not count:
                break
            filled += count
            self._progress = time.monotonic()
            rest = (self._progress - begun) * (len(buffer) - filled) / filled
            if rest > _SHORTEST_NAP:
                time.sleep(min(rest / 2, _LONGEST_NAP))
        self._wait_ends()
        return filled

    def write(self, data: memoryview) -> bool:
        """Give all of ``data`` to a child that is fed; return False where it takes no more.

        Raises:
            MediaError: nothing moved for longer than the patience.
            ExportError: the same of a child that writes a file.
        """
        taker, written = self._process.stdin, 0
        assert taker is not None
        self._wait_begins()
        try:
            while written < len(data):
                written += taker.write(data[written:])
                self._progress = time.monotonic()
        except BrokenPipeError:
            pass
        self._wait_ends()
        return written == len(data)

    def write_no_more(self) -> None:
        """Close the input of a child that is fed: it ends by itself when it has done its work."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self) -> int:
        """Wait for the child's own end and its last line; return the exit status.

        Raises:
            MediaError: nothing moved for longer than the patience.
            ExportError: the same of a child that writes a file.
        """
        self._wait_begins()
        status = self._process.wait()
        self._drain.join(_GRACE)
        self._wait_ends()
        return status

    def end(self, *, at_once: bool = False) -> None:
        """End the child if it runs: asked first, then killed; killed straight away if ``at_once``."""
        self._ended.set()
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.poll() is None and not at_once:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._drain.join(_GRACE)
        if not self._drain.is_alive() and self._process.stderr is not None:
            self._process.stderr.close()

    def kill(self) -> None:
        """Kill the child from a thread that does not read it: the reader finds the end of its output."""
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        # an interrupted user waits for nothing
        self.end(at_once=kind is not None and not issubclass(kind, Exception))

    def _wait_begins(self) -> None:
        self._progress = time.monotonic()
        self._waiting = True

    def _wait_ends(self) -> None:
        self._waiting = False
        if self._stuck:
            fault = f"FFmpeg made no progress for {self._patience:.0f} s and was ended"
            if self._output is not None:
                raise ExportError(self._subject, fault, "see that its disk has room and answers")
            raise MediaError(
                self._subject, fault, "the file may be damaged; copy or convert it and try again"
            )

    def _read_lines(self) -> None:
        assert self._process.stderr is not None
        rest = b""
        with io.BufferedReader(self._process.stderr) as stream:  # type: ignore[type-var]
            while chunk := stream.read1(_LONGEST_LINE):
                self._progress = time.monotonic()
                *lines, rest = (rest + chunk).split(b"\n")
                for raw in lines:
                    self._on_line(raw.decode("utf-8", "replace").rstrip("\r"))
                if len(rest) > _LONGEST_LINE:
                    self._on_line(rest.decode("utf-8", "replace"))
                    rest = b""
                time.sleep(_LINES_NAP)  # lines come in twos and threes; a nap makes them come in dozens
        if rest:
            self._on_line(rest.decode("utf-8", "replace"))

    def _end_when_stuck(self) -> None:
        pause = min(1.0, self._patience / 4)
        while not self._ended.wait(pause) and self._process.poll() is None:
            self._note_output()
            if self._waiting and time.monotonic() - self._progress > self._patience:
                self._stuck = True
                self._process.kill()
                return

    def _note_output(self) -> None:
        """Take it for progress that the output grew, or was written to, as where its index is put first."""
        if self._output is None:
            return
        with contextlib.suppress(OSError):  # it is not there yet
            facts = self._output.stat()
            if (facts.st_size, facts.st_mtime_ns) != self._written:
                self._written = (facts.st_size, facts.st_mtime_ns)
                self._progress = time.monotonic()


def _started(command: Sequence[str], feed: io.FileIO | Literal["written"] | None) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed == "written" else feed or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
            start_new_session=True,  # Ctrl-C reaches us alone; we end the child
            preexec_fn=_tied_to_parent() if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        return _widened(process)
    except (OSError, ValueError) as fault:
        raise MediaError(command[0], f"cannot be started ({fault})", "check the FFmpeg program") from fault
    finally:
        if isinstance(feed, io.FileIO):
            feed.close()  # who writes to it must learn when the child has ended


def _widened(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Let the pipe hold some dozens of frames, where the system can, so that neither side waits for one."""
    if sys.platform == "linux" and process.stdout is not None:
        with contextlib.suppress(OSError):  # beyond the user's share of pipe memory
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return process


def _tied_to_parent() -> Callable[[], None] | None:
    """Return what makes the kernel kill the child when the parent dies without a word (prctl(2))."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def lines_of(ffmpeg: Ffmpeg, arguments: Sequence[str], *, subject: object, most: int = 20_000) -> list[str]:
    """Run FFmpeg to its end, its output thrown away, and return the first ``most`` lines it said.

    Raises:
        MediaError: it made no progress.
    """
    lines: list[str] = []

    def keep(line: str) -> None:
        if len(lines) < most:
            lines.append(line)

    with Child(ffmpeg, arguments, on_line=keep, subject=subject) as child:
        child.wait()
    return lines
