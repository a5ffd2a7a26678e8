"""A reel without encoding again: the packets of one film, cut where decoding can begin.

A scene is lengthened to the key frame at or before its beginning and to the one at or after its end;
those that touch then are joined. Only key frames count before which no picture is coded that is shown
later (closed groups of pictures), so that no picture of a piece needs one outside it. Sound is cut
between its own packets: at each joint the picture may stand for up to about a tenth of a second.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.files import put_in_place
from cinetag_plugin.document.records import Film
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.packets import Packets, read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.process import Child
from cinetag_plugin.reels.footage import Footage
from cinetag_plugin.reels.scenes import Scene
from cinetag_plugin.reels.unfinished import (
    PATIENCE,
    OnProgress,
    file_url,
    folder_beside,
    not_written,
    refuse_other_length,
)

_REMEDY = "leave out --copy"
_RUN_UP, _RUN_OUT = 1, 2  # seconds read before and after a piece, so that none of its packets is missed
_OWN = {"mp4": ".mp4", "matroska": ".mkv", "mpegts": ".ts"}
_FRAMING = 256  # bytes
_QUIET = ("-loglevel", "level+repeat+warning")
_COPIED = ("-c", "copy", "-map_chapters", "-1")


@dataclass(frozen=True, slots=True)
class Source:
    """The film that is copied from, its packets, and the program that copies."""

    footage: Footage
    packets: Packets
    ffmpeg: Ffmpeg


def read_source(footage: Footage, ffmpeg: Ffmpeg) -> Source:
    """List the packets of a film that is to be copied from.

    Raises:
        MediaError: they do not tell which frame is where.
    """
    packets = read_packets(footage.probe, ffmpeg)
    _refuse_doubtful(footage, packets)
    return Source(footage, packets, ffmpeg)


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames ``[start, end)`` that are copied for a chosen ``[wanted_start, wanted_end)`` in them."""

    start: int
    end: int
    wanted_start: int
    wanted_end: int

    def moved(self, film: Film) -> tuple[Fraction, Fraction]:
        """Return how many seconds earlier it begins, and how many later it ends, than was wanted."""
        seconds = film.clock.seconds
        early = seconds(self.wanted_start) - seconds(self.start)
        return early, seconds(self.end) - seconds(self.wanted_end)


def pieces_of(scenes: Sequence[Scene], packets: Packets) -> list[Piece]:
    """Return what is copied for the scenes of one film, given in time."""
    borders = [*_closed_keys(packets), len(packets)]
    pieces: list[Piece] = []
    for scene in scenes:
        start = borders[bisect_right(borders, scene.start) - 1]
        end = borders[bisect_left(borders, scene.end)]
        if pieces and start <= pieces[-1].end:
            first = pieces.pop()
            pieces.append(Piece(first.start, max(first.end, end), first.wanted_start, scene.end))
        else:
            pieces.append(Piece(start, end, scene.start, scene.end))
    return pieces


def _closed_keys(packets: Packets) -> Iterator[int]:
    before = np.maximum.accumulate(packets.coded_places)
    for key in np.flatnonzero(packets.keys).tolist():
        if key == 0 or before[key - 1] < packets.coded_places[key]:
            yield key


def _refuse_doubtful(footage: Footage, packets: Packets) -> None:
    doubt, film = packets.doubt, footage.film
    if footage.probe.source.composition is not None:
        doubt = "it is a package"
    elif not doubt and not packets.keys[0]:
        doubt = "it does not begin with a key frame"
    elif not doubt and [film.clock.pts(frame) for frame in range(film.frames)] != packets.pts.tolist():
        doubt = "its packets are not the frames that were analysed"
    if doubt:
        raise MediaError(footage.probe.source.path, f"cannot be cut without decoding ({doubt})", _REMEDY)


def copy_reel(
    pieces: Sequence[Piece], source: Source, target: Path, *, on_piece: OnProgress, overwrite: bool
) -> None:
    """Write pieces of a film one after the other, whole or not at all; each is checked.

    Args:
        pieces: as :func:`pieces_of` gives them.
        source: the film.
        target: a name that ends in one of :data:`.assembly.SUFFIXES`.
        on_piece: told how many are copied.
        overwrite: what stands at ``target`` is replaced.

    Raises:
        MediaError: the film cannot be read, or not be cut so.
        ExportError: the reel cannot be written, or the film does not go into such a file uncoded.
    """
    suffix = target.suffix.lower()
    with folder_beside(target) as folder:
        names: list[str] = []
        is_heard = True
        for number, piece in enumerate(pieces):
            on_piece(number, len(pieces))
            names.append(f"piece{number:06}{piece_suffix(source)}")
            heard = _copy(source, piece, folder / names[-1], target)
            is_heard = heard if number == 0 else is_heard
            if heard and not is_heard:
                # joined, they would have the streams of the first alone
                fault = "has no sound in the first scene chosen, and has in another: it would be lost"
                raise MediaError(source.footage.probe.source.path, fault, _REMEDY)
        listed = folder / "pieces.ffconcat"
        listed.write_text("ffconcat version 1.0\n" + "".join(f"file {name}\n" for name in names), "ascii")
        whole = folder / f"reel{suffix}"
        _run([*_QUIET, "-f", "concat", "-i", file_url(listed), *_COPIED], whole, source, target)
        refuse_other_length(whole, sum(piece.end - piece.start for piece in pieces), source.ffmpeg, target)
        put_in_place(whole, target, overwrite=overwrite)


def piece_suffix(source: Source) -> str:
    """Return the container of pieces: the film's own kind, whose ticks are the same.

    In another one a bitstream filter may be told ticks of one kind and the length of the other.
    """
    return next((suffix for name, suffix in _OWN.items() if name in source.footage.probe.format), ".mkv")


def _copy(source: Source, piece: Piece, part: Path, target: Path) -> bool:
    """Copy a piece, see by its pictures' sizes that it is the right one; return whether it is heard."""
    _run(copy_arguments(source, piece), part, source, target)
    copied = probe(part, source.ffmpeg)
    if not _is_like(read_packets(copied, source.ffmpeg), source.packets, piece):
        fault = f"cannot be cut at its key frame {piece.start}"
        raise MediaError(source.footage.probe.source.path, fault, _REMEDY)
    return copied.sound is not None


def _is_like(written: Packets, packets: Packets, piece: Piece) -> bool:
    sizes = packets.sizes[piece.start : piece.end]
    if len(written) != len(sizes):
        return False
    # another container may part the slices of a picture in another way
    return bool((np.abs(written.sizes - sizes) <= _FRAMING + sizes // 50).all())


def copy_arguments(source: Source, piece: Piece) -> Sequence[str]:
    """Return FFmpeg's arguments that copy the pictures of a piece, and the sound of that time.

    FFmpeg begins to read at a key frame before the piece, whichever it finds, and stops some time
    after it; a bitstream filter drops by their times the packets that are not wanted.
    """
    facts, clock = source.footage.probe, source.footage.film.clock
    half = 1 / (2 * facts.rate)
    begins = clock.pts(piece.start) * facts.time_base - half
    ends = clock.pts(piece.end - 1) * facts.time_base + half
    seek = max(Fraction(0), begins - facts.start - _RUN_UP)
    stop = ends - facts.start - seek + _RUN_OUT
    heard = () if facts.sound is None else ("-map", f"0:{facts.sound}")
    unwanted = f"noise=drop=lt(pts*tb\\,{float(begins):.6f})+gt(pts*tb\\,{float(ends):.6f})"
    return [
        *(*_QUIET, "-copyts", *(("-ss", f"{float(seek):.6f}") if seek else ()), "-t", f"{float(stop):.6f}"),
        *(*facts.source.arguments, "-map", f"0:{facts.stream}", *heard, "-bsf", unwanted),
        *("-avoid_negative_ts", "make_zero", *_COPIED),
    ]


def _run(arguments: Sequence[str], output: Path, source: Source, target: Path) -> None:
    complaints = Complaints()
    whole = ["-y", *arguments, file_url(output)]
    with Child(
        source.ffmpeg, whole, on_line=complaints.take, subject=target, patience=PATIENCE, output=output
    ) as child:
        if child.wait():
            raise not_written(target, complaints.first, f"try .mkv, or {_REMEDY}")
