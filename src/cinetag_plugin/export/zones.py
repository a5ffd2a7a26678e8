"""The option ``zones`` of x264 and x265: scenes of action get fewer bits than calm ones.

People see less in fast motion (temporal masking: Girod, Proc. SPIE 1077, 1989).
``benchmarks/encoding.py`` measures this and the reverse; ``docs/encoding.md`` has the figures.
"""

from collections.abc import Callable, Iterator, Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis, Shot

ACTION, CALM = 0.85, 1.15
"""Times the bits that the encoder would give."""

_ACTION_BEATS = frozenset({"beat.battle", "beat.pursuit"})
_LIVELY, _STILL = 3 / 2, 2 / 3
_LOOK_AHEAD = 8
"""Shots within which a group that comes again holds a scene together."""

Scene = tuple[int, int, bool | None]
"""First frame, the one past the last, and whether it is one of action; None where motion is to say it."""


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return ``first,last,b=factor`` for each scene that has a zone, parted by ``/``, on one line.

    Frames are counted as the encoder gets them. Where no scene has a zone the film is one, of factor 1,
    so that the option always has a value.
    """
    motion = _motion(analysis)
    zones = []
    for start, end, action in _scenes(events, analysis):
        factor = _factor(motion(start, end) if action is None else _LIVELY if action else _STILL)
        if factor != 1:
            zones.append(f"{start},{end - 1},b={factor}")
    return "/".join(zones or [f"0,{analysis.film.frames - 1},b=1"]).encode("ascii")


def _scenes(events: Sequence[Event], analysis: Analysis) -> Iterator[Scene]:
    """Yield the scenes, rising, none reaching into the next: beats, or else runs of shots."""
    beats = [event for event in events if event.kind == "beat"]
    if not beats:
        yield from ((start, end, None) for start, end in _runs(analysis.shots))
    past = 0
    for beat in beats:
        start = max(past, beat.start)
        if start < beat.end:
            yield start, beat.end, True if beat.colour in _ACTION_BEATS else None
            past = beat.end


def _runs(shots: Sequence[Shot]) -> Iterator[tuple[int, int]]:
    """Yield frames from the first to the last shot that overlapping repeats of groups link.

    A-B-A-B is one scene (overlapping links: Hanjalic et al., IEEE Trans. CSVT 9(4), 1999).
    """
    first, reach = 0, 0
    for place, shot in enumerate(shots):
        ahead = range(place + 1, min(place + 1 + _LOOK_AHEAD, len(shots)))
        again = [other for other in ahead if shot.group is not None and shots[other].group == shot.group]
        reach = max([reach, place, *again])
        if reach == place:
            yield shots[first].start, shot.end
            first = place + 1


def _motion(analysis: Analysis) -> Callable[[int, int], float]:
    """Return what tells how much frames ``[start, end)`` move, as times the film's mean; 1 where unknown."""
    moving = [shot for shot in analysis.shots if "motion" in shot.measures]

    def mean(start: int, end: int) -> float | None:
        parts = [(min(end, s.end) - max(start, s.start), s.measures["motion"]) for s in moving]
        parts = [(frames, motion) for frames, motion in parts if frames > 0]
        frames = sum(frames for frames, _ in parts)
        return sum(frames * motion for frames, motion in parts) / frames if frames else None

    whole = mean(analysis.analysed.start, analysis.analysed.end)

    def relative(start: int, end: int) -> float:
        here = mean(start, end)
        return 1.0 if here is None or not whole else here / whole

    return relative


def _factor(motion: float) -> float:
    if motion >= _LIVELY:
        return ACTION
    return CALM if motion <= _STILL else 1.0
