"""Every frame of a film, once, in order, with its true time: one decode from beginning to end."""

import itertools
import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import TracebackType
from typing import Self

from cinetag_plugin.document.contracts import Frame, StreamFacts
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film, Timing
from cinetag_plugin.document.time import Clock, TimingRun
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.film import film_of, length_of
from cinetag_plugin.media.graph import frame_arguments, frame_matrix, laid_out, maps_tones
from cinetag_plugin.media.layout import LONGEST_SIDE, Form, Layout
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.parts import Run, runs
from cinetag_plugin.media.printed_times import PrintedTimes
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import PATIENCE, Child
from cinetag_plugin.media.relay import Relay
from cinetag_plugin.media.times import CountedTimes, RisingTimes, Runs

PICTURE_SIDE = 320
"""Pixels of the shorter side of the pictures that models and people are shown."""

WHOLE_SIZE = LONGEST_SIDE
"""The ``short_side`` that leaves a film as large as it is."""


_MOST_AT_ONCE = 16
_BYTES_AT_ONCE = 1 << 20


class LostPlaceError(Exception):
    """The decoder did not come back to the frame from which to go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A frame (the second or a later one) to go on from, and the times of it and of all before it."""

    frame: int
    timing: Sequence[TimingRun]

    def pts(self, frame: int) -> int:
        """Return the time of a frame."""
        return Clock(self.timing, self.frame + 1, Fraction(1)).pts(frame)


class FramePipe:
    """The frames of a film, reduced: a context manager that is iterated once.

    The planes of a frame are valid until the next but one is read, at least. After the last frame
    :attr:`timing`, :attr:`warnings` and :meth:`film` are complete; before, they tell what is known
    so far.

    Args:
        probe: the film.
        ffmpeg: the program that decodes.
        short_side: the shorter side of the frames in pixels, unless the film is smaller; None where
            nobody looks at them: then the frames are the samples, which decode faster.
        samples: whether every frame carries a sample for the detectors.
        threads: for the decoder; FFmpeg's own choice where None.
        patience: seconds without progress after which the decoder is given up.
        place: where to begin in a film with a clock; None is its first frame.
        form: what the frames are exactly, instead of ``short_side``; they carry no samples then.
    """

    def __init__(
        self,
        probe: Probe,
        ffmpeg: Ffmpeg,
        *,
        short_side: int | None = PICTURE_SIDE,
        samples: bool = True,
        threads: int | None = None,
        patience: float = PATIENCE,
        place: Place | None = None,
        form: Form | None = None,
    ) -> None:
        self.probe = probe
        self.layout = Layout(form.size, None) if form else laid_out(probe, short_side, samples=samples)
        self._ffmpeg = ffmpeg
        self._threads = threads
        self._patience = patience
        self._matrix = form.matrix if form else frame_matrix(probe, ffmpeg)
        self._child: Relay | None = None
        self._complaints = Complaints()
        self._lines = PrintedTimes()
        # FFmpeg's own queues bound how far the times can run ahead of the frames; a bound of ours
        # would stop its messages, and with them the frames
        self._decoded: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        step = 1 / (probe.rate * probe.time_base)
        self._times = RisingTimes(step) if probe.has_clock else CountedTimes()
        self._runs = Runs(step)
        self._finished = False
        self._place = place
        if place is not None and isinstance(self._times, RisingTimes):
            self._times.go_on_from(place.pts(place.frame - 1))
            self._runs.go_on_from(place.timing, place.frame)

    @property
    def facts(self) -> StreamFacts:
        """What detectors are told before the first frame."""
        return StreamFacts(rate=self.probe.rate, time_base=self.probe.time_base)

    @property
    def frames(self) -> int:
        """How many frames have been read."""
        return self._runs.frames

    @property
    def is_plain(self) -> bool:
        """Whether every time so far is as the file has it, so that a later run can come back to a frame."""
        times = self._times
        return isinstance(times, RisingTimes) and not times.repaired and not times.missing

    @property
    def timing(self) -> tuple[Timing, ...]:
        """The time of every frame read, as runs of equal steps."""
        return tuple(Timing(frame=run.frame, pts=run.pts, step=run.step) for run in self._runs.so_far())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know: of the file, of its times, of damaged or missing pictures."""
        return (*self.probe.warnings, *self._reservations(), *self._damage())

    def film(self) -> Film:
        """Return the film as it was decoded, at least one frame of it.

        Raises:
            MediaError: the file can no longer be read.
        """
        return film_of(self.probe, self._runs)

    def __enter__(self) -> Self:
        composition = self.probe.source.composition
        parts = [None] if composition is None else runs(composition, self.layout.image.bytes)
        self._child = Relay(partial(self._decode, part) for part in parts)
        return self

    def _decode(self, part: Run | None) -> Child:
        return Child(
            self._ffmpeg,
            frame_arguments(
                self.probe,
                self._ffmpeg,
                self.layout,
                threads=self._threads,
                run=part,
                seek=self._seek(),
                matrix=self._matrix,
            ),
            on_line=self._take_line,
            subject=self.probe.source.path if part is None else part.part.path,
            patience=self._patience,
            feed=self.probe.source.feed,
        )

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.__exit__(kind, fault, trace)

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame.

        Raises:
            MediaError: not one frame could be decoded, or the decoder made no progress.
            LostPlaceError: the decoder did not come back to the place from which to go on.
        """
        if self._child is None:
            raise RuntimeError("a FramePipe is read inside its with statement")
        size = self.layout.image.bytes
        for images in self._images(self._child, size):
            for first in range(0, len(images), size):
                pts = self._next_time()
                if self._place is None or self._is_back(self._place, pts):
                    yield self._frame(images[first : first + size], pts)
        self._child.wait()
        if self._place is not None:
            raise LostPlaceError
        self._finish()

    def _images(self, child: Relay, size: int) -> Iterator[memoryview]:
        """Yield whole images, some at a time: whoever is woken for each has forgotten all about frames."""
        room = size * max(1, min(_MOST_AT_ONCE, _BYTES_AT_ONCE // size))
        buffers = itertools.cycle([memoryview(bytearray(room)), memoryview(bytearray(room))])
        count = room
        while count == room:
            buffer = next(buffers)
            count = child.read_into(buffer, size)
            yield buffer[: count - count % size]
        if count % size:
            self._complaints.take("[error] the last frame is incomplete")

    def _is_back(self, place: Place, pts: int | None) -> bool:
        """Tell whether a frame is the one to go on from; those before it are passed over."""
        wanted = place.pts(place.frame)
        if pts is None or pts > wanted:
            raise LostPlaceError
        if pts == wanted:
            self._place = None
        return pts == wanted

    def _seek(self) -> Fraction | None:
        """Return the seconds that FFmpeg may leave out, half a frame less than to the place."""
        if self._place is None:
            return None
        time = self._place.pts(self._place.frame) * self.probe.time_base - self.probe.start
        return max(Fraction(0), time - 1 / (2 * self.probe.rate))

    def _frame(self, buffer: memoryview, time: int | None) -> Frame:
        index, pts = self.frames, self._times.place(time)
        self._runs.add(pts)
        planes, sample = self.layout.cut(buffer)
        return Frame(index, pts, *planes, matrix=self._matrix, full_range=False, sample=sample)

    def _next_time(self) -> int | None:
        try:
            # the line was written before the frame; its thread may be a little behind
            return self._decoded.get(timeout=self._patience)
        except queue.Empty:
            raise MediaError(
                self.probe.source.path, "FFmpeg does not tell the times of its frames", "use another FFmpeg"
            ) from None

    def _take_line(self, line: str) -> None:
        is_frame, pts = self._lines.take(line)
        if is_frame:
            self._decoded.put(pts)
        elif not self._lines.is_mark(line):
            self._complaints.take(line)

    def _finish(self) -> None:
        if self.frames == 0:
            reason = self._complaints.first or "the stream is empty"
            raise MediaError(
                self.probe.source.path,
                f"not one picture of it can be decoded ({reason})",
                "check whether it plays elsewhere",
            )
        self._finished = True

    def _reservations(self) -> Iterator[str]:
        if self.probe.is_hdr and not maps_tones(self.probe, self._ffmpeg):
            yield "the film is HDR and this FFmpeg lacks zscale and tonemap: its colours will be flat"
        if self._times.repaired:
            yield f"the clock of the film runs backwards ({self._times.repaired} times) and was repaired"
        if self._times.missing:
            yield f"{self._times.missing} frames have no time of their own and were placed by the rate"

    def _damage(self) -> Iterator[str]:
        if self._finished:
            clock = Clock(self._runs.so_far(), self.frames, self.probe.time_base)
            end = clock.pts(0) * clock.time_base + length_of(clock, self._runs)
            seconds = max(end, length_of(clock, self._runs))
            yield from self.probe.promise.broken(self.frames, seconds, 1 / self.probe.rate)
        if summary := self._complaints.summary():
            yield summary
