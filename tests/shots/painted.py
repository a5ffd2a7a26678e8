"""Painted frames: pictures with structure and colour, moved, lit and cut together."""

from collections.abc import Iterable

import numpy as np

from cinetag_plugin.document.contracts import Frame

HEIGHT, WIDTH = 90, 160
BLACK = np.full((HEIGHT, WIDTH), 16, np.uint8)

Picture = tuple[np.ndarray, int, int]
"""Luminance, and one value for each colour plane."""


def picture(seed: int, *, step: int = 0, light: int = 0) -> Picture:
    """Paint scene ``seed``; ``step`` moves the camera by as many pixels, ``light`` brightens."""
    dice = np.random.default_rng(seed)
    coarse = dice.integers(40, 180, (7, 30))
    wide = np.kron(coarse, np.ones((13, 13), int))[:HEIGHT]
    luma = np.roll(wide, -step, axis=1)[:, :WIDTH] + light
    u, v = dice.integers(100, 156, 2)
    return luma.clip(16, 235).astype(np.uint8), int(u), int(v)


def black() -> Picture:
    """Paint nothing."""
    return BLACK, 128, 128


def darkened(painted: Picture, share: float) -> Picture:
    """Fade a picture towards black: 0 is black, 1 the picture."""
    luma, u, v = painted
    return (
        (16 + share * (luma - 16.0)).astype(np.uint8),
        round(128 + share * (u - 128)),
        round(128 + share * (v - 128)),
    )


def frame(index: int, painted: Picture, **facts) -> Frame:
    """Make a frame of a picture."""
    luma, u, v = painted
    chroma = ((luma.shape[0] + 1) // 2, (luma.shape[1] + 1) // 2)
    planes = (np.full(chroma, value, np.uint8) for value in (u, v))
    return Frame(index, index * 40, luma, *planes, **facts)


def frames(pictures: Iterable[Picture], first: int = 0) -> list[Frame]:
    """Number pictures."""
    return [frame(first + place, painted) for place, painted in enumerate(pictures)]


def shot(seed: int, length: int, *, pace: int = 0) -> list[Picture]:
    """Paint a shot of ``length`` frames whose camera pans by ``pace`` pixels a frame."""
    return [picture(seed, step=pace * place) for place in range(length)]
