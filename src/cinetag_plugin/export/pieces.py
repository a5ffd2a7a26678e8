"""The film as a list of clips: cut at its shots and at its files, each with its place in its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.document.records import Analysis, Film, Shot
from cinetag_plugin.document.time import nearest_frame, seconds_at
from cinetag_plugin.export.conform import Conformed
from cinetag_plugin.export.events import shot_name

NOT_ANALYSED = "Not analysed"


@dataclass(frozen=True, slots=True)
class Reel:
    """A file of the film: it shows places ``[start, end)``.

    ``entry`` is the place of the file's own that it shows first, counted from 0; ``first_label`` is the
    number that the file's timecode gives to its place 0.
    """

    path: str
    start: int
    end: int
    entry: int
    first_label: int

    @property
    def url(self) -> str:
        """The file's address."""
        return file_url(self.path)

    @property
    def length(self) -> int:
        """How many places of the film it shows."""
        return self.end - self.start

    def entry_at(self, place: int) -> int:
        """Return the place in the file, counted from 0, of a place of the film."""
        return self.entry + place - self.start

    def media_at(self, place: int) -> int:
        """Return the number that the file's timecode gives to a place of the film."""
        return self.first_label + self.entry_at(place)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one clip shows: places ``[start, end)`` of the film, from one file, of one shot or none."""

    start: int
    end: int
    reel: Reel
    shot: Shot | None

    def name(self, shots: int) -> str:
        """Return what the clip is called in a film of so many shots."""
        return shot_name(self.shot.index, shots) if self.shot else NOT_ANALYSED


def pieces(analysis: Analysis, grid: Conformed) -> list[Piece]:
    """Cut the film at the borders of its shots, and of its files where there are several.

    What was not analysed (``--start``, ``--end``) is kept as clips of the film, not as gaps: stack
    time is the film's frame, the durations of the clips add up to the film, and who plays the
    timeline sees the whole film instead of black.
    """
    files = reels(analysis.film, grid)
    return [
        Piece(max(start, reel.start), min(end, reel.end), reel, shot)
        for start, end, shot in _stretches(analysis, grid)
        for reel in files
        if max(start, reel.start) < min(end, reel.end)
    ]


def _stretches(analysis: Analysis, grid: Conformed) -> Iterator[tuple[int, int, Shot | None]]:
    reached = 0
    for shot in analysis.shots:
        start, end = grid.span(shot.start, shot.end)
        if start > reached:
            yield reached, start, None
        yield start, end, shot
        reached = end
    if reached < grid.length:
        yield reached, grid.length, None


def reels(film: Film, grid: Conformed) -> list[Reel]:
    """Return the files of a film in order.

    A plain film is one file that counts from its start timecode. The parts of a package or a joined
    film count from their own first frame, as their decoders do.
    """
    if not film.sources or [source.path for source in film.sources] == [film.path]:
        return [Reel(film.path, 0, grid.length, 0, grid.media_start)]
    starts = [grid.place(source.start) for source in film.sources]
    ends = [*starts[1:], grid.length]
    entries = [nearest_frame(seconds_at(s.entry, s.rate), grid.rate) for s in film.sources]
    rows = zip(film.sources, starts, ends, entries, strict=True)
    return [Reel(source.path, start, end, entry, 0) for source, start, end, entry in rows]


def file_url(path: str) -> str:
    """Return an absolute, percent-encoded ``file:///`` address; a relative path starts at the current folder.

    Bytes of a name that are no UTF-8 are kept as they are; what no file system takes becomes ``?``.
    """
    absolute = Path(path).absolute()
    try:
        return absolute.as_uri()
    except UnicodeEncodeError:
        return Path(str(absolute).encode("utf-8", "replace").decode("utf-8")).as_uri()
