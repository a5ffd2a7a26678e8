"""A project for Shotcut (MLT XML): the film cut at its shots, its beats and tags as markers.

MLT counts the frames of a file from its first, whatever its timecode, and includes the last; it brings a
file of another or of a variable rate to that of the project by time. Times of markers are in milliseconds;
their text, which stands on the timeline, is the name alone.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.document.time import seconds_at
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.markup import Element, child, document
from cinetag_plugin.export.pieces import Piece, Reel, pieces, reels
from cinetag_plugin.export.text import clock_time

CARRIES = Carries(comments=False)

_MILLISECONDS = 3
_HIGH_DEFINITION = 720
# what XML 1.0 section 2.2 leaves out, and the carriage return, which its readers change
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the project, of one video track over the black that Shotcut expects below it."""
    grid, film = conformed(analysis), analysis.film
    files = reels(film, grid)
    root = Element("mlt", LC_NUMERIC="C", title="cinetag")
    child(root, "profile", **_profile(film, grid))
    _properties(child(root, "playlist", id="main_bin"), xml_retain="1")
    for number, reel in enumerate(files):
        _file(root, number, reel)
    _background(root, grid.length)
    track = child(root, "playlist", id="playlist0")
    _properties(track, **{"shotcut:video": "1", "shotcut:name": "V1"})
    for piece in pieces(analysis, grid):
        child(track, "entry", **_entry(piece, files))
    tractor = child(root, "tractor", id="tractor0", title="cinetag", **_range(0, grid.length))
    _properties(tractor, shotcut="1")
    _markers(tractor, kept(table, grid, CARRIES), grid)
    for name in ("background", "playlist0"):
        child(tractor, "track", producer=name)
    _mixed(tractor)
    return document(root)


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers do not hold."""
    return lost(table, conformed(analysis), CARRIES)


def _profile(film: Film, grid: Conformed) -> dict[str, str]:
    shape = film.pixel_aspect * Fraction(film.width, film.height)
    return {
        "description": "cinetag",
        "width": str(film.width),
        "height": str(film.height),
        "progressive": "1",
        "sample_aspect_num": str(film.pixel_aspect.numerator),
        "sample_aspect_den": str(film.pixel_aspect.denominator),
        "display_aspect_num": str(shape.numerator),
        "display_aspect_den": str(shape.denominator),
        "frame_rate_num": str(grid.rate.numerator),
        "frame_rate_den": str(grid.rate.denominator),
        "colorspace": "709" if film.height >= _HIGH_DEFINITION else "601",
    }


def _file(root: Element, number: int, reel: Reel) -> None:
    length = reel.entry_at(reel.end)
    made = child(root, "producer", id=f"producer{number}", **_range(0, length))
    path = _NOT_IN_XML.sub("\ufffd", str(Path(reel.path).absolute()))
    _properties(made, length=str(length), resource=path, mlt_service="avformat", seekable="1")


def _background(root: Element, length: int) -> None:
    black = child(root, "producer", id="black", **_range(0, length))
    _properties(black, length=str(length), resource="0", mlt_service="color", mlt_image_format="rgba")
    child(child(root, "playlist", id="background"), "entry", producer="black", **_range(0, length))


def _entry(piece: Piece, files: Sequence[Reel]) -> dict[str, str]:
    start, end = piece.reel.entry_at(piece.start), piece.reel.entry_at(piece.end)
    return {"producer": f"producer{files.index(piece.reel)}"} | _range(start, end)


def _range(start: int, end: int) -> dict[str, str]:
    """Return frames ``[start, end)`` as MLT says them: the last one included."""
    return {"in": str(start), "out": str(end - 1)}


def _markers(tractor: Element, found: Sequence[Mark], grid: Conformed) -> None:
    if not found:
        return
    parent = child(tractor, "properties", name="shotcut:markers")
    for number, mark in enumerate(found):
        start, end = _clocks(mark, grid)
        said = child(parent, "properties", name=str(number))
        _properties(said, text=mark.name, start=start, end=end, color=colour(mark.colour, "hex"))


def _clocks(mark: Mark, grid: Conformed) -> Iterator[str]:
    """Yield start and end; a marker of one frame is a point, which ends where it starts."""
    for place in (mark.start, mark.end if mark.duration > 1 else mark.start):
        yield clock_time(seconds_at(place, grid.rate), _MILLISECONDS)


def _mixed(tractor: Element) -> None:
    """Lay the film over the black, its sound with it, as Shotcut itself does."""
    tracks = {"a_track": "0", "b_track": "1"}
    mix = child(tractor, "transition", id="transition0")
    _properties(mix, **tracks, mlt_service="mix", always_active="1", sum="1")
    over = child(tractor, "transition", id="transition1")
    _properties(over, **tracks, mlt_service="frei0r.cairoblend", disable="1")


def _properties(parent: Element, **values: str) -> None:
    for name, value in values.items():
        child(parent, "property", value, name=name)
