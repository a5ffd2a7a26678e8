"""Contact sheets: many small pictures in rows on one, each with words below it."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

MOST_PICTURES = 200
"""Pictures of a sheet; more are parted evenly among several."""

MOST_COLUMNS = 8

_GAP, _LINE = 8, 20  # pixels between pictures, and for the words
_LETTERS = 13
_PAPER, _INK = (24, 24, 24), (224, 224, 224)
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture, ``(height, width, 3)`` RGB bytes, and the words below it."""

    rgb: NDArray[np.uint8]
    words: str


def sheets_for(pictures: int) -> int:
    """Return how many sheets so many pictures take."""
    return max(1, -(-pictures // MOST_PICTURES))


def sheets(pictures: Sequence[Picture], form: Literal["jpeg", "png"]) -> Iterator[bytes]:
    """Yield contact sheets as the bytes of files, :func:`sheets_for` the pictures.

    Pictures go from left to right and down, in :func:`columns_for` them; each has a cell as large as
    the first picture. The same pictures give the same bytes.

    Args:
        pictures: one at least, all about the size of the first.
        form: kind of file.
    """
    count = sheets_for(len(pictures))
    borders = [round(sheet * len(pictures) / count) for sheet in range(count + 1)]
    for start, end in itertools.pairwise(borders):
        yield _saved(_sheet(pictures[start:end]), form)


def columns_for(pictures: int) -> int:
    """Return how many columns make a sheet about as wide as high, of pictures wider than high."""
    return min(MOST_COLUMNS, max(1, round(math.sqrt(pictures * 0.75))))


def _sheet(pictures: Sequence[Picture]) -> Image:
    from PIL import Image, ImageDraw, ImageFont

    height, width = pictures[0].rgb.shape[:2]
    columns = columns_for(len(pictures))
    rows = -(-len(pictures) // columns)
    size = (_GAP + columns * (width + _GAP), _GAP + rows * (height + _LINE + _GAP))
    sheet = Image.new("RGB", size, _PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_LETTERS)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        left, top = _GAP + column * (width + _GAP), _GAP + row * (height + _LINE + _GAP)
        sheet.paste(Image.fromarray(picture.rgb).crop((0, 0, width, height)), (left, top))
        draw.text((left, top + height + 2), picture.words, font=font, fill=_INK)
    return sheet


def _saved(sheet: Image, form: Literal["jpeg", "png"]) -> bytes:
    target = io.BytesIO()
    if form == "jpeg":
        sheet.save(target, "JPEG", quality=_JPEG_QUALITY)
    else:
        sheet.save(target, "PNG")
    return target.getvalue()
