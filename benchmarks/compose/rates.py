"""A film at another rate: frames shown more than once, or spread over fields."""

import numpy as np

from cinetag_plugin.media.layout import planes_of
from compose.edit import Edit, Row
from compose.pictures import Picture


def repeated(edit: Edit, rate: int) -> Edit:
    """Return the film at a higher rate: each picture stands until the next one's time has come.

    24 to 60 gives the rhythm of 3 and 2, 12 to 24 pictures on twos.
    """
    places = [i * edit.rate // rate for i in range(-(-len(edit) * rate // edit.rate))]
    result = Edit(edit.size, rate)
    result.frames = [edit.frames[place] for place in places]
    first = {place: i for i, place in reversed(list(enumerate(places)))}
    result.rows = _moved(edit.rows, first)
    return result


def telecined(edit: Edit) -> Edit:
    """Return 24 pictures a second as 30 interlaced ones, upper field first, fields by turns of 2 and 3.

    A frame belongs to the picture of its upper field, the one shown first.
    """
    fields = [picture for i in range(len(edit)) for picture in [i] * (2 + i % 2)]
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    result = Edit(edit.size, 30)
    result.frames = [_woven(edit, upper, lower) for upper, lower in pairs]
    first: dict[int, int] = {}
    for i, (upper, _) in reversed(list(enumerate(pairs))):
        first[upper] = i
    result.rows = _moved(edit.rows, {i: first.get(i, len(pairs) - 1) for i in range(len(edit))})
    return result


def _woven(edit: Edit, upper: int, lower: int) -> Picture:
    if upper == lower:
        return edit.frames[upper]
    woven = bytearray(edit.frames[upper].tobytes())
    other = bytearray(edit.frames[lower].tobytes())
    for plane, rows in zip(planes_of(woven, edit.size), planes_of(other, edit.size), strict=True):
        plane[1::2] = rows[1::2]
    return np.frombuffer(woven, np.uint8)


def _moved(rows: list[Row], first: dict[int, int]) -> list[Row]:
    return [row._replace(start=first[row.start], end=first[row.end]) for row in rows]
