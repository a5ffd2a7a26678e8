"""Reading what FFmpeg's ``showinfo`` filter says of the first frame: its exact clock, size and colours.

FFmpeg's threads share standard error, so a line may begin inside an unfinished one; the numbers of
a frame are always written in one piece.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

_CONFIG = re.compile(
    r"\[Parsed_showinfo_\d+ @ 0x[0-9a-f]+\] \[info\] "
    r"config in time_base: (\d+)/(\d+), frame_rate: (\d+)/(\d+)"
)
_PICTURE = re.compile(r"n: *0 pts:.* fmt:(\S+) .*sar:(\d+)/(\d+) s:(\d+)x(\d+) i:(\S)")
_COLOURS = re.compile(r"\bcolor_(range|space|primaries|trc):(\S+)")
_GOP = re.compile(r"side data - GOP timecode(?: -|:) (\d\d:\d\d:\d\d[:;.]\d\d)")


@dataclass(frozen=True)
class FirstFrame:
    """What ``showinfo`` says of a stream and its first frame.

    Attributes:
        time_base: seconds a tick lasts.
        rate: frames a second as FFmpeg guesses, None where it cannot.
        pixel_format: FFmpeg's name.
        pixel_aspect: width over height of a pixel; 1 where unknown.
        width, height: after rotation.
        field_order: ``P`` progressive, ``T`` or ``B`` the field that comes first.
        colours: ``range``, ``space``, ``primaries``, ``trc``; absent where unknown.
        gop_timecode: label in the picture data of MPEG-2, empty where none.
    """

    time_base: Fraction
    rate: Fraction | None
    pixel_format: str
    pixel_aspect: Fraction
    width: int
    height: int
    field_order: str
    colours: dict[str, str]
    gop_timecode: str


def first_frame(lines: Iterable[str]) -> FirstFrame | None:
    """Return the facts of the first frame; None where none was decoded."""
    text = list(lines)
    begin = next((i for i, line in enumerate(text) if _CONFIG.match(line)), len(text))
    config = _CONFIG.match(text[begin]) if begin < len(text) else None
    rest = "\n".join(text[begin:])
    picture = _PICTURE.search(rest)
    if not config or not picture or not int(config[1]) or not int(config[2]):
        return None
    about = rest[picture.start() :].partition(" n:   1 pts:")[0]
    colours = {key: value for key, value in _COLOURS.findall(about) if value != "unknown"}
    gop = _GOP.search(about)
    return FirstFrame(
        time_base=Fraction(int(config[1]), int(config[2])),
        rate=_rate(int(config[3]), int(config[4])),
        pixel_format=picture[1],
        pixel_aspect=Fraction(int(picture[2]) or 1, int(picture[3]) or 1) if int(picture[2]) else Fraction(1),
        width=int(picture[4]),
        height=int(picture[5]),
        field_order=picture[6],
        colours=colours,
        gop_timecode=gop[1] if gop else "",
    )


def _rate(numerator: int, denominator: int) -> Fraction | None:
    return Fraction(numerator, denominator) if numerator and denominator else None
