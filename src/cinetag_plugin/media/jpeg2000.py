"""JPEG 2000 is stored in resolution levels: a decoder that wants a small picture leaves out the largest.

ISO/IEC 15444-1, annex A: the header of a codestream. Each level left out halves width and height,
rounded up.
"""

from pathlib import Path

CODEC = "jpeg2000"
"""FFmpeg's name of the decoder."""

_START = b"\xff\x4f\xff\x51"  # SOC, SIZ
_CODING_STYLE, _COMPONENT_CODING_STYLE, _FIRST_TILE = 0xFF52, 0xFF53, 0xFF90
_MOST_COMPONENTS_IN_A_BYTE = 257
_SEARCHED = 4 << 20
_MOST_LEVELS = 5  # what FFmpeg's decoder says it can leave out


def decomposition_levels(path: Path) -> int:
    """Return how many levels can be left out of the pictures of a file, judged by its first one.

    0 where no codestream begins in its first 4 MiB, or the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_SEARCHED)
    except OSError:
        return 0
    begin = content.find(_START)
    return 0 if begin < 0 else min(_levels(content, begin + 2), _MOST_LEVELS)


def _levels(content: bytes, place: int) -> int:
    """Return the fewest levels that the main header states for any component."""
    found: list[int] = []
    components = int.from_bytes(content[place + 38 : place + 40])
    skipped = {_CODING_STYLE: 9, _COMPONENT_CODING_STYLE: 6 if components < _MOST_COMPONENTS_IN_A_BYTE else 7}
    while len(content) - place >= 4:
        marker = int.from_bytes(content[place : place + 2])
        length = int.from_bytes(content[place + 2 : place + 4])
        if marker == _FIRST_TILE or marker < 0xFF00 or length < 2:
            break
        if marker in skipped and place + skipped[marker] < len(content):
            found.append(content[place + skipped[marker]])
        place += 2 + length
    return min(found, default=0)


def coded_size(size: tuple[int, int], levels: int) -> tuple[int, int]:
    """Return width and height of a picture decoded without its ``levels`` largest levels."""
    width, height = size
    return -(-width >> levels), -(-height >> levels)  # rounded up
