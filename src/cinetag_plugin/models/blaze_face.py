"""From the raw output of BlazeFace (short range) to boxes around faces.

The network is V. Bazarevsky et al., *BlazeFace: Sub-millisecond Neural Face Detection on Mobile
GPUs* (CVPR workshops 2019, arXiv:1907.05047), as MediaPipe publishes it. It looks at a square of
128 x 128 pixels and answers for 896 anchors, by the rule that MediaPipe's
``face_detection_short_range_common.pbtxt`` states: strides 8, 16, 16, 16, of which equal ones share
a grid, two anchors for each, all in the middle of their cell and of fixed size. So 16 x 16 cells
have two anchors each and 8 x 8 cells six. A box is told as pixels of the square: its middle from
the anchor on, and its width and height.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SIDE = 128
"""Pixels of the square that the network looks at."""

ANCHORS = 896
VALUES = 16
"""Of an anchor: four of the box, then two for each of six points of the face."""

SAME_FACE = 0.3
"""Intersection over union from which two boxes are one face, as in the published graph."""

MOSTLY = 0.6
"""Share of the smaller of two boxes that both have, from which one of them is no face of its own."""

_GRIDS = ((SIDE // 8, 2), (SIDE // 16, 6))
"""Cells a side, and anchors a cell."""

Floats = NDArray[np.float64]


class Boxes(NamedTuple):
    """Boxes and how sure the network is of each, the surest first.

    ``corners`` is ``(n, 4)``: left, top, right, bottom, as shares of the picture, or a little outside;
    ``scores`` is ``(n,)``, in [0, 1].
    """

    corners: Floats
    scores: Floats


@cache
def anchors() -> Floats:
    """Return the middles of all anchors, ``(896, 2)``: x and y as shares of the square, for reading."""
    each = []
    for cells, repeated in _GRIDS:
        places = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(places, places, indexing="ij")
        each.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeated, axis=0))
    return np.concatenate(each)


def decoded(raw: NDArray[np.float32], logits: NDArray[np.float32], least: float) -> Boxes:
    """Return the boxes that the network is sure enough of, in shares of its square, overlapping ones too.

    Args:
        raw: ``(896, 16)``, as the network gives them.
        logits: ``(896,)``.
        least: the score to reach; the published graph asks for 0.5.
    """
    scores = 0.5 * (1.0 + np.tanh(0.5 * logits.astype(np.float64)))  # the logistic function, without overflow
    sure = np.flatnonzero(scores >= least)
    sure = sure[np.argsort(-scores[sure], kind="stable")]
    values = raw[sure, :4].astype(np.float64) / SIDE
    middle, half = anchors()[sure] + values[:, :2], np.abs(values[:, 2:]) / 2
    return Boxes(np.concatenate([middle - half, middle + half], axis=1), scores[sure])


def merged(boxes: Boxes, overlap: float = SAME_FACE) -> Boxes:
    """Return one box a face: the surest, moved to the mean of those it overlaps, weighted by their scores.

    This is the blending that the paper puts in the place of plain non-maximum suppression; the score is
    the surest one's.
    """
    corners, scores = boxes
    kept, kept_scores = [], []
    left = np.arange(len(scores))
    while left.size:
        same = overlaps(corners[left[0]], corners[left]) >= overlap
        same[0] = True
        group = left[same]
        kept.append(np.average(corners[group], axis=0, weights=scores[group]))
        kept_scores.append(scores[left[0]])
        left = left[~same]
    return Boxes(np.array(kept).reshape(-1, 4), np.array(kept_scores))


def without_nested(boxes: Boxes) -> Boxes:
    """Leave out a box that lies mostly inside a surer one, or around it: a mouth, or a head with its hair."""
    kept: list[int] = []
    for index, corners in enumerate(boxes.corners):
        others = boxes.corners[kept]
        smaller = np.minimum(_area(corners[np.newaxis]), _area(others))
        if not (_shared(corners, others) > MOSTLY * smaller).any():
            kept.append(index)
    return Boxes(boxes.corners[kept], boxes.scores[kept])


def overlaps(box: Floats, others: Floats) -> Floats:
    """Return intersection over union of one box ``(4,)`` with each of ``(n, 4)``, 0 where both are empty."""
    shared = _shared(box, others)
    whole = _area(box[np.newaxis]) + _area(others) - shared
    return np.asarray(np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0))


def _shared(box: Floats, others: Floats) -> Floats:
    inner = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    return np.asarray(inner.clip(0.0).prod(axis=1))


def _area(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
