"""Telling how far an analysis is: a bar with an estimate on a terminal, plain lines elsewhere.

Programs get blocks of ``key=value`` lines like those of ``ffmpeg -progress``, with the keys that hold
for every film: ``frame`` (frames decoded), ``fps`` (frames a second since the film was begun) and
``progress`` (``continue``, at last ``end``), which closes a block. ``out_time`` and ``speed`` are left
out: what time a frame has in a film of variable rate is known only when it has been decoded whole.
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from cinetag_plugin.cli.faults import RunEnded
from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import ExportError, UsageError, printable

Report = Callable[[int, int | None], None]
"""Takes the frames (or pictures) done and those expected, or None where the film does not say."""

Sink = Callable[[str], None]
"""Takes the blocks that programs read."""

SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_BLOCKS = 0.5

# one letter before the colon is a drive
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


def goes_to_stdout(target: str | None) -> bool:
    """Tell whether what ``--progress`` names is standard output."""
    return target in {"-", "pipe:", "pipe:1", "fd:1"}


@contextmanager
def opened(target: str | None) -> Iterator[Sink | None]:
    """Open what ``--progress`` names: ``-``, ``pipe:N``, ``fd:N``, ``file:PATH``, or a path (appended to).

    What cannot be written later ends the run (:class:`RunEnded`).

    Raises:
        UsageError: another URL, or no name at all.
        ExportError: it cannot be opened for writing.
    """
    if target is None:
        yield None
    elif goes_to_stdout(target):
        yield _print
    else:
        with _file(target) as file:
            yield lambda block: _append(block, file, target)


def _file(target: str) -> io.FileIO:
    place = place_of(target, "--progress")
    try:
        return io.FileIO(place, "a", closefd=isinstance(place, str))
    except OSError as fault:
        reason = f"cannot be written ({fault.strerror})"
        raise ExportError(f"--progress {target}", reason, "choose another") from fault


def place_of(target: str, option: str) -> str | int:
    """Return the path or the number of the descriptor that a target of ``option`` means.

    Raises:
        UsageError: another URL, or no name at all.
    """
    url = _URL.fullmatch(target)
    scheme, rest = url.groups() if url else ("file", target)
    if scheme == "file" and rest:
        return rest
    if scheme in {"pipe", "fd"} and re.fullmatch("[0-9]{1,6}", rest):
        return int(rest)
    raise UsageError(
        f"{option} {target}", "cannot be written to", "give -, fd:N, pipe:N, file:PATH or a path"
    )


def _print(block: str) -> None:
    sys.stdout.write(block)
    sys.stdout.flush()


def _append(block: str, file: io.FileIO, target: str) -> None:
    try:
        file.write(block.encode("ascii"))
    except OSError as fault:
        reason = f"cannot be written ({fault.strerror})"
        raise RunEnded(ExportError(f"--progress {target}", reason, "choose another")) from fault


def progress_of(
    label: str, *, quiet: bool, target: Sink | None, unit: str = "frames"
) -> AbstractContextManager[Report]:
    """Return a reporter of progress for one film.

    Args:
        label: the film's name.
        quiet: tell people nothing.
        target: takes blocks for programs; None for people on stderr.
        unit: what is counted, in words for people.
    """
    if target is not None:
        return _key_values(target)
    if quiet:
        return _silence()
    return _bar(label, unit) if sys.stderr.isatty() else _lines(label, unit)


@contextmanager
def _silence() -> Iterator[Report]:
    yield lambda done, expected: None


@contextmanager
def _bar(label: str, unit: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escape(printable(label)), total=None)

        shown = 0

        def report(done: int, expected: int | None) -> None:
            nonlocal shown
            # what comes in hundreds a second need not be drawn each time, what comes in tens must
            if done - shown >= min(8, max(1, (expected or 800) // 100)) or done == expected:
                shown = done
                progress.update(task, completed=done, total=max(expected, done) if expected else None)

        yield report


@contextmanager
def _lines(label: str, unit: str) -> Iterator[Report]:
    began = last = time.monotonic()

    def report(done: int, expected: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            say(f"{label}: {_how_far(done, expected, now - began, unit)}")

    yield report


def _how_far(done: int, expected: int | None, seconds: float, unit: str) -> str:
    speed = done / seconds
    if not expected:
        return f"{done} {unit}, {speed:.0f} a second"
    left = max(0.0, (expected - done) / speed) if speed else 0.0
    return f"{done} of about {expected} {unit}, {speed:.0f} a second, about {left:.0f} s left"


@contextmanager
def _key_values(write: Sink) -> Iterator[Report]:
    began = last = time.monotonic()
    latest = 0

    def block(state: str) -> None:
        speed = latest / max(time.monotonic() - began, 1e-6)
        write(f"frame={latest}\nfps={speed:.2f}\nprogress={state}\n")

    def report(done: int, expected: int | None) -> None:
        nonlocal last, latest
        latest = done
        if time.monotonic() - last >= _SECONDS_BETWEEN_BLOCKS:
            last = time.monotonic()
            block("continue")

    try:
        yield report
    finally:  # whoever reads must learn that nothing more comes, also of a film that fails
        block("end")
