"""The forms in which frames come, and how each is parted into blocks while it is passed on."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, Protocol

from cinetag_plugin.filter import y4m
from cinetag_plugin.filter.backlog import Backlog, Block
from cinetag_plugin.filter.copying import Copier
from cinetag_plugin.filter.places import Places
from cinetag_plugin.filter.y4m import Header, UnfitStreamError

OnBlock = Callable[[], None]
Form = Literal["y4m", "nut", "mkv"]

DEMUXERS: dict[Form, str] = {"y4m": "yuv4mpegpipe", "nut": "nut", "mkv": "matroska"}
"""What FFmpeg calls each form."""

_MAGICS: dict[Form, bytes] = {
    "y4m": y4m.MAGIC,
    "nut": b"nut/multimedia container\0",
    "mkv": b"\x1a\x45\xdf\xa3",
}
_PIECE = 1 << 20


class CutShortError(Exception):
    """The stream is broken where it should go on; the reason is told."""


class Passing(Protocol):
    """A form's way of being passed on."""

    form: Form
    warnings: list[str]

    @property
    def block_bytes(self) -> int:
        """The size of a block."""

    @property
    def head(self) -> bytes:
        """What the analysis reads before the blocks."""

    def pass_on(self, copier: Copier, backlog: Backlog, on_block: OnBlock) -> None:
        """Pass everything on, and hand it to the analysis; ``on_block`` is called after every block.

        Raises:
            CutShortError: the stream ends inside a frame, or does not go on as it should.
        """


def begun(
    copier: Copier, wanted: Form | None, *, rate: Fraction | None, sample: bool, places: Places
) -> Passing:
    """Pass on the first bytes, and find out by them what comes.

    Args:
        copier: passes bytes on.
        wanted: the form that it must be; None for any.
        rate: frames a second where the stream does not tell.
        sample: leave frames out of the analysis rather than wait for it.
        places: gets a note of every frame.

    Raises:
        CutShortError: nothing came at all.
        UnfitStreamError: it is none of the forms, or cannot be parted into frames.
    """
    first = bytearray(len(y4m.MAGIC))
    del first[copier.take(memoryview(first)) :]
    if not first:
        raise CutShortError("is empty: see what the program before it says (deep y4m needs -strict -1)")
    form = next((name for name, magic in _MAGICS.items() if magic.startswith(first[: len(magic)])), None)
    if form is None or (wanted is not None and form != wanted):
        raise UnfitStreamError(
            f"it is no {wanted} stream" if wanted else "it is neither y4m, nut nor Matroska"
        )
    if form != "y4m":
        return PassedPieces(form, bytes(first), sample=sample)
    return PassedFrames(_header(copier, bytes(first)), rate, sample=sample, places=places)


def _header(copier: Copier, first: bytes) -> Header:
    line, byte = bytearray(first), bytearray(1)
    while not line.endswith(b"\n"):
        if len(line) >= y4m.LONGEST_LINE:
            raise UnfitStreamError("its header has no end")
        if not copier.take(memoryview(byte)):
            raise CutShortError("ends inside its header")
        line += byte
    return y4m.parsed(bytes(line))


class PassedFrames:
    """Passes on y4m, a frame a block.

    Raises:
        UnfitStreamError: the size of its frames cannot be told.
    """

    form: Form = "y4m"

    def __init__(self, header: Header, rate: Fraction | None, *, sample: bool, places: Places) -> None:
        self._frame_bytes = header.frame_bytes
        self._halves_samples = header.is_deep and header.width % 2 == 1
        self._sample = sample
        self._places = places
        self.warnings: list[str] = []
        if header.rate is None and rate is None:
            self.warnings.append(
                f"the stream does not tell its rate: {y4m.FALLBACK_RATE} frames a second taken"
            )
        if header.mixed:
            self.warnings.append("interlacing changes from frame to frame: nothing is deinterlaced")
        self.head = header.line(header.rate or rate or y4m.FALLBACK_RATE)

    @property
    def block_bytes(self) -> int:
        """A frame with its line, and room for parameters on it."""
        return len(y4m.FRAME) + self._frame_bytes + y4m.LONGEST_LINE

    def pass_on(self, copier: Copier, backlog: Backlog, on_block: OnBlock) -> None:
        """Pass on every frame; see :meth:`Passing.pass_on`."""
        spare = backlog.spare() if self._sample else None
        while True:
            block = backlog.room(wait=spare is None)
            left_out = block is None
            block = block or spare
            assert block is not None
            if not self._take(copier, block):
                break
            self._places.note(analysed=not left_out)
            if not left_out:
                backlog.put(block)
            on_block()
        if not self._places.frames:
            raise CutShortError("holds no frame")

    def _take(self, copier: Copier, block: Block) -> bool:
        """Take a frame into a block; tell whether there was one."""
        count = copier.take(block.view[: len(y4m.FRAME) + self._frame_bytes])
        if count == 0:
            return False
        line, more = self._line(copier, block.view, count)
        end = line + self._frame_bytes
        if count + more + copier.take(block.view[count + more : end]) < end:
            raise self._ends()
        # the analysis gets a bare line: FFmpeg stumbles over long ones
        block.begin, block.end = line - len(y4m.FRAME), end
        block.view[block.begin : line] = y4m.FRAME
        return True

    def _line(self, copier: Copier, view: memoryview, count: int) -> tuple[int, int]:
        """Return the bytes of the frame's line, of which ``count`` or more have come, and the bytes taken."""
        begin = view[: min(count, y4m.LONGEST_LINE)].tobytes()
        if begin.startswith(y4m.FRAME):
            return len(y4m.FRAME), 0
        if y4m.FRAME.startswith(begin):
            raise self._ends()
        if not begin.startswith(b"FRAME "):
            if self._places.frames == 1 and self._halves_samples:
                raise UnfitStreamError("FFmpeg wrote half samples, as it does of deep pictures of odd width")
            raise CutShortError(f"has something else where frame {self._places.frames} should begin")
        more = 0
        while b"\n" not in begin:
            if len(begin) == y4m.LONGEST_LINE:
                raise CutShortError(f"has no end of the line where frame {self._places.frames} begins")
            if not copier.take(view[count + more : count + more + 1]):
                raise self._ends()
            more += 1
            begin = view[: count + more].tobytes()
        return begin.index(b"\n") + 1, more

    def _ends(self) -> CutShortError:
        return CutShortError(f"ends inside frame {self._places.frames}")


class PassedPieces:
    """Passes on a stream that FFmpeg takes apart, in pieces as they come."""

    def __init__(self, form: Form, first: bytes, *, sample: bool) -> None:
        self.form = form
        self.head = first
        self.warnings = ["--on-lag sample needs y4m: the pipe waits for the analysis"] if sample else []

    @property
    def block_bytes(self) -> int:
        """A piece."""
        return _PIECE

    def pass_on(self, copier: Copier, backlog: Backlog, on_block: OnBlock) -> None:
        """Pass on every piece; see :meth:`Passing.pass_on`."""
        while True:
            block = backlog.room(wait=True)
            assert block is not None
            block.end = copier.take_some(block.view)
            if not block.end:
                return
            backlog.put(block)
            on_block()


def pass_rest(copier: Copier) -> None:
    """Pass on what is left, unseen."""
    buffer = memoryview(bytearray(_PIECE))
    while copier.take_some(buffer):
        pass
