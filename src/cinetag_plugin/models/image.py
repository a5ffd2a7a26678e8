"""From a picture to the array that a model takes: cutting, scaling, channel order, number type.

Training and analysis both go through :func:`prepare`, so that a model sees in a film what it was
trained on. Scaling is Pillow's bilinear filter, whose support grows with the reduction (it averages
over all source pixels, as ``antialias=True`` does elsewhere); it works on bytes and rounds to bytes.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cinetag_plugin.document.contracts import ModelInput

Bytes = NDArray[np.uint8]


def prepare(picture: Bytes, wanted: ModelInput) -> NDArray[np.float32 | np.uint8 | np.int8]:
    """Return a picture as one model input of a batch of one.

    Args:
        picture: ``(height, width, 3)`` uint8, RGB in display colours at display aspect (square pixels).
        wanted: a picture input; float32 gives ``(byte - mean) / std`` per channel, uint8 the bytes
            as they are, int8 the byte less 128.

    Returns:
        ``(1, H, W, 3)``, or ``(1, 3, H, W)`` for the layout NCHW, C-contiguous.

    Raises:
        ValueError: the picture is not of that form, or ``wanted`` does not describe a picture.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"a picture is (height, width, 3) uint8, not {picture.shape} {picture.dtype}")
    if wanted.kind != "picture" or len(wanted.size) != 2:
        raise ValueError(f"a picture input has a height and a width, not {wanted.kind} {wanted.size}")
    pixels = _scaled(picture, *wanted.size, wanted.crop)
    if wanted.colour == "BGR":
        pixels = pixels[..., ::-1]
    numbers = _numbers(pixels, wanted)
    if wanted.layout == "NCHW":
        numbers = np.moveaxis(numbers, -1, 0)
    return np.ascontiguousarray(numbers[np.newaxis])


def _scaled(picture: Bytes, height: int, width: int, crop: str) -> Bytes:
    source = Image.fromarray(np.ascontiguousarray(picture))
    if crop == "fit":
        return _with_bars(source, height, width)
    box = _centre(source.size, (width, height)) if crop == "centre" else None
    return np.asarray(source.resize((width, height), Image.Resampling.BILINEAR, box=box))


def _centre(have: tuple[int, int], want: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the largest middle box (left, top, right, bottom) of the wanted aspect, in part pixels."""
    scale = min(have[0] / want[0], have[1] / want[1])
    box_width, box_height = want[0] * scale, want[1] * scale
    left, top = max(0.0, (have[0] - box_width) / 2), max(0.0, (have[1] - box_height) / 2)
    return left, top, min(left + box_width, have[0]), min(top + box_height, have[1])


def _with_bars(source: Image.Image, height: int, width: int) -> Bytes:
    scale = min(width / source.width, height / source.height)
    inner = max(1, round(source.width * scale)), max(1, round(source.height * scale))
    framed = np.zeros((height, width, 3), np.uint8)
    top, left = (height - inner[1]) // 2, (width - inner[0]) // 2
    scaled = np.asarray(source.resize(inner, Image.Resampling.BILINEAR))
    framed[top : top + inner[1], left : left + inner[0]] = scaled
    return framed


def _numbers(pixels: Bytes, wanted: ModelInput) -> NDArray[np.float32 | np.uint8 | np.int8]:
    if wanted.dtype == "uint8":
        return pixels
    if wanted.dtype == "int8":
        return (pixels.astype(np.int16) - 128).astype(np.int8)
    mean, std = np.asarray(wanted.mean, np.float32), np.asarray(wanted.std, np.float32)
    return ((pixels.astype(np.float32) - mean) / std).astype(np.float32)
