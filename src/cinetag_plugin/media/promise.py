"""What a container promises, against what came out of it: FFmpeg itself does not complain."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.media.listing import Listing, Stream
from cinetag_plugin.media.mp4 import track_promise
from cinetag_plugin.media.source import Source

_MOV = "mov"
_SLACK = Fraction(1, 2)  # seconds; lengths in headers are rounded, and some count the last frame twice
_TS_PACKETS = (188, 192, 204)


@dataclass(frozen=True)
class Promise:
    """How much film a file says it holds.

    Attributes:
        frames: pictures, None where it does not say.
        seconds: length, None where it does not say, or does not say whether of picture or sound.
        hidden: seconds that an edit list leaves out.
        contradicts: why the file cannot be right, empty where nothing is wrong.
    """

    frames: int | None = None
    seconds: Fraction | None = None
    hidden: Fraction = Fraction(0)
    contradicts: str = ""

    def broken(self, frames: int, seconds: Fraction, step: Fraction) -> Iterator[str]:
        """Yield what is wrong with ``frames`` decoded frames that last ``seconds``, each ``step`` long."""
        if self.contradicts:
            yield self.contradicts
        missing = 0 if self.frames is None else self.frames - frames
        if missing > 0 and self.hidden >= step:
            yield f"an edit list hides {missing} frames of the file"
        elif missing > 0:
            yield f"the file promises {self.frames} frames, {frames} could be decoded"
        elif self.seconds is not None and seconds < self.seconds - max(_SLACK, 2 * step):
            yield f"the file promises {float(self.seconds):.2f} s, {float(seconds):.2f} s could be decoded"


def promise_of(source: Source, listing: Listing, stream: Stream) -> Promise:
    """Read what the file says of ``stream``."""
    if source.frames is not None:
        return Promise(frames=source.frames)
    if listing.format.startswith(_MOV) and stream.id is not None:
        return _promise_of_index(source, stream.id)
    if listing.format == "mpegts":
        size = source.path.stat().st_size
        whole = any(size % packet == 0 for packet in _TS_PACKETS)
        return Promise(contradicts="" if whole else "the file ends inside a packet")
    # the length is that of the longest stream: it tells nothing where there are others
    return Promise(seconds=listing.duration if len(listing.streams) == 1 else None)


def _promise_of_index(source: Source, track: int) -> Promise:
    found = track_promise(source.path, track)
    if found is None:
        return Promise()
    if found.samples != found.timed:
        return Promise(contradicts=f"the index is damaged: {found.timed} times for {found.samples} pictures")
    return Promise(frames=found.samples, hidden=found.hidden)
