"""Many pictures on few sheets, within a budget."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.report.sprites import MOST_PICTURES, Sheets, Sprites, pictured


def _plain(level: int, size: tuple[int, int] = (180, 320)) -> np.ndarray:
    return np.full((*size, 3), level, np.uint8)


def _sprites(pictures) -> Sprites:
    sprites = Sprites(len(pictures))
    for shot, picture in enumerate(pictures):
        sprites.add(shot, picture)
    return sprites


def _cut_out(sheets: Sheets, place: int) -> np.ndarray:
    """The picture at a place, found as the page finds it."""
    sheet, inside = divmod(place, sheets.columns * sheets.rows)
    row, column = divmod(inside, sheets.columns)
    with Image.open(io.BytesIO(b64decode(sheets.jpegs[sheet]))) as image:
        x, y = column * sheets.width, row * sheets.height
        return np.asarray(image.crop((x, y, x + sheets.width, y + sheets.height)))


def test_each_picture_lies_where_the_sheets_say():
    levels = [(7 * shot) % 256 for shot in range(230)]
    sheets = _sprites([_plain(level) for level in levels]).sheets(1_000_000)
    assert len(sheets.jpegs) == 3
    assert sheets.shots == tuple(range(230))
    for place in (0, 9, 10, 99, 100, 229):
        assert abs(_cut_out(sheets, place).mean() - levels[place]) < 3


@pytest.mark.parametrize(("size", "shape"), [((180, 320), (108, 192)), ((320, 180), (192, 108))])
def test_pictures_keep_their_shape(size, shape):
    sheets = _sprites([_plain(90, size)]).sheets(100_000)
    assert (sheets.height, sheets.width) == shape


@pytest.mark.parametrize("budget", [700_000, 60_000, 20_000])
def test_noise_stays_within_the_budget(budget):
    """Noise is the worst that JPEG can meet: quality goes, then pictures, evenly."""
    noise = np.random.default_rng(4).integers(0, 256, (60, 108, 192, 3), dtype=np.uint8)
    sheets = _sprites(noise).sheets(budget)
    assert sum(map(len, sheets.jpegs)) <= budget
    steps = set(np.diff(sheets.shots))
    assert steps == {1} if budget == 700_000 else len(steps) <= 1
    assert (len(sheets.shots) < 60) == (budget < 700_000)


def test_where_not_one_picture_fits_there_are_none():
    assert _sprites([_plain(3)] * 3).sheets(100) is None
    assert Sprites(0).sheets(1000) is None


def test_the_same_pictures_give_the_same_sheets():
    noise = np.random.default_rng(5).integers(0, 256, (30, 108, 192, 3), dtype=np.uint8)
    assert _sprites(noise).sheets(200_000) == _sprites(noise).sheets(200_000)


def test_of_very_many_shots_evenly_as_many_as_fit_have_pictures():
    shots = {shot: 24 * shot for shot in range(2 * MOST_PICTURES + 1)}
    chosen = pictured(shots)
    assert len(chosen) <= MOST_PICTURES
    assert set(np.diff(list(chosen))) == {3}
    assert pictured({4: 100}) == {4: 100}
