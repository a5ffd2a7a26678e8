"""Where the planes of picture and sample lie in one raw image."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.media.layout import SAMPLE_SIDE, Layout, Size, planes_of, reduced_size

sides = st.integers(1, 40)


@st.composite
def layouts(draw) -> Layout:
    picture = Size(draw(sides), draw(sides))
    sample = Size(draw(st.integers(1, picture.width)), draw(st.integers(1, picture.height)))
    return Layout(picture, sample)


@given(layouts())
def test_picture_and_sample_come_out_as_they_went_in(layout: Layout) -> None:
    dice = np.random.default_rng(1)
    image = planes_of(bytearray(layout.image.bytes), layout.image)
    parts = []
    for size, top in ((layout.picture, 0), (layout.sample, layout.picture.even.height)):
        shapes = [(size.height, size.width), *[(size.chroma.height, size.chroma.width)] * 2]
        planes = [dice.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]
        for whole, plane, row in zip(image, planes, (top, top // 2, top // 2), strict=True):
            whole[row : row + plane.shape[0], : plane.shape[1]] = plane
        parts.append(planes)
    buffer = bytearray(b"".join(plane.tobytes() for plane in image))
    assert len(buffer) == layout.image.bytes
    picture, sample = layout.cut(buffer)
    for got, put in zip((picture, sample), parts, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(got, put, strict=True))


@pytest.mark.parametrize("which", ["picture", "sample"])
def test_one_alone_is_the_whole_image(which: str) -> None:
    size = Size(7, 5)
    layout = Layout(**{"picture": None, "sample": None} | {which: size})
    planes, other = layout.cut(bytearray(size.bytes))
    assert (planes.y.shape, planes.u.shape) == ((5, 7), (3, 4))
    assert other is None
    assert layout.shown == layout.image == size


def test_a_sample_of_full_hd_picks_every_tenth_pixel() -> None:
    assert reduced_size((Fraction(1920), Fraction(1080)), SAMPLE_SIDE) == Size(192, 108)
