"""How strong each tag is in a film: equations 5 and 6 of Khan et al. (AVSS 2017).

Every accepted key frame gives its best three tags; K key frames give N = 3K occurrences. For tag
*i* with n_i occurrences of probabilities p_ij::

    W_i = n_i / N * sum_j p_ij                    (5)
    R_i = (W_i - W_min) / (W_max - W_min)         (6)

Equation 5 grows with the square of the count: a tag half as frequent as the commonest has a
quarter of its strength, and in a long film a short passage all but vanishes. The weighting ``log``,
``log(1 + n_i) * mean_j p_ij``, keeps such passages; which of the two viewers agree with more is not
known, so the published one is the default.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from cinetag_plugin.document.records import KeyFrame, TagScore, TagStrength

Weighting = Literal["paper", "log"]

TAGS_PER_KEY_FRAME = 3
"""How many of a key frame's tags count, the most probable first."""

_EQUAL = 1e-9
"""Relative difference of weights that are one weight, summed in another order."""


def best_tags(key_frame: KeyFrame) -> tuple[TagScore, ...]:
    """Return the three most probable tags of a key frame, each tag once; of equals the first listed."""
    best: dict[str, TagScore] = {}
    for score in sorted(key_frame.tags, key=lambda score: -score.probability):
        best.setdefault(score.tag, score)
    return tuple(best.values())[:TAGS_PER_KEY_FRAME]


def strengths(key_frames: Iterable[KeyFrame], weighting: Weighting = "paper") -> tuple[TagStrength, ...]:
    """Return n_i, the sum of probabilities, W_i and R_i of every tag, the strongest first.

    Key frames that were not accepted do not count. Where all weights are equal, or there is one tag,
    every R_i is 1; otherwise the weakest tag has R_i = 0, so a filter that keeps all tags is ``>= 0``.
    """
    probabilities = _probabilities_by_tag(key_frames)
    occurrences = sum(map(len, probabilities.values()))
    weight = _WEIGHTINGS[weighting]
    weights = {tag: weight(found, occurrences) for tag, found in probabilities.items()}
    relative = _relative(weights)
    rows = [
        TagStrength(
            tag=tag,
            count=len(found),
            weight=weights[tag],
            relative_strength=relative[tag],
            probability_sum=math.fsum(found),
        )
        for tag, found in probabilities.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.relative_strength, row.tag)))


def filtered(
    strengths: Iterable[TagStrength], min_strength: float = 0.0, top: int | None = None
) -> tuple[TagStrength, ...]:
    """Return the tags with R_i of at least ``min_strength``, and of those the first ``top``.

    The numbers stay those of the whole film; none of the tags left is stretched again.
    """
    return tuple(row for row in strengths if row.relative_strength >= min_strength)[:top]


def _probabilities_by_tag(key_frames: Iterable[KeyFrame]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for key_frame in key_frames:
        if key_frame.accepted:
            for score in best_tags(key_frame):
                found[score.tag].append(score.probability)
    return found


def _paper_weight(probabilities: Sequence[float], occurrences: int) -> float:
    return len(probabilities) / occurrences * math.fsum(probabilities)


def _log_weight(probabilities: Sequence[float], occurrences: int) -> float:
    return math.log1p(len(probabilities)) * math.fsum(probabilities) / len(probabilities)


_WEIGHTINGS: dict[Weighting, Callable[[Sequence[float], int], float]] = {
    "paper": _paper_weight,
    "log": _log_weight,
}


def _relative(weights: dict[str, float]) -> dict[str, float]:
    """Stretch weights to 0 to 1 (equation 6)."""
    if not weights:
        return {}
    lowest, highest = min(weights.values()), max(weights.values())
    if math.isclose(lowest, highest, rel_tol=_EQUAL):
        return dict.fromkeys(weights, 1.0)
    return {tag: (weight - lowest) / (highest - lowest) for tag, weight in weights.items()}
