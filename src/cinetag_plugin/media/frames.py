"""Every frame of a film, once, in order, with its true time: one decode from beginning to end."""

import queue
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np

from cinetag_plugin.document.contracts import Frame, StreamFacts
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film, Source, Timing
from cinetag_plugin.document.time import Clock, TimingRun, commonest_rate, is_constant
from cinetag_plugin.media import messages
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.fingerprint import fingerprint
from cinetag_plugin.media.graph import LONGEST_SIDE, frame_arguments, frame_matrix, maps_tones, reduced_size
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import PATIENCE, Child
from cinetag_plugin.media.showinfo import FrameTimes
from cinetag_plugin.media.times import CountedTimes, RisingTimes

WHOLE_SIZE = LONGEST_SIDE
"""The ``short_side`` that leaves a film as large as it is."""

_MOST_COMPLAINTS = 1000


class FramePipe:
    """The frames of a film, reduced: a context manager that is iterated once.

    The planes of a frame are valid until the next but one is read. After the last frame,
    :attr:`frames`, :attr:`timing`, :attr:`warnings` and :meth:`film` are complete.

    Args:
        probe: the film.
        ffmpeg: the program that decodes.
        short_side: the shorter side of the frames in pixels, unless the film is smaller.
        threads: for the decoder; FFmpeg's own choice where None.
        patience: seconds without progress after which the decoder is given up.
    """

    def __init__(
        self,
        probe: Probe,
        ffmpeg: Ffmpeg,
        *,
        short_side: int = 320,
        threads: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.probe = probe
        self.size = reduced_size(probe.displayed_size, short_side)
        self.frames = 0
        self.start_pts = 0
        self._ffmpeg = ffmpeg
        self._threads = threads
        self._patience = patience
        self._matrix = frame_matrix(probe, ffmpeg)
        self._child: Child | None = None
        self._lines = FrameTimes()
        # FFmpeg's own queues bound how far the times can run ahead of the frames; a bound of ours
        # could stop its messages, and with them the frames
        self._decoded: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._complaints: dict[str, int] = {}
        step = 1 / (probe.rate * probe.time_base)
        self._times = RisingTimes(step) if probe.has_clock else CountedTimes()
        self._runs = _Runs(max(1, round(step)))
        self._finished = False

    @property
    def facts(self) -> StreamFacts:
        """What detectors are told before the first frame."""
        return StreamFacts(rate=self.probe.rate, time_base=self.probe.time_base)

    @property
    def estimated_frames(self) -> int | None:
        """How many frames to expect, for a progress bar; None where nobody knows."""
        return self.probe.estimated_frames

    @property
    def timing(self) -> tuple[Timing, ...]:
        """The time of every frame read so far, as runs of equal steps."""
        return tuple(Timing(frame=run.frame, pts=run.pts, step=run.step) for run in self._runs.closed())

    def __enter__(self) -> Self:
        arguments = frame_arguments(self.probe, self._ffmpeg, self.size, threads=self._threads)
        self._child = Child(
            self._ffmpeg,
            arguments,
            on_line=self._take_line,
            subject=self.probe.source.path,
            patience=self._patience,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.__exit__(kind, fault, trace)

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame.

        Raises:
            MediaError: not one frame could be decoded, or the decoder made no progress.
        """
        if self._child is None:
            raise RuntimeError("a FramePipe is read inside its with statement")
        buffers = [bytearray(self.size.bytes), bytearray(self.size.bytes)]
        while True:
            buffer = buffers[self.frames % 2]
            count = self._child.read_into(memoryview(buffer))
            if count < len(buffer):
                break
            yield self._frame(buffer)
        self._finish(rest=count)

    def _frame(self, buffer: bytearray) -> Frame:
        pts = self._times.place(self._next_time())
        self._runs.add(pts)
        index, self.frames = self.frames, self.frames + 1
        y, u, v = _planes(buffer, self.size.width, self.size.height)
        return Frame(index=index, pts=pts, y=y, u=u, v=v, matrix=self._matrix, full_range=False)

    def _next_time(self) -> int | None:
        try:
            # the line was written before the frame; its thread may be a little behind
            pts = self._decoded.get(timeout=self._patience)
        except queue.Empty:
            raise MediaError(self.probe.source.path, "FFmpeg tells no times", "try another FFmpeg") from None
        base = self._lines.time_base
        if pts is None or base is None or base == self.probe.time_base:
            return pts
        return round(pts * base / self.probe.time_base)  # a deinterlacer counts in half ticks

    def _take_line(self, line: str) -> None:
        is_frame, pts = self._lines.take(line)
        if is_frame:
            self._decoded.put(pts)
        elif (found := messages.complaint_in(line)) and messages.is_grave(*found):
            text = messages.without_numbers(found[1])
            if text in self._complaints or len(self._complaints) < _MOST_COMPLAINTS:
                self._complaints[text] = self._complaints.get(text, 0) + 1

    def _finish(self, rest: int) -> None:
        assert self._child is not None
        self._child.wait()
        self._finished = True
        if rest:
            self._complaints["the last frame is incomplete"] = 1
        if self.frames == 0:
            reason = next(iter(self._complaints), "no picture in the stream")
            raise MediaError(
                self.probe.source.path,
                f"not one picture of it can be decoded ({reason})",
                "check that it plays",
            )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know: of the file, of its times, of damaged or missing pictures."""
        return (*self.probe.warnings, *self._colour_warnings(), *self._time_warnings(), *self._damage())

    def _colour_warnings(self) -> Iterator[str]:
        if self.probe.is_hdr and not maps_tones(self.probe, self._ffmpeg):
            yield "HDR pictures are taken as they are: this FFmpeg has no zscale and tonemap filters"

    def _time_warnings(self) -> Iterator[str]:
        if self._times.repaired:
            yield f"the clock of the film jumps back ({self._times.repaired} times): repaired"
        if self._times.missing:
            yield f"{self._times.missing} frames have no time of their own: placed by the rate"

    def _damage(self) -> Iterator[str]:
        if not self._finished:
            return
        expected = self.probe.promised_frames
        if expected is not None and expected > self.frames:
            yield f"the file promises {expected} frames, {self.frames} could be decoded"
        if self._complaints:
            first = next(iter(self._complaints))
            count = sum(self._complaints.values())
            yield f"parts of the film may be damaged or missing: {first} ({count} complaints of FFmpeg)"

    def clock(self) -> Clock:
        """Return the time of every frame read."""
        return Clock(list(self._runs.closed()), self.frames, self.probe.time_base)

    def film(self) -> Film:
        """Return the film as it was decoded.

        Raises:
            MediaError: the file can no longer be read.
        """
        probe, clock = self.probe, self.clock()
        constant = is_constant(clock, probe.rate)
        rate = probe.rate if constant else commonest_rate(clock) or probe.rate
        path = str(probe.source.path)
        end = clock.seconds(self.frames - 1) + self._runs.last_step * probe.time_base
        return Film(
            path=path,
            name=probe.source.name,
            frames=self.frames,
            rate=rate,
            variable_rate=not constant,
            time_base=probe.time_base,
            start_pts=clock.pts(0),
            start_timecode=probe.start_timecode,
            drop_frame=probe.drop_frame,
            width=probe.width,
            height=probe.height,
            pixel_aspect=probe.pixel_aspect,
            duration=float(end),
            has_audio=probe.has_audio,
            timing=self.timing,
            sources=(Source(path=path, start=0, frames=self.frames, entry=0, rate=rate),),
            fingerprint=fingerprint(probe.source.first_file),
        )


class _Runs:
    """Folds times into runs of equal steps as they come (see document.time.run_lengths)."""

    def __init__(self, step: int) -> None:
        self._runs: list[TimingRun] = []
        self._count = 0
        self._last = 0
        self.last_step = step

    def add(self, pts: int) -> None:
        if self._count:
            step = pts - self._last
            if not self._runs or step != self._runs[-1].step:
                self._runs.append(TimingRun(self._count - 1, self._last, step))
            self.last_step = step
        self._last = pts
        self._count += 1

    def closed(self) -> list[TimingRun]:
        if self._runs or not self._count:
            return list(self._runs)
        return [TimingRun(0, self._last, self.last_step)]


def _planes(buffer: bytearray, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    half_width, half_height = (width + 1) // 2, (height + 1) // 2
    luminance, chroma = width * height, half_width * half_height
    bytes_ = np.frombuffer(buffer, dtype=np.uint8)
    return (
        bytes_[:luminance].reshape(height, width),
        bytes_[luminance : luminance + chroma].reshape(half_height, half_width),
        bytes_[luminance + chroma :].reshape(half_height, half_width),
    )
