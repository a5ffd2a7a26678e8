"""Pictures from files that may be anything: still ones of known formats, in RGB, of bounded size."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.files import read_limited

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_PICTURE = 100_000_000
"""Pixels."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_BINS = (8, 4, 4)
_ENOUGH = 640
"""Pixels a side: JPEG files above are decoded at a half, a quarter or an eighth that is no smaller."""


def picture_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        MediaError: it is missing, no regular file, or larger than any picture.
    """
    return read_limited(path, LARGEST_FILE, MediaError)


def decoded(content: bytes, path: Path) -> NDArray[np.uint8]:
    """Return a picture as ``(height, width, 3)`` RGB, upright; of several pictures the first.

    Raises:
        MediaError: it is no picture, damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > LARGEST_PICTURE:
                    raise MediaError(path, f"has {image.width} x {image.height} pixels", "make it smaller")
                image.draft("RGB", (_ENOUGH, _ENOUGH))
                return np.asarray(_in_colour(ImageOps.exif_transpose(image), path))
    except MediaError:
        raise
    except UnidentifiedImageError as fault:
        raise MediaError(path, "is no picture of a known kind", "mend or remove it") from fault
    except Exception as fault:  # decoders raise whatever a damaged file leads them to
        raise MediaError(path, f"cannot be read as a picture ({fault})", "mend or remove it") from fault


def _in_colour(image: Image.Image, path: Path) -> Image.Image:
    """Return a picture in RGB; what is transparent lies upon black, 16 bits become 8."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in {"I", "F"}:
        raise MediaError(path, f"has levels of an unknown range ({image.mode})", "save it with 8 or 16 bits")
    if image.has_transparency_data:
        upon = Image.new("RGBA", image.size, "black")
        return Image.alpha_composite(upon, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def colours(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the share of pixels in each of 8 x 4 x 4 cells of hue, saturation and value, 128 values.

    Takes at most every pixel of a copy 256 wide or high: a histogram needs no more.
    """
    image = Image.fromarray(picture)
    image.thumbnail((256, 256), Image.Resampling.NEAREST)
    levels = np.asarray(image.convert("HSV")).reshape(-1, 3)
    places = levels.astype(np.int64) * np.array(_BINS) // 256
    cells = np.ravel_multi_index(tuple(places.T), _BINS)
    counts = np.bincount(cells, minlength=int(np.prod(_BINS)))
    return np.asarray(counts / len(levels), np.float32)
