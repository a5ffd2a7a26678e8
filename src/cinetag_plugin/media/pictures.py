"""Frames as pictures: RGB arrays, and JPEG or PNG bytes."""

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame

_JPEG_QUALITY = 85


def rgb_of(frame: Frame) -> NDArray[np.uint8]:
    """Return a frame as ``(height, width, 3)`` RGB bytes, a copy that may be kept."""
    rgb: NDArray[np.uint8] = _fast.yuv_to_rgb(
        frame.y, frame.u, frame.v, matrix=frame.matrix, full_range=frame.full_range
    )
    return rgb


def encoded(picture: NDArray[np.uint8], form: Literal["jpeg", "png"]) -> bytes:
    """Return an RGB picture as the bytes of a file; the same picture gives the same bytes."""
    from PIL import Image  # half of an import's time, and most analyses make no picture

    target = io.BytesIO()
    image = Image.fromarray(picture)
    if form == "jpeg":
        image.save(target, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    else:
        image.save(target, "PNG")
    return target.getvalue()
