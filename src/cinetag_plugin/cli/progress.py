"""Telling how far an analysis is: a bar with an estimate on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TextIO

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import ExportError, printable

Report = Callable[[int, int | None], None]
"""Takes the frames done and the frames expected, or None where the film does not say."""

_SECONDS_BETWEEN_LINES = 10.0


def progress_of(label: str, *, quiet: bool, target: str | None) -> AbstractContextManager[Report]:
    """Return a reporter of progress for one film.

    Args:
        label: the film's name.
        quiet: tell nothing.
        target: ``-`` or a file for FFmpeg-style ``key=value`` blocks; None for people on stderr.
    """
    if target is not None:
        return _key_values(target)
    if quiet:
        return _silence()
    return _bar(label) if sys.stderr.isatty() else _lines(label)


@contextmanager
def _silence() -> Iterator[Report]:
    yield lambda done, expected: None


@contextmanager
def _bar(label: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escape(printable(label)), total=None)

        def report(done: int, expected: int | None) -> None:
            if done % 8 == 0:
                progress.update(task, completed=done, total=max(expected, done) if expected else None)

        yield report


@contextmanager
def _lines(label: str) -> Iterator[Report]:
    began = last = time.monotonic()

    def report(done: int, expected: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            say(f"{label}: {_how_far(done, expected, now - began)}")

    yield report


def _how_far(done: int, expected: int | None, seconds: float) -> str:
    speed = done / seconds
    if not expected:
        return f"{done} frames, {speed:.0f} a second"
    left = max(0.0, (expected - done) / speed) if speed else 0.0
    return f"{done} of about {expected} frames, {speed:.0f} a second, about {left:.0f} s left"


@contextmanager
def _key_values(target: str) -> Iterator[Report]:
    began = last = time.monotonic()
    latest = 0
    with _opened(target) as stream:

        def write(state: str) -> None:
            speed = latest / max(time.monotonic() - began, 1e-6)
            stream.write(f"frame={latest}\nfps={speed:.2f}\nprogress={state}\n")
            stream.flush()

        def report(done: int, expected: int | None) -> None:
            nonlocal last, latest
            latest = done
            if time.monotonic() - last >= 0.5:
                last = time.monotonic()
                write("continue")

        yield report
        write("end")


@contextmanager
def _opened(target: str) -> Iterator[TextIO]:
    if target == "-":
        yield sys.stdout
        return
    try:
        with Path(target).open("a", encoding="utf-8") as stream:
            yield stream
    except OSError as fault:
        raise ExportError(
            target, f"cannot be written ({fault.strerror})", "choose another --progress"
        ) from fault
