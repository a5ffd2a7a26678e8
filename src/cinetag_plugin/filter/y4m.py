"""The heads of YUV4MPEG2 streams: what FFmpeg and mjpegtools write, and what FFmpeg reads.

A stream is one header line, then for each frame a line that begins with ``FRAME`` and the planes, Y, Cb,
Cr and alpha, without padding. Samples above 8 bits take two bytes, little endian.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.media.source import LARGEST_PICTURE

MAGIC = b"YUV4MPEG2 "
FRAME = b"FRAME\n"
LONGEST_LINE = 4096
"""Bytes of a header or FRAME line that are looked through for its end; FFmpeg gives up at 80 to 97."""

FALLBACK_RATE = Fraction(25)
"""Frames a second where the header tells no rate; FFmpeg's own choice."""

_HALVED = {"420": (1, 1), "422": (1, 0), "444": (0, 0), "411": (2, 0)}
_SITED = {"420jpeg": "420", "420mpeg2": "420", "420paldv": "420"}
_DEEP = re.compile(r"(420|422|444)p(9|10|12|14|16)", re.ASCII)
_DEEP_GRAY = re.compile(r"mono(9|10|12|16)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_RATIO = re.compile(r"([0-9]{1,9}):([0-9]{1,9})", re.ASCII)


class UnfitStreamError(Exception):
    """The stream cannot be parted into frames, for the reason given; its bytes can still be passed on."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says.

    Attributes:
        width, height: in pixels.
        chroma: the ``C`` tag, or what stands for it.
        rate: frames a second; None where the line does not say.
        mixed: interlacing changes from frame to frame (``Im``).
        tags: all others that FFmpeg understands, as they stood.
    """

    width: int
    height: int
    chroma: str
    rate: Fraction | None
    mixed: bool
    tags: tuple[str, ...]

    @property
    def frame_bytes(self) -> int:
        """Bytes of the planes of a frame.

        Raises:
            UnfitStreamError: the ``C`` tag is none that we know.
        """
        picture = self.width * self.height
        if self.chroma == "mono":
            return picture
        if _DEEP_GRAY.fullmatch(self.chroma):
            return 2 * picture
        if self.chroma == "444alpha":
            return 4 * picture
        deep = _DEEP.fullmatch(self.chroma)
        halved = _HALVED.get(deep[1] if deep else _SITED.get(self.chroma, self.chroma))
        if halved is None:
            raise UnfitStreamError(f"its pixel format C{self.chroma} is unknown")
        across, down = halved
        plane = -(-self.width >> across) * -(-self.height >> down)
        return (picture + 2 * plane) * (2 if deep else 1)

    @property
    def is_deep(self) -> bool:
        """Whether a sample takes two bytes."""
        return bool(_DEEP.fullmatch(self.chroma) or _DEEP_GRAY.fullmatch(self.chroma))

    def line(self, rate: Fraction) -> bytes:
        """Return a header line of our own that FFmpeg takes, without what it would stumble over."""
        interlacing = ["I?"] if self.mixed else []
        words = [f"W{self.width}", f"H{self.height}", f"F{rate.numerator}:{rate.denominator}"]
        return MAGIC + " ".join([*words, *interlacing, *self.tags, f"C{self.chroma}"]).encode("ascii") + b"\n"


def parsed(line: bytes) -> Header:
    """Read a header line, with its newline.

    Raises:
        UnfitStreamError: it has no size, or one that no film has.
    """
    given = _tags(line)
    width, height = _number(given.get("W", "")), _number(given.get("H", ""))
    if not width or not height:
        raise UnfitStreamError("its header tells no size")
    if width * height > LARGEST_PICTURE:
        raise UnfitStreamError(f"its pictures of {width}x{height} are larger than any film's")
    chroma = given.get("C") or given.get("XYSCSS", "").lower() or "420jpeg"
    interlacing = given.get("I", "")
    kept = [f"I{interlacing}"] if interlacing in {"p", "t", "b", "?"} else []
    if _RATIO.fullmatch(given.get("A", "")):
        kept.append(f"A{given['A']}")
    if given.get("XCOLORRANGE") in {"FULL", "LIMITED"}:
        kept.append(f"XCOLORRANGE={given['XCOLORRANGE']}")
    return Header(width, height, chroma, _rate(given.get("F", "")), interlacing == "m", tuple(kept))


def _tags(line: bytes) -> dict[str, str]:
    """Return the words of a header by their letter, those that begin with X by their name."""
    words = line.removeprefix(MAGIC).decode("ascii", "replace").split()
    found: dict[str, str] = {}
    for word in words:
        name, is_pair, value = word.partition("=")
        found[name if is_pair else word[0]] = value if is_pair else word[1:]
    return found


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _rate(text: str) -> Fraction | None:
    ratio = _RATIO.fullmatch(text)
    if ratio is None or int(ratio[1]) == 0 or int(ratio[2]) == 0:
        return None
    return Fraction(int(ratio[1]), int(ratio[2]))
