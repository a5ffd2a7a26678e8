"""How the reduced pictures of a frame lie in one raw 4:2:0 image that FFmpeg writes.

Detectors want few pixels, picked and not averaged; models and people want a picture. Both come from
one decode: the sample stands below the picture in one image, so that one pipe carries them in step.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Matrix, Planes

LONGEST_SIDE = 8192
"""Pixels; a picture a thousand times as wide as high stays a picture."""

SAMPLE_SIDE = 108
"""Pixels of the shorter side of a sample: 192 x 108 of a 16:9 film, every tenth pixel of 1920 x 1080."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def chroma(self) -> "Size":
        """Width and height of the two colour planes, rounded up."""
        return Size((self.width + 1) // 2, (self.height + 1) // 2)

    @property
    def even(self) -> "Size":
        """The size rounded up to whole samples of colour."""
        return Size(2 * self.chroma.width, 2 * self.chroma.height)

    @property
    def bytes(self) -> int:
        """Bytes of one 4:2:0 image."""
        return self.width * self.height + 2 * self.chroma.width * self.chroma.height


def reduced_size(displayed: tuple[Fraction, Fraction], short_side: int) -> Size:
    """Return the size with the shorter side at most ``short_side``, at display aspect, never enlarged."""
    width, height = displayed
    scale = min(Fraction(1), short_side / min(width, height), LONGEST_SIDE / max(width, height))
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


class Form(NamedTuple):
    """What frames are to be exactly: their size in square pixels, and how they encode colour."""

    size: Size
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture, a sample, or the sample below the picture.

    Attributes:
        picture: size of the picture; None where none is wanted.
        sample: size of the sample; None where none is wanted. One of the two is there.
    """

    picture: Size | None
    sample: Size | None

    @property
    def image(self) -> Size:
        """Size of the image in the pipe."""
        if self.picture is None or self.sample is None:
            only = self.picture or self.sample
            assert only is not None
            return only
        upper, lower = self.picture.even, self.sample.even
        return Size(upper.width, upper.height + lower.height)

    @property
    def shown(self) -> Size:
        """Size of a frame's own planes: those of the picture, or of the sample where there is none."""
        size = self.picture or self.sample
        assert size is not None
        return size

    def cut(self, buffer: bytearray | memoryview) -> tuple[Planes, Planes | None]:
        """Return views of a frame's planes, and of its sample's where both are there."""
        planes = planes_of(buffer, self.image)
        if self.picture is None or self.sample is None:
            return planes, None
        top = self.picture.even.height
        return _part(planes, 0, self.picture), _part(planes, top, self.sample)


def planes_of(buffer: bytearray | memoryview, size: Size) -> Planes:
    """Return views of the luminance and the two colour planes of a raw 4:2:0 image."""
    samples: NDArray[np.uint8] = np.frombuffer(buffer, dtype=np.uint8)
    chroma = size.chroma
    first, second = size.width * size.height, size.width * size.height + chroma.width * chroma.height
    return Planes(
        samples[:first].reshape(size.height, size.width),
        samples[first:second].reshape(chroma.height, chroma.width),
        samples[second:].reshape(chroma.height, chroma.width),
    )


def _part(planes: Planes, top: int, size: Size) -> Planes:
    luma = planes.y[top : top + size.height, : size.width]
    rows, columns = slice(top // 2, top // 2 + size.chroma.height), slice(size.chroma.width)
    return Planes(luma, planes.u[rows, columns], planes.v[rows, columns])
