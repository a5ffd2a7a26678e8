"""Films of gradual transitions: dissolves, fades through black and white, wipes; and of everything."""

from collections.abc import Callable

import numpy as np

from cinetag_plugin.media.layout import Size
from compose.edit import Edit, Mask
from compose.hard import between
from compose.pictures import BLACK, WHITE, Values
from compose.sources import Library, Shot

LONGEST = 60
"""Frames of the longest dissolve."""

_CALM = 12  # frames of a shot at least that no transition touches


def _long(edit: Edit, library: Library, length: int = LONGEST) -> Shot:
    """Draw a shot that has room for a transition at both its ends."""
    extra = between(library.rng, _CALM, 90)

    def draw() -> Shot | None:
        shot = library.shot(length + LONGEST + extra, after=edit.last)
        return shot if len(shot) >= length + _CALM else None

    return library.until(draw)


def _most(library: Library) -> int:
    """Return how many frames of any shot a transition may take."""
    return max(4, library.longest - 2 * _CALM)


def _room(edit: Edit) -> int:
    """Return how many of the last frames no earlier row has touched, a calm left out."""
    touched = max((row.end for row in edit.rows), default=0)
    return max(1, len(edit) - touched - _CALM)


def dissolves(edit: Edit, library: Library, wanted: int) -> None:
    """Dissolves of 4 to 60 frames."""
    edit.cut_to(library.shot(100))
    while len(edit) < wanted:
        _dissolve(edit, library)


def _dissolve(edit: Edit, library: Library) -> None:
    length = min(between(library.rng, 4, min(LONGEST, _most(library))), _room(edit))
    edit.dissolve_to(_long(edit, library, length), length)


def fades_black(edit: Edit, library: Library, wanted: int) -> None:
    """Fades out to black, held up to two seconds, and in again, or straight to the next shot."""
    _fades(edit, library, wanted, BLACK)


def fades_white(edit: Edit, library: Library, wanted: int) -> None:
    """Fades through white."""
    _fades(edit, library, wanted, WHITE)


def _fades(edit: Edit, library: Library, wanted: int, luminance: int) -> None:
    edit.cut_to(library.shot(100))
    while len(edit) < wanted:
        _fade(edit, library, luminance)


def _fade(edit: Edit, library: Library, luminance: int) -> None:
    out = min(between(library.rng, 4, min(40, _most(library))), _room(edit))
    into = 0 if library.rng.random() < 0.2 else between(library.rng, 4, min(40, _most(library)))
    hold = int(library.rng.integers(0, 20)) if library.rng.random() < 0.8 else 2 * edit.rate
    edit.fade_to(_long(edit, library, into), out, hold, into, luminance)


def wipes(edit: Edit, library: Library, wanted: int) -> None:
    """Wipes of 6 to 48 frames: sideways, up, down, aslant, from the middle; with hard and soft edges."""
    edit.cut_to(library.shot(100))
    while len(edit) < wanted:
        _wipe(edit, library)


def _wipe(edit: Edit, library: Library) -> None:
    name = str(library.rng.choice(sorted(_PATHS)))
    soft = float(library.rng.choice([0.0, 0.0, 0.08, 0.25]))
    length = min(between(library.rng, 6, min(48, _most(library))), _room(edit))
    mask = edge(_PATHS[name](edit.size), soft)
    edit.wipe_to(_long(edit, library, length), length, mask, f"{name} soft {soft:.2f}")


def edge(path: Values, soft: float) -> Mask:
    """Return the mask of a wipe that takes the pixels in the order of ``path`` (0 to 1).

    Its edge is ``soft`` wide, a share of the whole way; 0 is a hard one.
    """

    def mask(done: float) -> Values:
        if not soft:
            return (path < done).astype(float)
        part: Values = np.clip((done * (1 + soft) - path) / soft, 0, 1)
        return part

    return mask


def _grid(size: Size) -> tuple[Values, Values]:
    y, x = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    return x / size.width, y / size.height


def _from_middle(size: Size) -> Values:
    x, y = _grid(size)
    away: Values = np.hypot(x - 0.5, y - 0.5) / (np.hypot(0.5, 0.5) + 1e-3)
    return away


_PATHS: dict[str, Callable[[Size], Values]] = {
    "right": lambda size: _grid(size)[0],
    "left": lambda size: 1 - 1 / size.width - _grid(size)[0],
    "down": lambda size: _grid(size)[1],
    "up": lambda size: 1 - 1 / size.height - _grid(size)[1],
    "aslant": lambda size: (_grid(size)[0] + _grid(size)[1]) / 2,
    "iris": _from_middle,
    "barn doors": lambda size: np.abs(2 * _grid(size)[0] - 1),
}


def mixture(edit: Edit, library: Library, wanted: int) -> None:
    """Cuts mostly; every fifth transition is a dissolve, a fade or a wipe."""
    edit.cut_to(library.shot(100))
    while len(edit) < wanted:
        draw = library.rng.random()
        if draw < 0.8 or _room(edit) < 6:
            edit.cut_to(library.shot(between(library.rng, 6, 120), after=edit.last))
        elif draw < 0.9:
            _dissolve(edit, library)
        elif draw < 0.95:
            _fade(edit, library, BLACK)
        else:
            _wipe(edit, library)
