"""What looks like a cut and is none: black between two shots, flashes, other light, a part that changes.

Pure functions over the measures of a few neighbouring frames.
"""

from collections.abc import Sequence

import numpy as np

from cinetag_plugin.shots.measures import FrameMeasures, structure_distance

LONGEST_GAP = 6
"""Black of up to so many frames between two shots belongs to the outgoing one."""

GAP_SIGHT = LONGEST_GAP + 2
"""Frames after a black one that must be known to tell whether it lies in such a gap."""

LONGEST_FLASH = 8
"""Frames after which light that came suddenly is no flash any more."""

MOST_OF_IT = 0.5
"""Share of the picture that changes at a cut, at least; of real cuts at least 0.9 was seen to."""

SAME_PICTURE = 0.95
"""Cosine between the patterns of two pictures above which they are one picture, however bright."""

OTHER_LIGHT = 1.2
"""How many times as bright a picture becomes, or was, when its light changes."""

_BLACK = 8.0
_CHANGED = 3.0
_AT_FULL = 0.5
_ALIKE = 0.5
_DIM = 4.0
_NOTHING = 1e-9


def is_black(frame: FrameMeasures) -> bool:
    """Tell whether nothing in the frame is brighter than coding noise on black."""
    return frame.brightest <= _BLACK


def black_gap(ahead: Sequence[FrameMeasures]) -> int:
    """Return how many frames at the head of ``ahead`` are black that merely parts two shots.

    0 where the first is not black, where black lasts longer than :data:`LONGEST_GAP`, or where
    the next shot fades in rather than appearing at full: then the cut is where black begins.

    Args:
        ahead: a frame and the :data:`GAP_SIGHT` after it; fewer at the film's end.
    """
    black = next((place for place, frame in enumerate(ahead) if not is_black(frame)), None)
    if not black or black > LONGEST_GAP:
        return 0
    later = ahead[min(black + 2, len(ahead) - 1)]
    dark = ahead[0].brightness
    at_full = ahead[black].brightness - dark >= _AT_FULL * (later.brightness - dark)
    return black if at_full else 0


def is_flash(before: Sequence[FrameMeasures], after: Sequence[FrameMeasures]) -> bool:
    """Tell whether light comes or goes here for a moment, the same picture before and after.

    Args:
        before: the frames before the change, up to one more than :data:`LONGEST_FLASH`, newest last.
        after: the frame of the change and up to :data:`LONGEST_FLASH` after it.
    """
    last, first = before[-1], after[0]
    alike = _ALIKE * structure_distance(last, first)
    if first.brightness > last.brightness:
        return any(_comes_back(last, frame, first, alike) for frame in after[1:])
    return any(_comes_back(first, frame, last, alike) for frame in before[:-1])


def _comes_back(picture: FrameMeasures, other: FrameMeasures, lit: FrameMeasures, alike: float) -> bool:
    return other.brightness < lit.brightness and structure_distance(picture, other) < alike


def is_relit(before: FrameMeasures, after: FrameMeasures) -> bool:
    """Tell whether only the light changes: a strobe, lightning, a lamp that is switched on or off.

    The pattern of light and dark stays, and is brighter or darker by a factor.
    """
    first, second = before.cells - before.brightness, after.cells - after.brightness
    likeness = np.vdot(first, second) / np.sqrt(np.vdot(first, first) * np.vdot(second, second) + _NOTHING)
    darker, brighter = sorted((before.brightness + _DIM, after.brightness + _DIM))
    return bool(likeness > SAME_PICTURE and brighter > OTHER_LIGHT * darker)


def is_partial(before: FrameMeasures, after: FrameMeasures) -> bool:
    """Tell whether only a part of the picture changes: a screen in it, a caption, an insert.

    Cells that are black in both frames (bars, the ground of title cards) do not count.
    """
    lit = np.maximum(before.cells, after.cells) > _BLACK
    tints = np.abs(before.tints - after.tints).max(axis=0)
    times = (len(lit) // tints.shape[0], lit.shape[1] // tints.shape[1])
    changed = np.abs(before.cells - after.cells) > _CHANGED
    changed |= np.kron(tints > _CHANGED, np.ones(times, np.bool_))
    return bool(lit.any()) and float(changed[lit].mean()) < MOST_OF_IT
