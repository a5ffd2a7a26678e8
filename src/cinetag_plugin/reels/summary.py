"""The shots that say most of films, within a length.

The rule, a greedy choice:

- Of each group of near-duplicate shots one may be taken, the one with the highest worth; a shot that
  no group is known of stands for itself. Shots shorter than :data:`SHORTEST` are left out, where
  longer ones are there. Of a shot at most :data:`LONGEST` seconds are shown, around its middle.
- A shot is worth :data:`PLAIN` (so that a film without labels has a summary too), and for each label
  its weight: for a tag its relative strength in the film times its probability in the span, for a beat
  its confidence, half as much more in the beat's key shot.
- A label counts half as much with each shot taken that has it (variety).
- What comes of it is multiplied by the spread, from 1/4 to 1: the distance to the nearest shot taken
  of the same film, as a share of the distance that the summary's shots would have if they lay evenly.
- The shot with the highest product is taken, the earliest of equal ones, if it fits whole into what is
  left of the length, until no shot fits.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.document.records import Analysis, Shot
from cinetag_plugin.reels.room import Room
from cinetag_plugin.reels.scenes import Scene, in_time, seconds_of

LONGEST = Fraction(5)
"""Seconds shown of one shot at most."""

SHORTEST = Fraction(1)
"""Seconds; shorter shots are over before they are understood."""

PLAIN = 0.1
"""What a shot without labels is worth: the tenth of a sure beat."""

_KEY_SHOT = 1.5
_LEAST_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A shot as it would be shown, the seconds it lasts, where it lies, and the weights of its labels."""

    scene: Scene
    seconds: Fraction
    place: float
    weights: Mapping[str, float]

    def worth(self, taken: Mapping[str, int]) -> float:
        """Return what the shot is worth where labels have been ``taken`` so often."""
        return PLAIN + sum(weight * 0.5 ** taken.get(label, 0) for label, weight in self.weights.items())


def summary(analyses: Sequence[Analysis], length: Fraction, *, handles: int = 0) -> list[Scene]:
    """Return the shots that say most within ``length`` seconds, in time.

    Args:
        analyses: one a film; labels are varied over all films, shots are spread within each.
        length: seconds, above 0.
        handles: frames that will be added on both sides of each shot, for which room is left.
    """
    left = [found for film, analysis in enumerate(analyses) for found in _candidates(film, analysis)]
    even = _even_distance(left, analyses, length)
    taken: Counter[str] = Counter()
    places: dict[int, list[float]] = defaultdict(list)
    kept = []
    room = Room(analyses, length, handles)
    most = {found.scene: room.cost(found.scene) for found in left}  # less where handles overlap
    while left := [
        found for found in left if most[found.scene] <= room.left or room.cost(found.scene) <= room.left
    ]:

        def gain(found: _Candidate) -> float:
            nearest = min((abs(found.place - p) for p in places[found.scene.film]), default=even)
            return found.worth(taken) * max(_LEAST_SPREAD, min(1.0, nearest / even))

        best = max(left, key=gain)
        left.remove(best)
        kept.append(best.scene)
        room.take(best.scene)
        taken.update(best.weights.keys())
        places[best.scene.film].append(best.place)
    return in_time(kept)


def _even_distance(found: Sequence[_Candidate], analyses: Sequence[Analysis], length: Fraction) -> float:
    """Return the seconds between shots of the usual length, if they lay evenly in the films."""
    films = sum(analysis.film.duration for analysis in analyses)
    usual = float(sum(f.seconds for f in found) / len(found)) if found else 1.0
    return max(films * usual / float(length), 1e-6)


def _candidates(film: int, analysis: Analysis) -> list[_Candidate]:
    """Return the best shot of each group, in time."""
    best: dict[int, _Candidate] = {}
    whole = list(_shown(film, analysis))
    enough = [(shot, found) for shot, found in whole if found.seconds >= SHORTEST]
    for shot, found in enough or whole:
        group = shot.index if shot.group is None else shot.group
        if group not in best or found.worth({}) > best[group].worth({}):
            best[group] = found
    return sorted(best.values(), key=lambda found: found.scene.start)


def _shown(film: int, analysis: Analysis) -> Iterator[tuple[Shot, _Candidate]]:
    weights = _weights(analysis)
    clock = analysis.film.clock
    for shot in analysis.shots:
        start, end = _middle(shot, analysis)
        labels = weights[shot.index]
        worth = PLAIN + sum(labels.values())
        scene = Scene(film, start, end, worth, tuple(sorted(labels)))
        place = float(clock.seconds(start) + clock.seconds(end)) / 2
        yield shot, _Candidate(scene, seconds_of(scene, analysis.film), place, labels)


def _middle(shot: Shot, analysis: Analysis) -> tuple[int, int]:
    """Return the frames of a shot that are shown."""
    clock = analysis.film.clock
    begins, ends = clock.seconds(shot.start), clock.seconds(shot.end)
    if ends - begins <= LONGEST:
        return shot.start, shot.end
    start = max(shot.start, clock.frame_at((begins + ends - LONGEST) / 2))
    end = start + 1
    low, high = start + 1, shot.end
    while low < high:  # the last frame past which the piece is still short enough
        end = (low + high + 1) // 2
        low, high = (end, high) if clock.seconds(end) - clock.seconds(start) <= LONGEST else (low, end - 1)
    return start, low


def _weights(analysis: Analysis) -> dict[int, dict[str, float]]:
    """Return the weights of the labels of each shot."""
    found: dict[int, dict[str, float]] = defaultdict(dict)

    def note(shot: int, label: str, weight: float) -> None:
        found[shot][label] = max(weight, found[shot].get(label, 0.0))

    for span in analysis.tag_spans:
        for shot in span.shots:
            note(shot, span.tag, span.strength * span.probability)
    for beat in analysis.beats:
        for shot in beat.shots:
            note(shot, beat.category, beat.confidence * (_KEY_SHOT if shot == beat.key_shot else 1.0))
    return found
