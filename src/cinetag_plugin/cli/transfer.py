"""Telling how far a download is: a bar with an estimate on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.progress import SECONDS_BETWEEN_LINES

Report = Callable[[int, int | None], None]
"""Takes the bytes that have come and the bytes expected, or None where nobody says."""


def transfer_of(label: str) -> AbstractContextManager[Report]:
    """Return a reporter, on stderr, of the progress of one download."""
    return _bar(label) if sys.stderr.isatty() else _lines(label)


@contextmanager
def _bar(label: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escape(label), total=None, visible=False)
        yield lambda done, expected: progress.update(task, completed=done, total=expected, visible=True)


@contextmanager
def _lines(label: str) -> Iterator[Report]:
    began = last = time.monotonic()
    earlier: int | None = None

    def report(done: int, expected: int | None) -> None:
        nonlocal earlier, last
        now = time.monotonic()
        if earlier is None:  # what an earlier run brought says nothing of the speed
            earlier = done
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            say(f"{label}: {_how_far(done, expected, (done - earlier) / (now - began))}")

    yield report


def _how_far(done: int, expected: int | None, speed: float) -> str:
    told = f"{done / 1e6:.1f} MB, {speed / 1e6:.2f} MB a second"
    if not expected:
        return told
    left = f", about {(expected - done) / speed:.0f} s left" if speed else ""
    return f"{done / 1e6:.1f} of {expected / 1e6:.1f} MB, {speed / 1e6:.2f} MB a second{left}"
