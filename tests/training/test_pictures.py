"""Pictures of every kind become RGB that looks as they do."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.training.pictures import decoded, picture_bytes


def read(path: Path) -> np.ndarray:
    return decoded(picture_bytes(path), path)


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(np.full((4, 6), 0x8012, np.uint16)).save(tmp_path / "grey.png")
    assert (read(tmp_path / "grey.png") == 0x80).all()


def test_what_is_transparent_lies_upon_black(tmp_path):
    pixels = np.full((4, 6, 4), 255, np.uint8)
    pixels[:, :3, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "half.png")
    assert (read(tmp_path / "half.png")[:, :3] == 0).all()
    assert (read(tmp_path / "half.png")[:, 3:] == 255).all()


def test_levels_of_an_unknown_range_are_refused(tmp_path):
    Image.fromarray(np.ones((4, 6), np.float32)).save(tmp_path / "floats.tiff")
    with pytest.raises(MediaError, match="unknown range"):
        read(tmp_path / "floats.tiff")
