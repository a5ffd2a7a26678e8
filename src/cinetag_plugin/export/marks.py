"""Events as marks on the grid of constant rate, for the formats that have markers.

What a marker format is given by default are films, beats and tags (:data:`MARKED`). Some targets keep
one marker a frame: for them :func:`one_a_place` joins the events that begin together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.export.conform import Conformed
from cinetag_plugin.export.events import Kind
from cinetag_plugin.export.strength import rank, strength
from cinetag_plugin.export.text import COMMENT_LIMIT, NAME_LIMIT, clean

MARKED: tuple[Kind, ...] = ("film", "beat", "tag")
"""The kinds of events that become markers unless the user names others."""

_NAMES, _COMMENTS = " + ", " / "


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marker says: places ``[start, end)`` of the grid, clean text, the colour's key.

    ``strength`` in [0, 1] is how sure the analysis is of it: a beat's confidence, a tag's probability.
    """

    start: int
    end: int
    kind: Kind
    name: str
    comment: str
    colour: str
    strength: float

    @property
    def duration(self) -> int:
        """Length in frames, at least 1."""
        return self.end - self.start


def marks(table: Iterable[Event], grid: Conformed) -> list[Mark]:
    """Return one mark an event, rising, within the film; those that begin together keep their order.

    What holds for the whole film marks its first frame alone: as a bar over the whole timeline it
    would hide the others.
    """
    return sorted((_mark(event, grid) for event in table), key=lambda mark: mark.start)


def _mark(event: Event, grid: Conformed) -> Mark:
    start, end = grid.span(event.start, event.end)
    return Mark(
        start,
        start + 1 if event.kind == "film" else end,
        event.kind,
        clean(event.name, NAME_LIMIT),
        clean(event.comment, COMMENT_LIMIT),
        event.colour,
        strength(event) or 0.0,
    )


def one_a_place(all_marks: Sequence[Mark]) -> list[Mark]:
    """Join the marks that begin on one place, for targets that keep one marker a frame.

    Names are joined by ``+``, comments by ``/``; kind and colour are those of the first, the length
    is that of the longest.

    Args:
        all_marks: rising, as :func:`marks` returns them.
    """
    return [_joined(list(group)) for _, group in groupby(all_marks, key=lambda mark: mark.start)]


def _joined(together: Sequence[Mark]) -> Mark:
    comments = filter(None, (mark.comment for mark in together))
    return replace(
        together[0],
        end=max(mark.end for mark in together),
        name=clean(_NAMES.join(mark.name for mark in together), NAME_LIMIT),
        comment=clean(_COMMENTS.join(comments), COMMENT_LIMIT),
        strength=max(mark.strength for mark in together),
    )


def strongest(all_marks: Sequence[Mark], limit: int) -> list[Mark]:
    """Return at most ``limit`` marks, rising: by kind in the order of the table, then the strongest."""
    if len(all_marks) <= limit:
        return list(all_marks)
    ranked = sorted(all_marks, key=lambda mark: rank(mark.kind, mark.strength, mark.start))
    return sorted(ranked[:limit], key=lambda mark: mark.start)


def merging_said(all_marks: Sequence[Mark]) -> str:
    """Say how many marks :func:`one_a_place` joins to others; empty where there are none."""
    count = len(all_marks)
    joined = count - len(one_a_place(all_marks))
    return f"{joined} of {count} markers joined to another of the same frame" if joined else ""


def left_out_said(all_marks: Sequence[Mark], limit: int) -> str:
    """Say how many marks :func:`strongest` leaves out; empty where there are none."""
    left_out = len(all_marks) - limit
    return f"the {left_out} weakest of {len(all_marks)} markers left out" if left_out > 0 else ""
