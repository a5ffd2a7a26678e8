"""Progress of a stream in the ``key=value`` blocks of ``ffmpeg -progress``."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING

from cinetag_plugin.cli.progress import Sink

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import Frame
    from cinetag_plugin.document.records import BeatEvent, TagSpan
    from cinetag_plugin.filter.places import Places
    from cinetag_plugin.filter.watching import ClosedShot
    from cinetag_plugin.media.probe import Probe

_SECONDS_BETWEEN_BLOCKS = 0.5


class StreamProgress:
    """Writes a block twice a second, and one at the end.

    Args:
        write: takes the blocks.
    """

    def __init__(self, write: Sink) -> None:
        self._write = write
        self._began = self._last = time.monotonic()
        self._rate: Fraction | None = None
        self._frames = self._left_out = 0

    def begin(self, facts: Probe, places: Places) -> None:
        """Learn how long a frame lasts."""
        self._rate = facts.rate

    def see(self, frame: Frame) -> None:
        """Frames are counted as they pass."""

    def tell(self, closed: ClosedShot) -> None:
        """Shots are nothing to progress."""

    def tell_event(self, event: TagSpan | BeatEvent, passed: int) -> None:
        """Nor are spans and events."""

    def count(self, frames: int, left_out: int) -> None:
        """Note how many frames have passed, and how many were left out of the analysis."""
        self._frames, self._left_out = frames, left_out
        if time.monotonic() - self._last >= _SECONDS_BETWEEN_BLOCKS:
            self._last = time.monotonic()
            self._block("continue")

    def end(self) -> None:
        """Write the last block."""
        self._block("end")

    def _block(self, state: str) -> None:
        elapsed = max(time.monotonic() - self._began, 1e-6)
        lines = [f"frame={self._frames}", f"fps={self._frames / elapsed:.2f}"]
        if self._rate is not None:
            seconds = self._frames / self._rate
            lines += [f"out_time_us={int(seconds * 1_000_000)}", f"out_time={_clock(seconds)}"]
            lines += [f"speed={float(seconds) / elapsed:.3g}x"]
        lines += [f"drop_frames={self._left_out}", f"progress={state}"]
        self._write("\n".join(lines) + "\n")


def _clock(seconds: Fraction) -> str:
    whole, micro = divmod(int(seconds * 1_000_000), 1_000_000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{micro:06d}"
