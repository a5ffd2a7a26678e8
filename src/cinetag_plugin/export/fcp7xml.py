"""Final Cut Pro 7 XML (``xmeml`` 5), which Premiere Pro and DaVinci Resolve import.

A sequence of the film's shots as clips of one video track, its beats and tags as markers of the
sequence, in frames from its start. Sound is left out unless it is asked for. Frames of clips count from
the first of their file, whatever its timecode.
"""

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import unquote

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.document.time import nominal
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.fcp7_sound import add_sound, describe, link, picture_id
from cinetag_plugin.export.labels import labelled
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.markup import Element, child, document
from cinetag_plugin.export.pieces import Piece, Reel, pieces
from cinetag_plugin.export.text import NAME_LIMIT, clean

CARRIES = Carries()

_POINT = -1  # stands for the end of a marker of one frame
_SHAPES = {
    (720, 480): "NTSC-601",
    (720, 486): "NTSC-601",
    (720, 576): "PAL-601",
    (960, 720): "HD-(960x720)",
    (1280, 1080): "HD-(1280x1080)",
    (1440, 1080): "HD-(1440x1080)",
}
_WIDE = Fraction(3, 2)  # between pictures of 4:3 and of 16:9


def render(table: Sequence[Event], analysis: Analysis, *, audio: bool = False) -> bytes:
    """Return the file.

    Args:
        table: the events.
        analysis: what they were made from.
        audio: with the film's sound, where it has any.

    Raises:
        ExportError: the film's rate is none that the format knows.
    """
    grid, film = conformed(analysis), analysis.film
    label = labelled(film, grid, "Final Cut Pro 7 XML")
    root = Element("xmeml", version="5")
    sequence = child(root, "sequence", id="seq-1")
    child(sequence, "name", clean(f"{clean(film.name, NAME_LIMIT)} - cinetag"))
    child(sequence, "duration", str(grid.length))
    _rate(sequence, grid.rate)
    timecode = child(sequence, "timecode")
    _rate(timecode, grid.rate)
    child(timecode, "string", label(0))
    child(timecode, "frame", str(grid.start))
    child(timecode, "displayformat", "DF" if grid.drop else "NDF")
    media = child(sequence, "media")
    _format(child(child(media, "video"), "format"), film, grid)
    _Clips(analysis, grid, audio and film.has_audio).add_to(media)
    for mark in kept(table, grid, CARRIES):
        _marker(sequence, mark)
    return document(root, "xmeml")


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers do not hold."""
    return lost(table, conformed(analysis), CARRIES)


def _rate(parent: Element, rate: Fraction) -> None:
    made = child(parent, "rate")
    child(made, "timebase", str(nominal(rate)))
    child(made, "ntsc", _flag(rate.denominator != 1))


def _flag(holds: bool) -> str:
    return "TRUE" if holds else "FALSE"


def _format(parent: Element, film: Film, grid: Conformed) -> None:
    """Add the picture's form, without which Resolve shows no timeline and Premiere may squash it."""
    made = child(parent, "samplecharacteristics")
    _rate(made, grid.rate)
    size = (film.width, film.height)
    shape = "square" if film.pixel_aspect == 1 else _SHAPES.get(size, "square")
    wide = shape.endswith("601") and film.pixel_aspect * film.width / film.height > _WIDE
    child(made, "width", str(film.width))
    child(made, "height", str(film.height))
    child(made, "anamorphic", _flag(wide))
    child(made, "pixelaspectratio", shape)
    child(made, "fielddominance", "none")


class _Clips:
    """The clips of picture and sound, which refer to the same files."""

    def __init__(self, analysis: Analysis, grid: Conformed, sound: bool) -> None:
        self._shots = len(analysis.shots)
        self._grid = grid
        self._sound = sound
        self._cut = pieces(analysis, grid)
        self._known: list[Reel] = []

    def add_to(self, media: Element) -> None:
        """Add the track of the picture, and those of the sound."""
        track = child(media[0], "track")
        for number, piece in enumerate(self._cut, start=1):
            clip = self._clip(track, picture_id(number), piece)
            if self._sound:
                link(clip, number)
        if self._sound:
            add_sound(child(media, "audio"), self._cut, self._clip)

    def _clip(self, track: Element, identifier: str, piece: Piece) -> Element:
        clip = child(track, "clipitem", id=identifier)
        child(clip, "name", piece.name(self._shots))
        child(clip, "duration", str(_length(piece.reel)))
        _rate(clip, self._grid.rate)
        for tag, frame in _frames(piece):
            child(clip, tag, str(frame))
        self._file(clip, piece.reel)
        return clip

    def _file(self, clip: Element, reel: Reel) -> None:
        """Describe a file where it is first used, and refer to it afterwards."""
        if reel in self._known:
            child(clip, "file", id=f"f{self._known.index(reel) + 1}")
            return
        self._known.append(reel)
        file = child(clip, "file", id=f"f{len(self._known)}")
        _file(file, reel, self._grid)
        if self._sound:
            describe(file)


def _frames(piece: Piece) -> list[tuple[str, int]]:
    source = (piece.reel.entry_at(piece.start), piece.reel.entry_at(piece.end))
    return [("start", piece.start), ("end", piece.end), ("in", source[0]), ("out", source[1])]


def _file(parent: Element, reel: Reel, grid: Conformed) -> None:
    url = reel.url
    child(parent, "name", clean(unquote(url.rpartition("/")[2]), NAME_LIMIT))
    child(parent, "pathurl", _local(url))
    _rate(parent, grid.rate)
    child(parent, "duration", str(_length(reel)))


def _length(reel: Reel) -> int:
    """Return how many frames a file has at least: those before what the film shows of it, and those."""
    return reel.entry + reel.length


def _local(url: str) -> str:
    """Return a ``file:///`` address with the host that the format wants, a drive's colon escaped."""
    path = url.removeprefix("file:///")
    if path[1:3] == ":/":
        path = f"{path[0]}%3a{path[2:]}"
    return f"file://localhost/{path}"


def _marker(sequence: Element, mark: Mark) -> None:
    made = child(sequence, "marker")
    child(made, "name", mark.name)
    child(made, "comment", mark.comment)
    child(made, "in", str(mark.start))
    child(made, "out", str(_POINT if mark.duration == 1 else mark.end))
    if number := colour(mark.colour, "premiere_pprocolor"):  # green, the default, has none
        child(made, "pproColor", number)
