"""What a shot says: all its key frames vote, each with its best labels, and the scores are kept.

The published system gives each key frame three labels and each shot one, by a rule that stands in a
figure only (Ejaz et al., ICMV 2017). Here every accepted key frame gives its probabilities, raised to
categories, and the shot has their mean: for one label a frame this is the majority.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.document.records import BeatScore, KeyFrame, Shot
from cinetag_plugin.document.vocabulary import NO_BEAT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = NO_BEAT
"""The label of what shows no beat; it has a probability, and is never an event."""


def voted(shots: Iterable[Shot], key_frames: Iterable[KeyFrame], scheme: Scheme) -> tuple[Shot, ...]:
    """Return the shots with ``beats``: the mean over their accepted key frames, the best first."""
    given: dict[int, list[tuple[BeatScore, ...]]] = defaultdict(list)
    for key_frame in key_frames:
        if key_frame.accepted:
            given[key_frame.shot].append(scheme.rolled_up(key_frame.beats))
    return tuple(replace(shot, beats=_mean(given.get(shot.index, []))) for shot in shots)


def _mean(frames: Sequence[Sequence[BeatScore]]) -> tuple[BeatScore, ...]:
    found: dict[str, list[float]] = defaultdict(list)
    for scores in frames:
        for score in scores:
            found[score.category].append(score.probability)
    means = [
        BeatScore(category=label, probability=math.fsum(values) / len(frames))
        for label, values in found.items()
    ]
    return tuple(sorted(means, key=lambda score: (-score.probability, score.category)))


def answers(
    shots: Sequence[Shot], labels: Sequence[str], shares: Sequence[float] = ()
) -> NDArray[np.float64]:
    """Return what each shot says as probabilities over labels, ``(shots, labels)``, rows summing to 1.

    ``labels`` with ``none`` among them give it what the others leave; without it, a shot's probabilities
    are scaled to sum to 1. A shot that nobody looked at speaks for nothing: it has the ``shares`` by which
    answers are weighed, or all labels alike.
    """
    import numpy as np

    place = {label: column for column, label in enumerate(labels)}
    table = np.zeros((len(shots), len(labels)))
    for row, shot in enumerate(shots):
        for score in shot.beats:
            if score.category in place:
                table[row, place[score.category]] += score.probability
    if NONE in place:
        others = np.arange(len(labels)) != place[NONE]
        table[:, place[NONE]] = np.maximum(0.0, 1.0 - table[:, others].sum(axis=1))
    mute = [not shot.beats for shot in shots]
    table[np.array(mute, bool) | (table.sum(axis=1) == 0)] = shares or 1.0
    return np.asarray(table / table.sum(axis=1, keepdims=True))
