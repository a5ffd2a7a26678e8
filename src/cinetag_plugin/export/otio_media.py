"""The files of a film as OpenTimelineIO refers to them, and where each frame lies in them."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from cinetag_plugin.document.records import Film
from cinetag_plugin.document.time import nearest_frame, seconds_at
from cinetag_plugin.export.conform import Conformed


@dataclass(frozen=True, slots=True)
class Reel:
    """A file of the film: it shows places ``[start, end)``, and calls the first of them ``media_start``."""

    url: str
    start: int
    end: int
    media_start: int
    rate: Fraction

    def media_range(self, start: int, end: int) -> otio.opentime.TimeRange:
        """Return places ``[start, end)`` of the film in the file's own time."""
        return time_range(self.media_start + start - self.start, end - start, self.rate)

    def reference(self) -> otio.schema.ExternalReference:
        """Return a new reference to the file; what it offers is what the film shows of it."""
        return otio.schema.ExternalReference(
            target_url=self.url, available_range=self.media_range(self.start, self.end)
        )


def reels(film: Film, grid: Conformed) -> list[Reel]:
    """Return the files of a film in order.

    A plain film is one file that counts from its start timecode. The parts of a package or a joined
    film count from their own first frame, as their decoders do.
    """
    if not film.sources or [source.path for source in film.sources] == [film.path]:
        return [_reel(film.path, 0, grid.length, grid.start, grid)]
    starts = [grid.place(source.start) for source in film.sources]
    ends = [*starts[1:], grid.length]
    entries = [nearest_frame(seconds_at(s.entry, s.rate), grid.rate) for s in film.sources]
    rows = zip(film.sources, starts, ends, entries, strict=True)
    return [_reel(source.path, start, end, entry, grid) for source, start, end, entry in rows]


def _reel(path: str, start: int, end: int, media_start: int, grid: Conformed) -> Reel:
    return Reel(file_url(path), start, end, media_start, grid.rate)


def file_url(path: str) -> str:
    """Return an absolute, percent-encoded ``file:///`` address; a relative path starts at the current folder.

    Bytes of a name that are no UTF-8 are kept as they are; what no file system takes becomes ``?``.
    """
    absolute = Path(path).absolute()
    try:
        return absolute.as_uri()
    except UnicodeEncodeError:
        return Path(str(absolute).encode("utf-8", "replace").decode("utf-8")).as_uri()


def time_range(start: int, duration: int, rate: Fraction) -> otio.opentime.TimeRange:
    """Return a range of whole frames; here, at the very end, a rate becomes a float."""
    return otio.opentime.TimeRange(whole_time(start, rate), whole_time(duration, rate))


def whole_time(frames: int, rate: Fraction) -> otio.opentime.RationalTime:
    """Return a whole number of frames as OpenTimelineIO counts them."""
    return otio.opentime.RationalTime(float(frames), float(rate))
