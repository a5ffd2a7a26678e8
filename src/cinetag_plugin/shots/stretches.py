"""Which stretches of a film to decode, so that little stays doubtful and little is decoded."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

START_COST = 20
"""Pictures that could be decoded in the time it takes to begin a stretch."""

MOST_DECODED = 0.05
"""Share of the film that is decoded to remove doubt, shots apart that have no picture otherwise."""

_EVEN = 0.5


class Stretch(NamedTuple):
    """Decode from the key picture ``first``; what it decides are the pictures until ``last``, included."""

    first: int
    last: int


class Plan(NamedTuple):
    """What to decode, and how many wrong verdicts to expect of what is not.

    Attributes:
        stretches: in order, one a key picture at most.
        wrong: expected number of cuts missed and of false ones.
        loss: expected loss of F1, 0 to 1.
    """

    stretches: tuple[Stretch, ...]
    wrong: float
    loss: float

    def cost(self, context: int) -> int:
        """Return how many pictures could be decoded in the time that this takes."""
        return sum(last + 1 + context - first + START_COST for first, last in self.stretches)


class _Offer(NamedTuple):
    """A stretch that may be bought: doubt removed for each picture decoded, doubt, pictures.

    ``known`` is the last picture of its group that must have been decided before.
    """

    worth: float
    stretch: Stretch
    known: int
    doubt: float
    pictures: int


def planned(
    probabilities: NDArray[np.float64],
    keys: NDArray[np.int64],
    context: int,
    most_loss: float,
    *,
    understated: float = 1.0,
) -> Plan:
    """Choose what to decode: the most doubt for the fewest pictures first, until the loss is small.

    A verdict without decoding is wrong with the smaller of the two probabilities; decoding makes it
    certain. Shots that would have no decoded picture, their beginning and end both seen between two key
    pictures, are always decoded, and count first.

    Args:
        probabilities: of a cut at every picture.
        keys: the key pictures that can be decoded, the first picture among them.
        context: pictures a detector needs after a cut.
        most_loss: loss of F1 that is small enough.
        understated: how many times more verdicts are wrong than their probabilities say.
    """
    doubts = understated * np.minimum(probabilities, 1 - probabilities)
    cuts = max(1.0, float(probabilities.sum()))
    wanted = _without_picture(probabilities, keys)
    wrong = float(doubts.sum()) - sum(float(doubts[s.first + 1 : s.last + 1].sum()) for s in wanted.values())
    left = MOST_DECODED * len(probabilities) - sum(s.last - s.first for s in wanted.values())
    for offer in sorted(_offers(doubts, keys, context, wanted), reverse=True):
        if wrong <= 2 * cuts * most_loss:
            break
        first = offer.stretch.first
        if offer.pictures <= left and offer.known == wanted.get(first, Stretch(first, first)).last:
            left -= offer.pictures
            wrong -= offer.doubt
            wanted[first] = offer.stretch
    return Plan(tuple(wanted[first] for first in sorted(wanted)), wrong, max(0.0, wrong) / (2 * cuts))


def _without_picture(probabilities: NDArray[np.float64], keys: NDArray[np.int64]) -> dict[int, Stretch]:
    """Return the stretches that show shots in which no key picture stands."""
    likely = np.flatnonzero(probabilities >= _EVEN)
    ends = np.append(likely[1:], len(probabilities))
    bare = likely[np.searchsorted(keys, likely) == np.searchsorted(keys, ends)]
    firsts = keys[np.searchsorted(keys, bare, "right") - 1]
    return {int(first): Stretch(int(first), int(last)) for first, last in zip(firsts, bare, strict=True)}


def _offers(
    doubts: NDArray[np.float64], keys: NDArray[np.int64], context: int, wanted: dict[int, Stretch]
) -> Iterator[_Offer]:
    """Yield for each group the beginning that is worth most, and then its rest.

    The next group's key picture belongs to the rest: whether a cut stands there is seen from here.
    """
    edges = np.append(keys[1:], len(doubts) - 1)
    for first, end in zip(keys.tolist(), edges.tolist(), strict=True):
        known = wanted.get(first, Stretch(first, first)).last
        gained = np.cumsum(doubts[known + 1 : end + 1])
        if not len(gained):
            continue
        cost = np.arange(1, len(gained) + 1) + (START_COST + context if known == first else 0)
        best = int((gained / cost).argmax())
        worth = float(gained[best] / cost[best])
        last = known + 1 + best
        yield _Offer(worth, Stretch(first, last), known, float(gained[best]), int(cost[best]))
        more, rest = float(gained[-1] - gained[best]), end - last
        if rest:
            yield _Offer(min(worth, more / rest), Stretch(first, end), last, more, rest)
