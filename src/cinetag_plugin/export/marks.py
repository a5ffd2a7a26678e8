"""Events as marks on the grid of constant rate, for the formats that have markers.

What a marker format is given by default are films, beats and tags (:data:`MARKED`). A format states what
it :class:`Carries`; which marks it writes (:func:`kept`) and what is lost of the events (:func:`lost`)
both follow from that, so that they cannot differ.
"""

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.export.conform import Conformed
from cinetag_plugin.export.events import KINDS, Kind
from cinetag_plugin.export.strength import rank, strength
from cinetag_plugin.export.text import COMMENT_LIMIT, NAME_LIMIT, clean

MARKED: tuple[Kind, ...] = ("film", "beat", "tag")
"""The kinds of events that become markers unless the user names others."""

_NAMES, _COMMENTS = " + ", " / "


def is_marked(event: Event) -> bool:
    """Tell whether an event is a marker somewhere unless the user says otherwise.

    A gradual transition is one on a timeline; shots and cuts are its clips.
    """
    return event.kind in MARKED or (event.kind == "transition" and event.slug != "cut")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marker says: places ``[start, end)`` of the grid, clean text, the colour's key.

    ``strength`` in [0, 1] is how sure the analysis is of it: a beat's confidence, a tag's probability.
    It stands for so many ``events``, of which the longest has ``longest`` places.
    """

    start: int
    end: int
    kind: Kind
    name: str
    comment: str
    colour: str
    strength: float
    longest: int
    events: int = 1
    name_cut: bool = False
    comment_cut: bool = False

    @property
    def duration(self) -> int:
        """Length in frames, at least 1."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Carries:
    """What a format holds of marks.

    Attributes:
        colours: they have one, be it of few.
        comments: they have one.
        lengths: the kinds of which lengths are held; the others are points.
        whole_film: what holds for the whole film is as long as it. As a bar over the whole timeline it
            hides the others in most programs, so that it marks the first frame alone elsewhere.
        one_a_place: marks that begin together are one.
        last_place: marks that begin later are left out.
        most: how many there may be.
        name_bytes: how many a name may have in UTF-8.
    """

    colours: bool = True
    comments: bool = True
    lengths: Collection[Kind] = KINDS
    whole_film: bool = False
    one_a_place: bool = False
    last_place: int | None = None
    most: int | None = None
    name_bytes: int | None = None


def kept(table: Iterable[Event], grid: Conformed, carries: Carries) -> list[Mark]:
    """Return the marks that a format writes, rising; those that begin together keep their order."""
    found = marks(table, grid, whole_film=carries.whole_film)
    if carries.one_a_place:
        found = one_a_place(found)
    if carries.last_place is not None:
        found = [mark for mark in found if mark.start <= carries.last_place]
    if carries.most is not None:
        found = strongest(found, carries.most)
    if carries.name_bytes is not None:
        found = [_fitted(mark, carries.name_bytes) for mark in found]
    return found


def lost(table: Sequence[Event], grid: Conformed, carries: Carries, *notes: str) -> Losses:
    """Return what is lost of the events where :func:`kept` is written; empty ``notes`` are none."""
    written = kept(table, grid, carries)
    return Losses(
        colours=0 if carries.colours else len(written),
        comments=0 if carries.comments else sum(bool(mark.comment) for mark in written),
        durations=sum(
            mark.longest > (mark.duration if mark.kind in carries.lengths else 1) for mark in written
        ),
        merged=sum(mark.events - 1 for mark in written),
        left_out=len(table) - sum(mark.events for mark in written),
        shortened=sum(mark.name_cut or (carries.comments and mark.comment_cut) for mark in written),
        notes=tuple(filter(None, notes)),
    )


def marks(table: Iterable[Event], grid: Conformed, *, whole_film: bool = False) -> list[Mark]:
    """Return one mark an event, rising, within the film; ``whole_film`` is that of :class:`Carries`."""
    return sorted((_mark(event, grid, whole_film) for event in table), key=lambda mark: mark.start)


def _mark(event: Event, grid: Conformed, whole_film: bool) -> Mark:
    start, end = grid.span(event.start, event.end)
    name, name_cut = _shortened(event.name, NAME_LIMIT)
    comment, comment_cut = _shortened(event.comment, COMMENT_LIMIT)
    return Mark(
        start,
        start + 1 if event.kind == "film" and not whole_film else end,
        event.kind,
        name,
        comment,
        event.colour,
        strength(event) or 0.0,
        longest=end - start,
        name_cut=name_cut,
        comment_cut=comment_cut,
    )


def _shortened(text: str, limit: int) -> tuple[str, bool]:
    """Return a text cleaned, and whether it had to be cut."""
    whole = clean(text, sys.maxsize)
    return clean(whole, limit), len(whole) > limit


def one_a_place(all_marks: Sequence[Mark]) -> list[Mark]:
    """Join the marks that begin on one place, for targets that keep one marker a frame.

    Names are joined by ``+``, comments by ``/``; kind and colour are those of the first, the length
    is that of the longest.

    Args:
        all_marks: rising, as :func:`marks` returns them.
    """
    return [_joined(list(group)) for _, group in groupby(all_marks, key=lambda mark: mark.start)]


def _joined(together: Sequence[Mark]) -> Mark:
    name, name_cut = _shortened(_NAMES.join(mark.name for mark in together), NAME_LIMIT)
    comments = (mark.comment for mark in together if mark.comment)
    comment, comment_cut = _shortened(_COMMENTS.join(comments), COMMENT_LIMIT)
    return replace(
        together[0],
        end=max(mark.end for mark in together),
        name=name,
        comment=comment,
        strength=max(mark.strength for mark in together),
        longest=max(mark.longest for mark in together),
        events=len(together),
        name_cut=name_cut or any(mark.name_cut for mark in together),
        comment_cut=comment_cut or any(mark.comment_cut for mark in together),
    )


def _fitted(mark: Mark, most: int) -> Mark:
    """Return a mark with as many whole characters of its name as fit into so many bytes."""
    name = mark.name.encode("utf-8")[:most].decode("utf-8", "ignore")
    return mark if name == mark.name else replace(mark, name=name, name_cut=True)


def strongest(all_marks: Sequence[Mark], limit: int) -> list[Mark]:
    """Return at most ``limit`` marks, rising: by kind in the order of the table, then the strongest."""
    if len(all_marks) <= limit:
        return list(all_marks)
    ranked = sorted(all_marks, key=lambda mark: rank(mark.kind, mark.strength, mark.start))
    return sorted(ranked[:limit], key=lambda mark: mark.start)
