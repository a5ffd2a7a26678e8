"""Pictures for property tests: odd sizes, flat and busy content, every permitted memory layout."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

unhurried = settings(deadline=None)
"""No time limit an example: machines that run tests are shared."""


def laid_out(plane: np.ndarray, layout: str) -> np.ndarray:
    """Keep the pixels and change how they lie in memory."""
    if layout == "cropped":
        wide = np.full((plane.shape[0], plane.shape[1] + 5, *plane.shape[2:]), 77, dtype=np.uint8)
        wide[:, 2:-3] = plane
        return wide[:, 2:-3]
    if layout == "upside down":
        return plane[::-1].copy()[::-1]
    if layout == "read-only":
        plane.flags.writeable = False
    return plane


@st.composite
def pixels(draw, shape: tuple[int, ...]) -> np.ndarray:
    """An array of bytes: noise, one level, few levels, or extremes, in any permitted layout."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["noise", "flat", "black", "few", "extremes"]))
    if kind == "noise":
        plane = random.integers(0, 256, shape)
    elif kind == "few":
        plane = random.integers(0, 3, shape) + draw(st.integers(0, 253))
    elif kind == "extremes":
        plane = random.integers(0, 2, shape) * 255
    else:
        plane = np.full(shape, 0 if kind == "black" else draw(st.integers(0, 255)))
    layout = draw(st.sampled_from(["contiguous", "cropped", "upside down", "read-only"]))
    return laid_out(plane.astype(np.uint8), layout)


sides = st.integers(1, 70)


@st.composite
def pictures(draw) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The planes of a 4:2:0 picture."""
    height, width = draw(sides), draw(sides)
    half = (height + 1) // 2, (width + 1) // 2
    return draw(pixels((height, width))), draw(pixels(half)), draw(pixels(half))


@st.composite
def rgb_pictures(draw) -> np.ndarray:
    """A (height, width, 3) picture."""
    return draw(pixels((draw(sides), draw(sides), 3)))


def one_colour(height: int, width: int, yuv: tuple[int, int, int]) -> tuple[np.ndarray, ...]:
    """The planes of a picture of one colour."""
    half = (height + 1) // 2, (width + 1) // 2
    sizes = (height, width), half, half
    return tuple(np.full(s, x, dtype=np.uint8) for s, x in zip(sizes, yuv, strict=True))
