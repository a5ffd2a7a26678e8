"""Contact sheets are bounded, and every picture stands in its place."""

import io

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.report.contact_sheet import MOST_PICTURES, Picture, columns_for, sheets, sheets_for


def picture(level: int) -> Picture:
    return Picture(np.full((12, 20, 3), level, np.uint8), f"{level}")


@pytest.mark.parametrize(("count", "parts"), [(1, 1), (200, 1), (201, 2), (1000, 5), (1001, 6)])
def test_many_pictures_are_parted_evenly(count, parts):
    assert sheets_for(count) == parts
    made = list(sheets([picture(0)] * count, "png"))
    sizes = [Image.open(io.BytesIO(content)).size for content in made]
    assert len(made) == parts
    assert len({height for _, height in sizes}) <= 2
    assert all(width <= 8 + 8 * 28 and height <= 8 + 25 * 40 for width, height in sizes)


def test_pictures_go_from_left_to_right_and_down():
    levels = [40 + 20 * place for place in range(10)]
    (content,) = sheets([picture(level) for level in levels], "png")
    sheet = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    columns = columns_for(10)
    places = [divmod(place, columns) for place in range(10)]
    assert [int(sheet[8 + row * 40 + 5, 8 + column * 28 + 5]) for row, column in places] == levels
    # the words stand below their picture
    assert sheet[8 + 12 : 8 + 32, 8:28].max() > 150


def test_a_sheet_is_a_jpeg_where_that_is_wanted():
    assert next(sheets([picture(9)], "jpeg")).startswith(b"\xff\xd8\xff")
    assert MOST_PICTURES <= 400
