"""What the index of an MP4 or QuickTime file promises: how many pictures, and how many stay hidden.

FFmpeg does not print it, and ends with success when a file holds less than its index says. Read
after ISO/IEC 14496-12; a file that does not follow it gives no promise, never an error.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

_MOST_BOXES = 10_000
_LARGEST_TABLE = 1 << 26


@dataclass(frozen=True)
class TrackPromise:
    """What the index says of one track.

    Attributes:
        samples: pictures in the table of sizes.
        timed: pictures in the table of times; the two agree in a sound file.
        hidden: seconds of the track that its edit list does not show.
    """

    samples: int
    timed: int
    hidden: Fraction


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


def track_promise(path: Path, track_id: int) -> TrackPromise | None:
    """Return what the index says of the track with this id; None where it says nothing, or nonsense."""
    try:
        with path.open("rb") as file:
            return _promise(file, track_id)
    except (OSError, ValueError, struct.error, StopIteration, ZeroDivisionError):
        return None


def _promise(file: BinaryIO, track_id: int) -> TrackPromise | None:
    movie = _child(file, _Box(b"", 0, file.seek(0, 2)), b"moov")
    if any(box.kind == b"mvex" for box in _boxes(file, movie)):
        return None  # fragmented: the index is spread over the file
    movie_scale = _timescale(file, _child(file, movie, b"mvhd"))
    for track in _boxes(file, movie):
        if track.kind == b"trak" and _track_id(file, track) == track_id:
            return _of_track(file, track, movie_scale)
    return None


def _of_track(file: BinaryIO, track: _Box, movie_scale: int) -> TrackPromise:
    media = _child(file, track, b"mdia")
    scale = _timescale(file, _child(file, media, b"mdhd"))
    table = _child(file, _child(file, media, b"minf"), b"stbl")
    samples = int.from_bytes(_content(file, _child(file, table, b"stsz"))[8:12])
    times = _rows(file, _child(file, table, b"stts"), ">u4", 2).astype(object)
    length = Fraction(int(sum(times[:, 0] * times[:, 1])), scale)
    shown = _shown(file, track, movie_scale)
    hidden = max(Fraction(0), length - shown) if shown is not None else Fraction(0)
    return TrackPromise(samples=samples, timed=int(sum(times[:, 0])), hidden=hidden)


def _shown(file: BinaryIO, track: _Box, movie_scale: int) -> Fraction | None:
    """Return the seconds of media that the edit list shows; None without a list, or with an open end."""
    edits = [box for box in _boxes(file, track) if box.kind == b"edts"]
    if not edits:
        return None
    entry = _child(file, edits[0], b"elst")
    if _content(file, entry, 1)[0] == 1:
        rows = _rows(file, entry, ">i8", 2, stride=20)
    else:
        rows = _rows(file, entry, ">i4", 2, stride=12)
    lengths = [int(length) for length, begin in rows if begin >= 0]
    return Fraction(sum(lengths), movie_scale) if all(lengths) else None


def _boxes(file: BinaryIO, parent: _Box) -> Iterator[_Box]:
    place = parent.start
    for _ in range(_MOST_BOXES):
        if place + 8 > parent.end:
            return
        file.seek(place)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        size = size or parent.end - place
        if size < head:
            raise ValueError("a box smaller than its head")
        yield _Box(kind, place + head, min(place + size, parent.end))
        place += size


def _child(file: BinaryIO, parent: _Box, kind: bytes) -> _Box:
    return next(box for box in _boxes(file, parent) if box.kind == kind)


def _content(file: BinaryIO, box: _Box, most: int = 64) -> bytes:
    file.seek(box.start)
    return file.read(min(most, box.end - box.start))


def _timescale(file: BinaryIO, box: _Box) -> int:
    content = _content(file, box)
    place = 20 if content[0] == 1 else 12
    return int.from_bytes(content[place : place + 4])


def _track_id(file: BinaryIO, track: _Box) -> int:
    content = _content(file, _child(file, track, b"tkhd"))
    place = 20 if content[0] == 1 else 12
    return int.from_bytes(content[place : place + 4])


def _rows(file: BinaryIO, box: _Box, number: str, columns: int, stride: int | None = None) -> "np.ndarray":
    """Return a table of numbers; it ends with the box, whatever its count says."""
    count = int.from_bytes(_content(file, box)[4:8])
    width = stride or columns * np.dtype(number).itemsize
    room = min(box.end - box.start - 8, _LARGEST_TABLE) // width
    file.seek(box.start + 8)
    content = file.read(min(count, room) * width)
    row = np.dtype({"names": ["c"], "formats": [(number, (columns,))], "itemsize": width})
    table: np.ndarray = np.frombuffer(content, dtype=row)["c"]
    return table
