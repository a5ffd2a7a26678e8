"""Which pictures of a film the codec coded as key frames, listed without decoding."""

import re
from collections.abc import Iterator
from fractions import Fraction

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child

_CHUNK = 1 << 20
_TIME_BASE = re.compile(rb"^#tb 0: (\d+/\d+)", re.MULTILINE)
# stream, dts, pts, duration, size, checksum; flags follow where they are not those of a key packet
_KEY_PACKET = re.compile(rb"^\d+, *-?\d+, *(-?\d+), *-?\d+, *\d+, 0x[0-9a-f]+\b(?!, *F=)", re.MULTILINE)


def key_times(probe: Probe, ffmpeg: Ffmpeg) -> frozenset[int]:
    """Return the times, in ticks of the stream's time base, of the pictures with which decoding can begin.

    Raises:
        MediaError: FFmpeg made no progress.
    """
    base, times = probe.time_base, set[int]()
    arguments = ["-copyts", *probe.source.arguments, "-map", f"0:{probe.stream}"]
    arguments += ["-c", "copy", "-f", "framecrc", "pipe:"]
    with Child(ffmpeg, arguments, on_line=lambda line: None, subject=probe.source.path) as child:
        for lines in _whole_lines(child):
            if header := _TIME_BASE.search(lines):
                base = Fraction(header[1].decode())
            times.update(round(int(pts) * base / probe.time_base) for pts in _KEY_PACKET.findall(lines))
    return frozenset(times)


def _whole_lines(child: Child) -> Iterator[bytes]:
    buffer, rest = bytearray(_CHUNK), b""
    while count := child.read_into(memoryview(buffer)):
        lines, newline, rest = (rest + bytes(buffer[:count])).rpartition(b"\n")
        yield lines + newline
    yield rest
