"""Films with what is no cut: flashes, strobes, captions, clocks, screens, exposure, whip pans, passers-by.

Between these there are hard cuts, so that who reports nothing is not right.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cinetag_plugin.media.layout import Size
from compose.edit import Edit
from compose.hard import between
from compose.pictures import (
    BLACK,
    WHITE,
    Picture,
    Values,
    Weight,
    barred,
    developed,
    distance,
    mixed,
    plain,
    spread,
    swung,
)
from compose.sources import VISIBLE, Library

Change = Callable[[Edit, Library, int, int], int]
"""Changes the frames of an edit from a first one on, before a last one; returns how many it took."""

_CALM = 16  # frames between two changes, and between one and a cut


def _changed(edit: Edit, library: Library, wanted: int, change: Change, note: str) -> None:
    """Cut shots together, and change each here and there."""
    while len(edit) < wanted:
        begin = len(edit)
        edit.cut_to(library.shot(between(library.rng, 60, 160), after=edit.last))
        place = begin + _CALM + int(library.rng.integers(12))
        while place + 2 * _CALM < len(edit):
            took = change(edit, library, place, len(edit) - _CALM)
            if took:
                edit.not_cut(place, place + took, note)
            place += took + _CALM + int(library.rng.integers(24))


def flashes(edit: Edit, library: Library, wanted: int) -> None:
    """Light for 1 to 8 frames, over all of the picture or a part: photographers, lightning, muzzle fire."""
    _changed(edit, library, wanted, _flash, "flash")


def _flash(edit: Edit, library: Library, place: int, _end: int) -> int:
    length = int(library.rng.integers(1, 9))
    strength, dies = float(library.rng.uniform(0.5, 1.0)), library.rng.random() < 0.7
    lit: Weight = _glow(edit.size, library.rng) if library.rng.random() < 0.4 else 1.0
    for i in range(length):
        dying = strength * (1 - i / length) if dies else strength
        edit.frames[place + i] = mixed(edit.frames[place + i], plain(edit.size, WHITE), lit * dying)
    return length


def _glow(size: Size, rng: np.random.Generator) -> Values:
    y, x = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    away = np.hypot(x - rng.uniform(0, size.width), y - rng.uniform(0, size.height))
    return spread(np.exp(-((away / (size.height * rng.uniform(0.3, 0.8))) ** 2)), size)


def strobes(edit: Edit, library: Library, wanted: int) -> None:
    """Light and dark by turns of 1 to 4 frames, for one to two seconds."""
    _changed(edit, library, wanted, _strobe, "strobe")


def _strobe(edit: Edit, library: Library, place: int, end: int) -> int:
    length = min(int(library.rng.integers(edit.rate, 2 * edit.rate)), end - place)
    turn, dark = int(library.rng.integers(1, 5)), float(library.rng.uniform(0.1, 0.5))
    for i in range(0, length):
        if i // turn % 2 == 0:
            edit.frames[place + i] = developed(edit.frames[place + i], edit.size, dark)
    return length


def captions(edit: Edit, library: Library, wanted: int) -> None:
    """Subtitles and name plates that appear and vanish at once."""
    _changed(edit, library, wanted, _caption, "caption")


def _caption(edit: Edit, library: Library, place: int, end: int) -> int:
    plate = library.rng.random() < 0.4
    words = " ".join(
        "".join(library.rng.choice(list("aeinorstlmu"), 5)) for _ in range(library.rng.integers(2, 6))
    )
    written = _written(edit.size, words, 0.86, plate=plate)
    length = min(between(library.rng, 16, 60), end - place)
    for i in range(place, place + length):
        edit.frames[i] = written(edit.frames[i])
    return length


def clocks(edit: Edit, library: Library, wanted: int) -> None:
    """A timecode burnt into every frame, over all cuts."""
    while len(edit) < wanted:
        edit.cut_to(library.shot(between(library.rng, 24, 120), after=edit.last))
    for i, picture in enumerate(edit.frames):
        seconds, frame = divmod(i, edit.rate)
        label = f"10:{seconds // 60:02}:{seconds % 60:02}:{frame:02}"
        edit.frames[i] = _written(edit.size, label, 0.06, plate=True)(picture)


def _written(size: Size, words: str, height: float, *, plate: bool) -> Callable[[Picture], Picture]:
    """Return what writes a line at a share of the height, on a black plate or not."""
    ink = Image.new("L", (size.width, size.height))
    draw = ImageDraw.Draw(ink)
    where = (size.width // 2, round(size.height * height))
    font = ImageFont.load_default(size.height // 12)
    draw.text(where, words, 255, font, anchor="mm")
    text = spread(np.asarray(ink, np.float32) / 255, size)
    box = Image.new("L", ink.size)
    if plate:
        ImageDraw.Draw(box).rectangle(draw.textbbox(where, words, font, anchor="mm"), fill=255)
    under = spread(np.asarray(box, np.float32) / 255, size)
    black, white = plain(size, BLACK), plain(size, WHITE)
    return lambda picture: mixed(mixed(picture, black, under), white, text)


def screens(edit: Edit, library: Library, wanted: int) -> None:
    """A screen in the picture, a tenth to a third of it, on which films are cut."""
    while len(edit) < wanted:
        begin = len(edit)
        edit.cut_to(library.shot(160, after=edit.last))
        _screen(edit, library, begin)


def _screen(edit: Edit, library: Library, begin: int) -> None:
    size, place = edit.size, begin
    side = float(library.rng.uniform(0.32, 0.58))
    width, height = (2 * round(side * length / 2) for length in (size.width, size.height))
    x, y = (2 * int(library.rng.integers(room // 2)) for room in (size.width - width, size.height - height))
    shown: Picture | None = None
    while place < len(edit):
        shot = library.shot(between(library.rng, 16, 60), after=shown)
        for picture, frame in zip(shot.frames, range(place, len(edit)), strict=False):
            edit.frames[frame] = _pasted(edit.frames[frame], picture, size, (x, y, width, height))
        if place > begin:
            edit.not_cut(place, place, "screen")
        place, shown = place + len(shot), shot.frames[-1]


def _pasted(picture: Picture, shown: Picture, size: Size, box: tuple[int, int, int, int]) -> Picture:
    """Return a picture with another, made smaller by leaving out pixels, in a box of even numbers."""
    x, y, width, height = box
    pasted = picture.copy()
    first = 0
    for plane, step in ((size, 1), (size.chroma, 2), (size.chroma, 2)):
        last = first + plane.width * plane.height
        target = pasted[first:last].reshape(plane.height, plane.width)
        source = shown[first:last].reshape(plane.height, plane.width)
        rows = np.arange(height // step) * plane.height * step // height
        columns = np.arange(width // step) * plane.width * step // width
        top, left = y // step, x // step
        target[top : top + height // step, left : left + width // step] = source[np.ix_(rows, columns)]
        first = last
    return pasted


def exposure(edit: Edit, library: Library, wanted: int) -> None:
    """Exposure and gamma that change inside a shot, at once or within 12 frames, and stay."""
    _changed(edit, library, wanted, _expose, "exposure")


def _expose(edit: Edit, library: Library, place: int, end: int) -> int:
    length = int(library.rng.integers(1, 13))
    gain = float(np.exp(library.rng.choice([-1, 1]) * library.rng.uniform(0.25, 0.7)))
    gamma = float(np.exp(library.rng.uniform(-0.3, 0.3)))
    for i in range(place, end + _CALM):
        share = min(1.0, (i - place + 1) / length)
        edit.frames[i] = developed(edit.frames[i], edit.size, gain**share, gamma**share)
    return length


def whip_pans(edit: Edit, library: Library, wanted: int) -> None:
    """The camera swings aside within 5 to 12 frames, all blurred, and stands still again."""
    _changed(edit, library, wanted, _whip, "whip pan")


def _whip(edit: Edit, library: Library, place: int, end: int) -> int:
    length = int(library.rng.integers(5, 13))
    turns = int(library.rng.choice([-1, 1]))
    ease = (1 - np.cos(np.pi * np.arange(length + 2) / (length + 1))) / 2 * edit.size.width * turns
    for i in range(length):
        blur = max(1, round(abs(float(ease[i + 2] - ease[i])) / 2))
        edit.frames[place + i] = swung(edit.frames[place + i], edit.size, round(float(ease[i + 1])), blur)
    for i in range(place + length, end + _CALM):
        edit.frames[i] = swung(edit.frames[i], edit.size, edit.size.width, 1)
    return length


def passers(edit: Edit, library: Library, wanted: int) -> None:
    """Something dark or light goes by close to the lens within 6 to 20 frames and hides the picture."""
    _changed(edit, library, wanted, _pass, "passer-by")


def _pass(edit: Edit, library: Library, place: int, _end: int) -> int:
    length, size = int(library.rng.integers(6, 21)), edit.size
    body = plain(size, int(library.rng.integers(24, 190)))
    broad, turns = float(library.rng.uniform(0.6, 1.3)), library.rng.random() < 0.5
    x = np.arange(size.width, dtype=np.float32) / size.width
    for i in range(length):
        middle = (i + 1) / (length + 1) * (1 + broad) - broad / 2
        cover = np.clip((broad / 2 - np.abs((1 - x if turns else x) - middle)) / 0.12 + 0.5, 0, 1)
        mask = np.broadcast_to(cover, (size.height, size.width)).astype(np.float32)
        edit.frames[place + i] = mixed(edit.frames[place + i], body, spread(mask, size))
    return length


def bars(edit: Edit, library: Library, wanted: int) -> None:
    """Each shot in its own shape: full, letterbox or pillarbox. The cuts are true, without the bars too."""
    last: Picture | None = None
    while len(edit) < wanted:
        across, down = ((0, 0), (0, 0.125), (0, 0.2), (0.125, 0), (0.2, 0))[library.rng.integers(5)]
        shot = library.shot(between(library.rng, 12, 120), after=last)
        pictures = np.stack([barred(picture, edit.size, across, down) for picture in shot.frames])
        if edit.last is None or distance(edit.last, pictures[0], edit.size) >= VISIBLE:
            edit.cut_to(replace(shot, frames=pictures), f"bars {across} {down} {shot.name}")
            last = shot.frames[-1]
