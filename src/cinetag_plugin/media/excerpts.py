"""Pictures of a film out of order: its key pictures alone, or stretches that begin at one of them."""

import queue
from collections.abc import Generator, Mapping
from contextlib import closing

import numpy as np

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import LostPlaceError
from cinetag_plugin.media.graph import excerpt_arguments, frame_matrix, laid_out
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.packets import Packets
from cinetag_plugin.media.printed_times import PrintedTimes
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import PATIENCE, Child

_EVERY_KEY = {"skip_frame": "nokey"}


class Excerpts:
    """Decodes what it is asked for, reduced, each picture with its place in the film.

    The planes of a frame are its own and may be kept.

    Args:
        probe: the film.
        ffmpeg: the program that decodes.
        packets: the film's packets.
        threads: for the decoder; FFmpeg's own choice where None.
    """

    def __init__(
        self,
        probe: Probe,
        ffmpeg: Ffmpeg,
        packets: Packets,
        *,
        threads: int | None = None,
    ) -> None:
        self._probe = probe
        self._ffmpeg = ffmpeg
        self._packets = packets
        self._threads = threads
        self.layout = laid_out(probe, None, samples=True)
        self.complaint = ""

    def key_pictures(self) -> list[Frame]:
        """Return the pictures with which decoding can begin, in display order.

        Some that the container calls so may be missing: the decoder has the last word.

        Raises:
            LostPlaceError: a picture is none that the packets name.
            MediaError: the decoder made no progress.
        """
        # without the pictures between them the decoder may bring them out of order
        found = {frame.index: frame for frame in self._decoded(_EVERY_KEY)}
        return [found[index] for index in sorted(found) if self._packets.keys[index]]

    def stretch(self, first: int, end: int) -> Generator[Frame]:
        """Yield every frame from ``first``, a key picture, until before ``end``.

        Raises:
            LostPlaceError: frames are missing, or are not those that the packets name.
            MediaError: the decoder made no progress.
        """
        expected = first
        seconds = float((int(self._packets.pts[first]) + 0.5) * self._probe.time_base)
        seek: dict[str, object] = {"seek_timestamp": 1, "noaccurate_seek": None, "ss": f"{seconds:.6f}"}
        with closing(self._decoded(seek if first else {})) as frames:
            for frame in frames:
                if frame.index < expected:
                    continue  # some containers seek to the key picture before
                if frame.index != expected:
                    raise LostPlaceError
                yield frame
                expected += 1
                if expected >= end:
                    return
        raise LostPlaceError

    def _decoded(self, options: Mapping[str, object]) -> Generator[Frame]:
        complaints = Complaints()
        times: queue.SimpleQueue[int | None] = queue.SimpleQueue()

        lines = PrintedTimes()

        def take(line: str) -> None:
            is_frame, pts = lines.take(line)
            if is_frame:
                times.put(pts)
            elif not lines.is_mark(line):
                complaints.take(line)

        arguments = excerpt_arguments(self._probe, self._ffmpeg, self.layout, options, threads=self._threads)
        with Child(self._ffmpeg, arguments, on_line=take, subject=self._probe.source.path) as child:
            yield from self._read(child, times)
            child.wait()
        self.complaint = self.complaint or complaints.first

    def _read(self, child: Child, times: "queue.SimpleQueue[int | None]") -> Generator[Frame]:
        matrix = frame_matrix(self._probe, self._ffmpeg)
        while True:
            buffer = bytearray(self.layout.image.bytes)
            if child.read_into(memoryview(buffer)) < len(buffer):
                return
            pts = _next(times)
            planes, _ = self.layout.cut(buffer)
            yield Frame(self._place(pts), pts, *planes, matrix=matrix)

    def _place(self, pts: int) -> int:
        place = int(np.searchsorted(self._packets.pts, pts))
        if place == len(self._packets) or self._packets.pts[place] != pts:
            raise LostPlaceError
        return place


def _next(times: "queue.SimpleQueue[int | None]") -> int:
    try:
        pts = times.get(timeout=PATIENCE)
    except queue.Empty:
        raise LostPlaceError from None
    if pts is None:
        raise LostPlaceError
    return pts
