"""The events that a viewer would most likely find right, from many draws of how the story may have run.

The likeliest course of a story is not the one with the most right events: it joins what it is unsure
of. So the events are chosen for the measure that they are judged by, event F at half overlap: what is
expected of an event is the share of draws that hold one of its category with at least half of their
union in common. The best row of events is found by dynamic programming (minimum Bayes risk), and the
ratio F = 2 right / (found + true) by Dinkelbach's method (Management Science 13, 1967).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Floats = NDArray[np.float64]

_BORDERS = 0.5
"""Part of an event's worth that is paid by how much it has in common with what is drawn.

With half overlap alone, borders may lie anywhere; this costs 0.004 of event F and puts them where most draws
have them.
"""

_ROUNDS = 4
_AT_ONCE = 512


class Stretch(NamedTuple):
    """Shots ``[start, end)`` of one label, and the probability that such an event is there."""

    start: int
    end: int
    label: int
    probability: float


class _Candidates(NamedTuple):
    start: Places
    end: Places
    label: Places
    weight: Floats


def best_stretches(draws: NDArray[np.int16], silent: int | None = None) -> list[Stretch]:
    """Return stretches that cover all shots, in order, with the best expected event F.

    Args:
        draws: labels, ``(draws, shots)``.
        silent: a label that is no event; its stretches are worth nothing and cost nothing.
    """
    candidates = _candidates(draws)
    chance, worth = _chances_and_worths(candidates, len(draws))
    is_event = candidates.label != (-1 if silent is None else silent)
    true = candidates.weight[is_event].sum() / len(draws)
    price = 0.5
    path: Places = np.zeros(0, np.int64)
    for _ in range(_ROUNDS):
        path = _best_path(candidates, np.where(is_event, 2 * worth - price, 0.0), draws.shape[1])
        events = path[is_event[path]]
        price = 2 * worth[events].sum() / max(len(events) + true, 1e-9)
    start, end, label, _ = candidates
    return [
        Stretch(int(start[place]), int(end[place]), int(label[place]), float(chance[place])) for place in path
    ]


def _candidates(draws: NDArray[np.int16]) -> _Candidates:
    """Return every different event of all draws, and in how many draws it is."""
    count, shots = draws.shape
    begins = np.ones((count, shots), bool)
    begins[:, 1:] = draws[:, 1:] != draws[:, :-1]
    draw, start = np.nonzero(begins)
    end = np.append(start[1:], shots)
    end[np.append(draw[1:] != draw[:-1], True)] = shots
    rows = np.stack([start, end, draws[draw, start].astype(np.int64)], axis=1)
    different, weight = np.unique(rows, axis=0, return_counts=True)
    return _Candidates(different[:, 0], different[:, 1], different[:, 2], weight.astype(float))


def _chances_and_worths(events: _Candidates, draws: int) -> tuple[Floats, Floats]:
    """Return for each candidate the share of draws with such an event, at half overlap, and its worth.

    No draw can hold two such events: each would cover more than half of the candidate.
    """
    chance = np.zeros(len(events.start))
    worth = np.zeros(len(events.start))
    for label in np.unique(events.label):
        alike = np.flatnonzero(events.label == label)
        start, end, weight = events.start[alike], events.end[alike], events.weight[alike]
        for some in np.array_split(alike, -(-len(alike) // _AT_ONCE)):
            first, last = events.start[some, None], events.end[some, None]
            common = np.minimum(end, last) - np.maximum(start, first)
            union = np.maximum(end, last) - np.minimum(start, first)
            is_right = 2 * common >= union
            chance[some] = is_right @ weight / draws
            worth[some] = (is_right * (1 - _BORDERS + _BORDERS * common / union)) @ weight / draws
    return chance, worth


def _best_path(events: _Candidates, gain: Floats, shots: int) -> Places:
    """Return the events with the greatest sum of gains: each begins where one of another label ends."""
    labels = np.arange(int(events.label.max()) + 2)  # one more, so that any label can be followed
    ending = np.argsort(events.end, kind="stable")
    bounds = np.searchsorted(events.end[ending], np.arange(shots + 2))
    # by the label that comes next: the best sum up to a place, and the event that ends there
    best = np.full((shots + 1, len(labels)), -np.inf)
    best[0] = 0.0
    last = np.zeros((shots + 1, len(labels)), np.int64)
    for place in range(1, shots + 1):
        here = ending[bounds[place] : bounds[place + 1]]
        sums = best[events.start[here], events.label[here]] + gain[here]
        for label in np.unique(events.label[here]):
            mine = np.flatnonzero(events.label[here] == label)
            top = mine[sums[mine].argmax()]
            better = (labels != label) & (sums[top] > best[place])
            best[place, better], last[place, better] = sums[top], here[top]
    return _followed_back(events, best, last)


def _followed_back(events: _Candidates, best: Floats, last: Places) -> Places:
    path: list[int] = []
    place, following = len(best) - 1, int(best[-1].argmax())
    while place > 0:
        path.append(int(last[place, following]))
        place, following = int(events.start[path[-1]]), int(events.label[path[-1]])
    return np.array(path[::-1], np.int64)
