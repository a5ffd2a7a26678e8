"""Which of a shot's candidates become its key frames.

Pictures are compared coarsely, as mean luminance on a grid (:data:`GRID`); distances are mean
absolute differences in levels of 255. Of equals the earliest is chosen, so that the same film always
has the same key frames. Nearly black frames are chosen only where a shot has no others.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.shots.candidates import Candidate, CandidateFrames, Choice
from cinetag_plugin.shots.key_frames import Keeper, KeptFrames
from cinetag_plugin.shots.shot_measures import sharpness_of

GRID = (18, 32)

_BLACK, _NEAR_BLACK = 16.0, 8.0
_SAME = 1.0

Cells = NDArray[np.float32]


def keeper(
    key_frames: str | int, sampling: str, context: int, key_times: Collection[int] = frozenset()
) -> Keeper:
    """Return what keeps the frames of a shot until its key frames can be chosen.

    Args:
        key_frames: ``middle``, ``best``, or how many a shot.
        sampling: for a number: ``uniform``, ``iframes`` or ``change``.
        context: how many frames after a boundary it may become known.
        key_times: pts of the pictures that the codec coded as key frames, for ``iframes``.
    """
    if key_frames == "middle" or (key_frames == 1 and sampling == "uniform"):
        return KeptFrames(context)
    if key_frames == "best":
        return CandidateFrames(context, sharpness_of, best)
    rank, choice = _sampled(sampling, int(key_frames), key_times)
    return CandidateFrames(context, rank, choice)


def _sampled(
    sampling: str, count: int, key_times: Collection[int]
) -> tuple[Callable[[Frame], float], Choice]:
    if sampling == "iframes":
        return lambda frame: float(frame.pts in key_times), lambda found, shot: coded(found, shot, count)
    choose = changed if sampling == "change" else spread
    return lambda frame: 0.0, lambda found, shot: choose(found, shot, count)


def best(candidates: Sequence[Candidate], shot: range) -> Sequence[Frame]:
    """Return the sharpest and most typical frame.

    With s the variance of a frame's Laplacian (its sharpness: Pech-Pacheco et al., ICPR 2000) and t
    its distance from the mean of the shot's pictures, the score is ::

        s / s_max * (t_median + 1) / (t_median + 1 + t)

    so that a frame twice as sharp may be about twice as far from the typical picture. Exact in shots
    of up to :data:`.candidates.MOST_CANDIDATES` frames; in longer ones the sharpest of each few
    neighbours compete.
    """
    lit, cells = _lit(candidates)
    sharpness = np.array([candidate.rank for candidate in lit])
    distance = np.abs(cells - cells.mean(axis=0)).mean(axis=1)
    usual = float(np.median(distance)) + _SAME
    score = sharpness / max(float(sharpness.max()), 1e-9) * usual / (usual + distance)
    return [lit[int(score.argmax())].frame]


def spread(candidates: Sequence[Candidate], shot: range, count: int) -> Sequence[Frame]:
    """Return up to ``count`` frames, those nearest to the middles of as many equal parts of the shot.

    One of them is the middle where ``count`` is odd. Exact in shots of up to
    :data:`.candidates.MOST_CANDIDATES` frames, but for frames inside a gradual transition, which give
    way to the nearest outside; in longer shots the nearest of 128 candidates or more.
    """
    places = np.array([candidate.frame.index for candidate in candidates], float)
    chosen = []
    for part in range(min(count, len(candidates))):
        wanted = shot.start + (2 * part + 1) * len(shot) // (2 * count)
        nearest = int(np.abs(places - wanted).argmin())
        chosen.append(candidates[nearest].frame)
        places[nearest] = np.inf  # every frame once
    return chosen


def coded(candidates: Sequence[Candidate], shot: range, count: int) -> Sequence[Frame]:
    """Return up to ``count`` of the pictures that the codec coded as key frames, spread over the shot.

    A shot without such a picture has its frame nearest to the middle.
    """
    keys = [candidate for candidate in candidates if candidate.rank]
    return spread(keys, shot, count) if keys else spread(candidates, shot, 1)


def changed(candidates: Sequence[Candidate], shot: range, count: int) -> Sequence[Frame]:
    """Return up to ``count`` frames, each where the picture has changed most from those chosen before.

    The first is the most typical, nearest to the mean of the shot's pictures; each further one lies
    farthest from the nearest of those chosen (Gonzalez, Theoretical Computer Science 38, 1985).
    """
    lit, cells = _lit(candidates)
    place = int(np.abs(cells - cells.mean(axis=0)).mean(axis=1).argmin())
    apart = np.full(len(lit), np.inf)
    chosen = []
    for _ in range(min(count, len(lit))):
        chosen.append(lit[place].frame)
        apart = np.minimum(apart, np.abs(cells - cells[place]).mean(axis=1))
        apart[place] = -1.0  # every frame once
        place = int(apart.argmax())
    return chosen


def _lit(candidates: Sequence[Candidate]) -> tuple[list[Candidate], Cells]:
    """Return the candidates that are not nearly black, or all where all are, with their coarse pictures."""
    cells = np.stack([_fast.block_means(candidate.frame.sampled.y, *GRID) for candidate in candidates])
    cells = cells.reshape(len(candidates), -1)
    black = np.array([0.0 if candidate.frame.full_range else _BLACK for candidate in candidates])
    bright = cells.mean(axis=1) - black > _NEAR_BLACK
    lit = [place for place in range(len(candidates)) if bright[place] or not bright.any()]
    return [candidates[place] for place in lit], cells[lit]
