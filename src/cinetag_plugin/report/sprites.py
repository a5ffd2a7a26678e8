"""Key frames as small pictures, many in one JPEG: what a page can carry of a long film."""

import io
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

MOST_PICTURES = 6000
"""Pictures of one page; of a film with more shots every second, third … shot has one."""

_COLUMNS, _ROWS = 10, 10
_SIDES = ((600, 192), (1500, 144), (3500, 112), (MOST_PICTURES, 88))
"""The longer side of a picture, in pixels, by how many there are at most."""

_QUALITIES = (80, 70, 60, 50, 40, 30, 20)


class Sheets(NamedTuple):
    """Sprites of one film.

    Attributes:
        width, height: of each small picture, in pixels.
        columns, rows: how many lie beside and below each other on a sheet.
        shots: the shot of each picture, in the order in which they lie on the sheets, row by row.
        jpegs: the sheets, base64.
    """

    width: int
    height: int
    columns: int
    rows: int
    shots: Sequence[int]
    jpegs: Sequence[str]

    def facts(self) -> dict[str, Any]:
        """Return where each picture lies, without the pictures."""
        return {name: value for name, value in self._asdict().items() if name != "jpegs"}


class Sprites:
    """Takes pictures one after the other, keeps them small, and lays them out on sheets.

    Args:
        count: how many there will be; it decides how small they are.
    """

    def __init__(self, count: int) -> None:
        self._side = next((side for most, side in _SIDES if count <= most), _SIDES[-1][1])
        self._pictures: dict[int, Image.Image] = {}

    def add(self, shot: int, picture: "NDArray[np.uint8]") -> None:
        """Keep the picture of a shot, ``(height, width, 3)`` RGB; all must have one shape."""
        from PIL import Image

        image = Image.fromarray(picture)
        image.thumbnail((self._side, self._side), Image.Resampling.BOX, reducing_gap=None)
        self._pictures[shot] = image

    def sheets(self, budget: int) -> Sheets | None:
        """Return sheets of at most ``budget`` characters of base64 together; None where nothing fits.

        Quality goes first; where the poorest is still too large, every second picture goes.
        """
        kept = dict(sorted(self._pictures.items()))
        while kept:
            for quality in _QUALITIES:
                jpegs = _within(_encoded(list(kept.values()), quality), budget)
                if jpegs is not None:
                    width, height = next(iter(kept.values())).size
                    return Sheets(width, height, _COLUMNS, _ROWS, tuple(kept), jpegs)
            kept = dict(list(kept.items())[::2]) if len(kept) > 1 else {}
        return None


def _within(jpegs: Iterator[str], budget: int) -> list[str] | None:
    found: list[str] = []
    for jpeg in jpegs:
        budget -= len(jpeg)
        if budget < 0:
            return None
        found.append(jpeg)
    return found


def _encoded(pictures: "Sequence[Image.Image]", quality: int) -> Iterator[str]:
    from PIL import Image

    width, height = pictures[0].size
    for first in range(0, len(pictures), _COLUMNS * _ROWS):
        lot = pictures[first : first + _COLUMNS * _ROWS]
        rows = -(-len(lot) // _COLUMNS)
        sheet = Image.new("RGB", (width * _COLUMNS, height * rows))
        for place, picture in enumerate(lot):
            sheet.paste(picture, (place % _COLUMNS * width, place // _COLUMNS * height))
        target = io.BytesIO()
        sheet.save(target, "JPEG", quality=quality, optimize=True)
        yield b64encode(target.getvalue()).decode("ascii")


def pictured(key_frames: Mapping[int, int]) -> dict[int, int]:
    """Return which shots get a picture, of ``{shot: frame}``: all, or evenly as many as a page carries."""
    every = max(1, -(-len(key_frames) // MOST_PICTURES))
    return dict(list(key_frames.items())[::every])
