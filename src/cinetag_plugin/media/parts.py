"""Decoding a film part by part: what FFmpeg is told for each run of it.

A run is one process: a part, or a short one that the composition repeats. It delivers the pictures of
its part and no others, with the times they have in the film: one tick is one frame of the composition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from cinetag_plugin.media.package.opening import Composition, Part

LOOPED = 32 << 20
"""Bytes of pictures that FFmpeg may keep to repeat them, rather than decode them again."""

# what ends an MXF file that was closed in good order: then it has an index, and seeking in it is exact
_RANDOM_INDEX_PACK = bytes.fromhex("060e2b34020501010d01020101110100")
_TAIL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Run:
    """One process of decoding.

    Attributes:
        part: the first time it is shown.
        times: how often in all, one after the other.
        rate: of the composition.
        stereoscopic: the file has a left and a right picture for each frame.
    """

    part: Part
    times: int
    rate: Fraction
    stereoscopic: bool

    @property
    def seek(self) -> Fraction:
        """Seconds of the file that can be left out unread, less than the entry by at least a picture."""
        exact = self.part.rate == self.rate and not self.stereoscopic
        if not exact or self.part.entry < 2 or not _is_closed(self.part.path):
            return Fraction(0)
        return (self.part.entry - 1) / self.rate

    def cut(self, stream: Any) -> Any:
        """Keep the part's pictures, with the times they have in the film."""
        part, last = self.part, self.part.entry + self.part.frames
        stream = stream.filter("settb", expr=str(1 / self.rate))
        if self.stereoscopic:
            stream = stream.filter("trim", start_pts=2 * part.entry, end_pts=2 * last)
            stream = stream.filter("select", "not(mod(pts,2))")
            return stream.filter("setpts", f"PTS/2-{part.entry}+{part.start}")
        if part.rate != self.rate:
            stream = stream.filter("trim", start_frame=part.entry, end_frame=last)
            return stream.filter("setpts", f"N+{part.start}")
        stream = stream.filter("trim", start_pts=part.entry, end_pts=last)
        return stream.filter("setpts", f"PTS-{part.entry}+{part.start}")

    def repeated(self, stream: Any) -> Any:
        """Show the pictures again, as often as wanted."""
        if self.times == 1:
            return stream
        stream = stream.filter("loop", loop=self.times - 1, size=self.part.frames)
        return stream.filter("setpts", f"N+{self.part.start}")


def runs(composition: Composition, frame_bytes: int) -> Iterator[Run]:
    """Yield the runs of a film in order; ``frame_bytes`` is the size of a decoded picture."""
    playlist = composition.playlist
    for _, group in groupby(composition.parts, key=lambda part: (part.path, part.entry, part.frames)):
        same = list(group)
        if same[0].frames * frame_bytes <= LOOPED:
            yield Run(same[0], len(same), playlist.rate, playlist.stereoscopic)
        else:
            yield from (Run(part, 1, playlist.rate, playlist.stereoscopic) for part in same)


def _is_closed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            return _RANDOM_INDEX_PACK in file.read(_TAIL)
    except OSError:
        return False
