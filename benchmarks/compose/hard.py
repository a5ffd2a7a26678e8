"""Films of hard cuts: near ones and far ones, jump cuts, dialogue, darkness, cuts to and from black."""

from dataclasses import replace
from functools import partial

import numpy as np

from compose.edit import Edit
from compose.pictures import BLACK, WHITE, Picture, developed, distance, plain
from compose.sources import VISIBLE, Library, Shot

DARKEST, DARK = 0.08, 0.22
"""Share of the light that is left in dark films."""

SEEN_IN_THE_DARK = 2.0
"""Levels by which the pictures about a dark cut differ at least."""


def between(rng: np.random.Generator, least: int, most: int) -> int:
    """Draw a whole number, both ends within, small ones as likely as large ones (log-uniform)."""
    return min(most, round(float(np.exp(rng.uniform(np.log(least), np.log(most + 1))) - 0.5)) or 1)


def cuts(edit: Edit, library: Library, wanted: int) -> None:
    """Cuts 1 to 200 frames apart."""
    while len(edit) < wanted:
        edit.cut_to(library.shot(between(library.rng, 1, 200), after=edit.last))


def bursts(edit: Edit, library: Library, wanted: int) -> None:
    """Calm shots, and between them some of 1 to 6 frames."""
    while len(edit) < wanted:
        edit.cut_to(library.shot(between(library.rng, 24, 72), after=edit.last))
        for _ in range(library.rng.integers(2, 9)):
            edit.cut_to(library.shot(int(library.rng.integers(1, 7)), after=edit.last))


def jump_cuts(edit: Edit, library: Library, wanted: int) -> None:
    """Cuts within one scene: half a second or more of a take is left out."""
    while len(edit) < wanted:
        shot = library.shot(between(library.rng, 16, 72), after=edit.last)
        edit.cut_to(shot)
        for _ in range(4):
            later = library.jump(shot, 12, between(library.rng, 12, 48))
            if later is None:
                break
            edit.cut_to(later, f"jump {shot.clip} {shot.start + len(shot)} to {later.start}")
            shot = later


def dialogue(edit: Edit, library: Library, wanted: int) -> None:
    """A-B-A-B: two takes that go on, cut against one another."""
    while len(edit) < wanted:
        one = library.shot(180, after=edit.last)
        takes = [one, library.shot(180, after=one.frames[0])]
        played = [0, 0]
        for turn in range(library.rng.integers(4, 11)):
            who = turn % 2
            part = takes[who].part(played[who], between(library.rng, 12, 72))
            if not len(part) or (edit.last is not None and not _seen(edit.last, part, library)):
                break
            edit.cut_to(part)
            played[who] += len(part)


def _seen(last: Picture, shot: Shot, library: Library) -> bool:
    return distance(last, shot.frames[0], library.size) >= VISIBLE


def dark_cuts(edit: Edit, library: Library, wanted: int) -> None:
    """Shots in the dark: a twelfth to a fifth of their light."""
    while len(edit) < wanted:
        shot = library.until(partial(_dark, edit, library))
        edit.cut_to(shot, f"dark {shot.name}")


def _dark(edit: Edit, library: Library) -> Shot | None:
    """Draw a shot without light, unlike the last picture; None where it is too like."""
    shot = library.shot(between(library.rng, 12, 96))
    gain = float(library.rng.uniform(DARKEST, DARK))
    dark = replace(shot, frames=np.stack([developed(p, edit.size, gain) for p in shot.frames]))
    seen = edit.last is None or distance(edit.last, dark.frames[0], edit.size) >= SEEN_IN_THE_DARK
    return dark if seen else None


def black_cuts(edit: Edit, library: Library, wanted: int) -> None:
    """Cuts to black, or white, of 1 to 40 frames, and out of it; some shots fade in."""
    edit.cut_to(library.shot(40))
    while len(edit) < wanted:
        grey = WHITE if library.rng.random() < 0.2 else BLACK
        shot = library.until(partial(_unlike, library, plain(edit.size, grey)))
        into = between(library.rng, 8, 30) if library.rng.random() < 0.25 else 0
        edit.black_to(shot, between(library.rng, 1, 40), into, grey)


def _unlike(library: Library, grey: Picture) -> Shot | None:
    """Draw a shot whose beginning stands out from a grey; None where its end does not."""
    shot = library.shot(between(library.rng, 34, 90), after=grey)
    return shot if distance(shot.frames[-1], grey, library.size) >= VISIBLE else None
