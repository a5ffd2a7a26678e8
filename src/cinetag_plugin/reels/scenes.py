"""A stretch of one of several films, and how long it lasts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from cinetag_plugin.document.records import Analysis, Film


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames ``[start, end)`` of a film.

    Attributes:
        film: which of the films, from 0.
        start, end: frames.
        strength: in [0, 1] for scenes chosen by labels; the order of what is worth more otherwise.
        labels: tags and beats for which it was chosen, in the order of the alphabet.
    """

    film: int
    start: int
    end: int
    strength: float
    labels: tuple[str, ...] = ()


def seconds_of(scene: Scene, film: Film) -> Fraction:
    """Return how long a scene lasts by the film's own clock, its last frame shown to its end."""
    return film.clock.seconds(scene.end) - film.clock.seconds(scene.start)


def in_time(scenes: Iterable[Scene]) -> list[Scene]:
    """Return scenes in the order of the films, and of time within each."""
    return sorted(scenes, key=lambda scene: (scene.film, scene.start, scene.end))


def strongest_first(scenes: Iterable[Scene]) -> list[Scene]:
    """Return scenes by strength; where it is equal, in the order of time."""
    return sorted(in_time(scenes), key=lambda scene: -scene.strength)


def with_handles(scenes: Iterable[Scene], analyses: Sequence[Analysis], handles: int) -> list[Scene]:
    """Return scenes in time with ``handles`` frames more on both sides, as far as the film goes.

    Those that touch or overlap then are joined: the labels of both, the strength of the stronger.
    """
    longer = [
        Scene(
            film=scene.film,
            start=max(0, scene.start - handles),
            end=min(analyses[scene.film].film.frames, scene.end + handles),
            strength=scene.strength,
            labels=scene.labels,
        )
        for scene in scenes
    ]
    return [whole for _, group in groupby(in_time(longer), key=_film) for whole in _joined(list(group))]


def _film(scene: Scene) -> int:
    return scene.film


def _joined(scenes: Sequence[Scene]) -> list[Scene]:
    """Join the scenes of one film, given in time."""
    joined = [scenes[0]]
    for scene in scenes[1:]:
        last = joined[-1]
        if scene.start > last.end:
            joined.append(scene)
            continue
        joined[-1] = Scene(
            film=last.film,
            start=last.start,
            end=max(last.end, scene.end),
            strength=max(last.strength, scene.strength),
            labels=tuple(sorted({*last.labels, *scene.labels})),
        )
    return joined
