"""Which pictures of H.264 and HEVC are intra, read from the head of each picture's first slice.

Containers mark only the pictures with which decoding can begin. Encoders also put intra pictures at
cuts that follow such a picture closely, and the slice type is what tells (ITU-T H.264 7.3.3,
H.265 7.3.6.1). Nothing is decoded: the packets are copied and a few bits of each are read.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.packets import Packets
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child

_HEAD = 64
_START = b"\0\0\1"
_LENGTH_BYTES = 4
_MOST_UNITS = 64


def intra_pictures(probe: Probe, ffmpeg: Ffmpeg, packets: Packets) -> NDArray[np.bool_]:
    """Tell for every picture in display order whether it is intra; of other codecs the key pictures.

    Raises:
        MediaError: FFmpeg made no progress.
    """
    is_intra = {"h264": _is_intra_h264, "hevc": _is_intra_hevc}.get(packets.codec)
    if is_intra is None:
        return packets.keys.copy()
    arguments = ["-copyts", *probe.source.arguments, "-map", f"0:{probe.stream}"]
    arguments += ["-c", "copy", "-copyinkf", "-f", "data", "pipe:"]
    found = np.zeros(len(packets.coded_sizes), np.bool_)
    with Child(ffmpeg, arguments, on_line=lambda line: None, subject=probe.source.path) as child:
        for place, data in enumerate(_each(child, packets.coded_sizes)):
            found[place] = any(is_intra(unit) for unit in _slices(data, packets.codec))
    return found[packets.coded_places] | packets.keys


def _each(child: Child, sizes: NDArray[np.int64]) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(int(sizes.max(initial=0))))
    for size in sizes.tolist():
        if child.read_into(buffer[:size]) < size:
            return
        yield buffer[:size]


def _slices(data: memoryview, codec: str) -> Iterator[bytes]:
    """Yield the head of a packet's first slice, if it has one."""
    for unit in _units(data):
        kind = unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63
        if kind in {1, 5} if codec == "h264" else kind < 32:
            yield unit
            return


def _units(data: memoryview) -> Iterator[bytes]:
    """Yield the heads of the NAL units: each with its length before it, or parted by start codes."""
    places = _by_length(data) or _by_start_code(bytes(data))
    return (bytes(data[place : place + _HEAD]) for place in places if place < len(data))


def _by_length(data: memoryview) -> list[int]:
    """Return where the units begin; empty where the lengths do not add up to the packet's end."""
    places: list[int] = []
    place = 0
    while place + _LENGTH_BYTES < len(data) and len(places) < _MOST_UNITS:
        places.append(place + _LENGTH_BYTES)
        place += _LENGTH_BYTES + int.from_bytes(data[place : place + _LENGTH_BYTES], "big")
    return places if place == len(data) or len(places) == _MOST_UNITS else []


def _by_start_code(data: bytes) -> Iterator[int]:
    place = data.find(_START)
    for _ in range(_MOST_UNITS):
        if place < 0:
            return
        yield place + len(_START)
        place = data.find(_START, place + len(_START))


class _Bits:
    """The bits of a NAL unit's head, without its header and its emulation prevention bytes."""

    def __init__(self, head: bytes, skip: int) -> None:
        clean = head[skip:].replace(b"\0\0\3", b"\0\0")
        self._text = bin(int.from_bytes(b"\1" + clean, "big"))[3:]
        self._place = 0

    def flag(self) -> bool:
        self._place += 1
        return self._text[self._place - 1 : self._place] == "1"

    def number(self) -> int:
        """Read an Exp-Golomb code (9.1)."""
        zeros = self._text.find("1", self._place) - self._place
        if zeros < 0:
            return -1
        begin = self._place + zeros
        self._place = begin + zeros + 1
        return int(self._text[begin : self._place] or "0", 2) - 1


def _is_intra_h264(unit: bytes) -> bool:
    bits = _Bits(unit, 1)
    bits.number()  # first_mb_in_slice
    return bits.number() in {2, 4, 7, 9}


def _is_intra_hevc(unit: bytes) -> bool:
    bits = _Bits(unit, 2)
    bits.flag()  # first_slice_segment_in_pic_flag
    if 16 <= unit[0] >> 1 & 63 <= 23:
        bits.flag()  # no_output_of_prior_pics_flag
    bits.number()  # slice_pic_parameter_set_id
    return bits.number() == 2
