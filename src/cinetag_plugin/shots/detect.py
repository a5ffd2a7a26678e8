"""From boundaries to shots that abut and cover the film."""

from collections.abc import Iterable

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.records import Shot, Transition


def shots_from(boundaries: Iterable[Boundary], start: int, end: int) -> tuple[Shot, ...]:
    """Cut ``[start, end)`` at the boundaries: abutting shots of one frame or more.

    A gradual transition cuts in the middle of its extent. The first shot begins with ``start``.

    Raises:
        ValueError: the range is empty, or a boundary does not lie inside it in rising order.
    """
    if start >= end:
        raise ValueError(f"no frames between {start} and {end}")
    first = Transition(kind="start", start=start, end=start)
    found = [(start, first)]
    for boundary in boundaries:
        if not found[-1][0] < boundary.frame < end:
            raise ValueError(f"boundary {boundary.frame} after {found[-1][0]} and before {end}")
        transition = Transition(kind=boundary.kind, start=boundary.start, end=boundary.end)
        found.append((boundary.frame, transition))
    ends = [frame for frame, _ in found[1:]] + [end]
    return tuple(
        Shot(index=index, start=frame, end=until, transition_in=transition)
        for index, ((frame, transition), until) in enumerate(zip(found, ends, strict=True))
    )
