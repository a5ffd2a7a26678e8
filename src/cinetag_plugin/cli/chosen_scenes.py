"""Saying which scenes were chosen: where each begins, how long it lasts, why, and how strong it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.document.time import has_timecode, timecode

if TYPE_CHECKING:
    from cinetag_plugin.reels.scenes import Scene

MOST_LINES = 40
"""Scenes that have a line each; the others are counted."""


def lines_of_scenes(
    films: Sequence[Path], scenes: Sequence[Scene], analyses: Sequence[Analysis]
) -> Iterator[str]:
    """Yield a line about all scenes, and one about each in the order of the reel."""
    from cinetag_plugin.reels.scenes import seconds_of

    lengths = [float(seconds_of(scene, analyses[scene.film].film)) for scene in scenes]
    yield f"{all_of(films)}: {len(scenes)} scene{'s' * (len(scenes) != 1)}, {sum(lengths):.1f} s"
    for scene, seconds in list(zip(scenes, lengths, strict=True))[:MOST_LINES]:
        film = analyses[scene.film].film
        which = f"{film.name} " if len(films) > 1 else ""
        labels = ", ".join(scene.labels) or "no labels"
        place = place_in(film, scene.start)
        yield f"  {which}{place}, {seconds:.2f} s, strength {scene.strength:.2f}: {labels}"
    if len(scenes) > MOST_LINES:
        yield f"  and {len(scenes) - MOST_LINES} more"


def all_of(films: Sequence[Path]) -> str:
    """Return what several films are called together."""
    return str(films[0]) if len(films) == 1 else f"{films[0]} and {len(films) - 1} more"


def place_in(film: Film, frame: int) -> str:
    """Return the timecode of a frame, or its seconds where there is none."""
    if film.variable_rate or not has_timecode(film.rate):
        return f"{float(film.clock.seconds(frame)):.2f} s"
    return timecode(film.start_frame + frame, film.rate, film.drop_frame)
