"""The packets of a film, listed without decoding: where each picture lies, its bytes, which ones are key.

FFmpeg's ``framecrc`` format writes one line a packet, in coding order. Sorted by time they are the
pictures as decoding delivers them, unless something makes that doubtful; then :attr:`Packets.doubt`
says what.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child

KEY = 1
"""Bit of a packet's flags: decoding can begin here (``AV_PKT_FLAG_KEY``)."""

CORRUPT = 2
"""Bit of a packet's flags: the reader found it damaged."""

DISCARD = 4
"""Bit of a packet's flags: decoded and not shown, as an edit list asks."""

_NO_TIME = -(1 << 63)
_CHUNK = 1 << 20
_HEADER = re.compile(rb"^#(tb|codec_id) 0: (\S+)", re.MULTILINE)
# stream, dts, pts, duration, size, checksum, flags where they are not those of a key packet
_PACKET = re.compile(
    rb"^\d+, *(-?\d+), *(-?\d+), *-?\d+, *(\d+), 0x[0-9a-f]+(?:, *F=0x([0-9A-Fa-f]+))?", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Packets:
    """The pictures of a film in display order, as far as packets tell; arrays of equal length.

    Attributes:
        codec: FFmpeg's name.
        pts: presentation times in ticks of the stream's time base, rising, int64.
        sizes: bytes, int64.
        keys: whether decoding can begin with this picture, bool.
        anchors: whether no picture shown later is coded before this one, bool; the others are B
            pictures.
        coded_sizes: bytes of every packet in coding order, those never shown among them, int64.
        coded_places: where each picture stands in ``coded_sizes``, int64.
        doubt: why these may not be the pictures that decoding delivers, empty where nothing speaks
            against it.
    """

    codec: str
    pts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.bool_]
    anchors: NDArray[np.bool_]
    coded_sizes: NDArray[np.int64]
    coded_places: NDArray[np.int64]
    doubt: str

    def __len__(self) -> int:
        return len(self.pts)


def read_packets(probe: Probe, ffmpeg: Ffmpeg) -> Packets:
    """List the packets of the chosen picture stream.

    Raises:
        MediaError: FFmpeg made no progress.
    """
    complaints = Complaints()
    listing = _Listing()
    arguments = ["-copyts", *probe.source.arguments, "-map", f"0:{probe.stream}"]
    arguments += ["-c", "copy", "-copyinkf", "-f", "framecrc", "pipe:"]
    with Child(ffmpeg, arguments, on_line=complaints.take, subject=probe.source.path) as child:
        for text in _whole_lines(child):
            listing.take(text)
        child.wait()
    return listing.sorted(probe, complaints.first)


def key_times(probe: Probe, ffmpeg: Ffmpeg) -> frozenset[int]:
    """Return the presentation times of the pictures with which decoding can begin.

    Raises:
        MediaError: FFmpeg made no progress.
    """
    packets = read_packets(probe, ffmpeg)
    return frozenset(packets.pts[packets.keys].tolist())


def _whole_lines(child: Child) -> Iterator[bytes]:
    buffer, rest = bytearray(_CHUNK), b""
    while count := child.read_into(memoryview(buffer)):
        lines, newline, rest = (rest + bytes(buffer[:count])).rpartition(b"\n")
        yield lines + newline
    yield rest


class _Listing:
    """The lines of a run, folded into numbers as they come."""

    def __init__(self) -> None:
        self._about: dict[bytes, bytes] = {}
        self._dts, self._pts, self._sizes, self._flags = (array("q") for _ in range(4))

    def take(self, text: bytes) -> None:
        self._about.update(_HEADER.findall(text))
        for dts, pts, size, flags in _PACKET.findall(text):
            self._dts.append(int(dts))
            self._pts.append(int(pts))
            self._sizes.append(int(size))
            self._flags.append(int(flags, 16) if flags else KEY)

    def sorted(self, probe: Probe, complaint: str) -> Packets:
        pts, sizes, flags = (np.array(column, np.int64) for column in (self._pts, self._sizes, self._flags))
        anchors = np.maximum.accumulate(pts) == pts
        shown = flags & DISCARD == 0
        order = np.flatnonzero(shown)[np.argsort(pts[shown], kind="stable")]
        return Packets(
            codec=self._about.get(b"codec_id", b"").decode("ascii", "replace"),
            pts=pts[order],
            sizes=sizes[order],
            keys=flags[order] & KEY != 0,
            anchors=anchors[order],
            coded_sizes=sizes,
            coded_places=order,
            doubt=complaint or self._doubt(probe, pts[order], flags[order]),
        )

    def _doubt(self, probe: Probe, pts: NDArray[np.int64], flags: NDArray[np.int64]) -> str:
        """Tell what would make the frames other ones than the packets."""
        base = self._about.get(b"tb", b"0/1").decode("ascii", "replace")
        if not probe.has_clock or _NO_TIME in pts or Fraction(base) != probe.time_base:
            return "its packets have no times"
        if not len(pts) or not flags[0] & KEY or self._pts[0] != min(self._pts):
            return "it does not begin with a whole picture"
        if (flags & CORRUPT).any():
            return "packets are damaged"
        if (np.diff(pts) <= 0).any():
            return "two packets have one time"
        if (np.diff(np.array(self._dts, np.int64)) < 0).any():
            return "its clock runs backwards"
        return _broken_promise(probe, len(pts))


def _broken_promise(probe: Probe, packets: int) -> str:
    promise = probe.promise
    if promise.contradicts:
        return promise.contradicts
    if promise.frames is not None and promise.frames != packets and not promise.hidden:
        return f"the index promises {promise.frames} pictures, {packets} are there"
    return ""
