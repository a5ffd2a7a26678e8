"""Arithmetic on pictures: flat arrays of the bytes of a raw 8-bit 4:2:0 frame, luminance 16 to 235."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.layout import Size, planes_of

Picture = NDArray[np.uint8]
"""``(size.bytes,)``: luminance row by row, then the two colour planes."""

Values = NDArray[np.floating[Any]]

Weight = float | Values
"""From 0 to 1: one for the whole picture, or one a byte as :func:`spread` makes them."""

BLACK, WHITE, NEUTRAL = 16, 235, 128


def plain(size: Size, luminance: int) -> Picture:
    """Return a picture of one grey."""
    picture = np.full(size.bytes, NEUTRAL, np.uint8)
    picture[: size.width * size.height] = luminance
    return picture


def mixed(a: Picture, b: Picture, weight: Weight) -> Picture:
    """Return ``a`` where the weight is 0, ``b`` where it is 1, rounded to the nearest level between."""
    mix: NDArray[Any] = np.rint(a + (b.astype(np.float32) - a) * weight)
    return mix.astype(np.uint8)


def spread(mask: Values, size: Size) -> Values:
    """Return a mask of ``(height, width)`` as one weight a byte; colour takes every other pixel's."""
    colour = mask[::2, ::2].ravel()
    return np.concatenate([mask.ravel(), colour, colour]).astype(np.float32)


def luminance(picture: Picture, size: Size) -> Picture:
    """Return the luminance alone, ``(height, width)``, a view."""
    return picture[: size.width * size.height].reshape(size.height, size.width)


def distance(a: Picture, b: Picture, size: Size) -> float:
    """Return the mean absolute difference of luminance, in levels."""
    pixels = size.width * size.height
    return float(np.abs(a[:pixels].astype(np.int16) - b[:pixels]).mean())


def developed(picture: Picture, size: Size, gain: float, gamma: float = 1.0) -> Picture:
    """Return a picture exposed anew: luminance to the power of ``gamma`` and times ``gain``, like colour."""
    pixels = size.width * size.height
    levels = np.arange(256, dtype=np.float64)
    light = ((np.clip(levels, BLACK, WHITE) - BLACK) / (WHITE - BLACK)) ** gamma * gain
    curve = np.rint(BLACK + np.clip(light, 0, 1) * (WHITE - BLACK)).astype(np.uint8)
    tint = np.rint(np.clip(NEUTRAL + (levels - NEUTRAL) * gain, 16, 240)).astype(np.uint8)
    return np.concatenate([curve[picture[:pixels]], tint[picture[pixels:]]])


def grained(picture: Picture, size: Size, strength: float, rng: np.random.Generator) -> Picture:
    """Return a picture with noise of ``strength`` levels (standard deviation) on its luminance."""
    pixels = size.width * size.height
    noisy = picture.astype(np.float32)
    noisy[:pixels] += strength * rng.standard_normal(pixels, dtype=np.float32)
    return np.rint(np.clip(noisy, BLACK, WHITE)).astype(np.uint8) if strength else picture


def barred(picture: Picture, size: Size, across: float, down: float) -> Picture:
    """Return a picture with black bars: shares of the width left and right, of the height above and below."""
    mask = np.zeros((size.height, size.width), np.float32)
    x, y = 2 * round(size.width * across / 2), 2 * round(size.height * down / 2)
    mask[y : size.height - y, x : size.width - x] = 1
    return mixed(plain(size, BLACK), picture, spread(mask, size))


def swung(picture: Picture, size: Size, shift: int, blur: int) -> Picture:
    """Return what a camera sees after a turn of ``shift`` pixels, its shutter open for ``blur`` of them.

    Beyond its edge the picture goes on as in a mirror, so after a whole width it stands there mirrored.
    """
    turned = [
        _swung(plane, round(shift / step), max(1, round(blur / step)))
        for plane, step in _steps(picture, size)
    ]
    return np.concatenate([plane.ravel() for plane in turned])


def _steps(picture: Picture, size: Size) -> list[tuple[Picture, int]]:
    y, u, v = planes_of(bytearray(picture.tobytes()), size)
    return [(y, 1), (u, 2), (v, 2)]


def _swung(plane: Picture, shift: int, blur: int) -> Picture:
    width = plane.shape[1]
    wide = np.concatenate([plane, plane[:, ::-1]], axis=1)
    places = (np.arange(width + blur - 1) + shift - blur // 2) % (2 * width)
    sums = np.cumsum(wide[:, places], axis=1, dtype=np.float64)
    sums = np.concatenate([np.zeros((len(plane), 1)), sums], axis=1)
    return np.rint((sums[:, blur:] - sums[:, :-blur]) / blur).astype(np.uint8)
