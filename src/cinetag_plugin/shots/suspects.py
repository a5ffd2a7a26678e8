"""Where a cut may be, judged from packets and key pictures alone: a probability for every picture.

An encoder spends bytes where it cannot predict. At a cut a picture is coded anew: intra where the
encoder saw it, or an outsized predicted one; the pictures before and after cost what their own shots
cost. Two logistic rules turn that into probabilities, one for key pictures, one for all others; their
weights are what ``benchmarks/fit_suspects.py`` prints for films composed of real shots and real films.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.packets import Packets
from cinetag_plugin.shots.measures import FrameMeasures, colour_distance, structure_distance

NEIGHBOURS = 8
"""Pictures on each side whose bytes a picture's are compared with."""

HEADERS = 64.0
"""Bytes added to every packet, so that empty ones do not count as infinitely small."""

CLOSE = 26
"""Pictures after a key picture within which encoders put no other at a cut (x264's 25)."""

LATE = 6
"""Pictures by which encoders in a hurry may begin a group after the cut that made them."""

_UNKNOWN_DIFFERENCE = 0.8
_LONG = 60.0

Features = NDArray[np.float64]


def groups_of(keys: NDArray[np.int64], pictures: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for every picture the key picture its group begins with, and where the group ends."""
    edges = np.append(keys, pictures)
    lengths = np.diff(edges)
    return np.repeat(keys, lengths), np.repeat(edges[1:], lengths)


def _mean_bytes(
    total: NDArray[np.float64], first: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean bytes of pictures ``first`` to ``end``, NaN where there are none."""
    count = np.maximum(end - first, 0)
    with np.errstate(invalid="ignore"):
        return np.asarray((total[np.maximum(end, first)] - total[first]) / np.where(count, count, np.nan))


def _most_before(sizes: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the most bytes among the neighbours before each picture, 0 where there are none."""
    most = np.zeros_like(sizes)
    places = np.arange(len(sizes))
    for back in range(1, NEIGHBOURS + 1):
        earlier = np.roll(sizes, back)
        most = np.where(places - back > start, np.maximum(most, earlier), most)
    return most


def distances(measures: Sequence[FrameMeasures]) -> tuple[Features, Features]:
    """Return how far each key picture lies from the one before, in colours and in structure."""
    pairs = list(pairwise(measures))
    return (
        np.array([0.0, *(colour_distance(a, b) for a, b in pairs)]),
        np.array([0.0, *(structure_distance(a, b) for a, b in pairs)]),
    )


def picture_features(
    packets: Packets, intra: NDArray[np.bool_], keys: NDArray[np.int64], apart: Features
) -> Features:
    """Return one row a picture, from the first key picture on.

    Columns: logarithms of its bytes over the mean and the most of those before, over the mean of
    those after, and over its group's key picture; coded right after the picture before; B picture;
    distance from the key picture (two forms); difference of the group's two key pictures; intra;
    how much the bytes change here, up or down; the next key picture is near.
    """
    sizes = packets.sizes.astype(np.float64) + HEADERS
    total = np.concatenate([[0.0], np.cumsum(sizes)])
    places = np.arange(len(sizes))
    start, end = groups_of(keys, len(sizes))
    before = _mean_bytes(total, np.maximum(start + 1, places - NEIGHBOURS), places)
    after = _mean_bytes(total, places + 1, np.minimum(end, places + 1 + NEIGHBOURS))
    before = np.where(np.isnan(before), np.where(np.isnan(after), sizes, after), before)
    after = np.where(np.isnan(after), before, after)
    most = np.maximum(_most_before(sizes, start), before)
    offset = places - start
    across = np.append(apart[1:], _UNKNOWN_DIFFERENCE).repeat(np.diff(np.append(keys, len(sizes))))
    columns = (
        np.log(sizes / before),
        np.log(sizes / most),
        np.log(sizes / after),
        np.log(sizes / sizes[start]),
        packets.anchors & np.roll(packets.anchors, 1),
        ~packets.anchors,
        np.minimum(offset, _LONG) / _LONG,
        offset <= CLOSE,
        across,
        intra,
        np.abs(np.log(after / before)),
        end - places <= LATE,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def key_features(
    packets: Packets, keys: NDArray[np.int64], colours: Features, structure: Features
) -> Features:
    """Return one row a key picture but the first.

    Columns: logarithms of its bytes over the mean and the most of those before, of those over their
    whole group's, of those after over those before; difference from the key picture before in
    colours and structure; length of the group before; whether that is the longest of the film, and
    not the only one so long: then the encoder had to begin another; how much the
    bytes change here, up or down; no B picture among the two before, and the logarithm of their bytes,
    the later over the former: what a cut shortly before leaves.
    """
    sizes = packets.sizes.astype(np.float64) + HEADERS
    total = np.concatenate([[0.0], np.cumsum(sizes)])
    place, last = keys[1:], keys[:-1]
    end = np.append(keys[2:], len(sizes))
    group = _mean_bytes(total, last + 1, place)
    group = np.where(np.isnan(group), sizes[last], group)
    before = _mean_bytes(total, np.maximum(last + 1, place - NEIGHBOURS), place)
    before = np.where(np.isnan(before), group, before)
    after = _mean_bytes(total, place + 1, np.minimum(end, place + 1 + NEIGHBOURS))
    after = np.where(np.isnan(after), sizes[place], after)
    start, _ = groups_of(keys, len(sizes))
    most = np.maximum(_most_before(sizes, np.append([0], start[:-1]))[place], before)
    length = place - last
    longest = length == length.max(initial=0)
    columns = (
        np.log(sizes[place] / before),
        np.log(sizes[place] / most),
        np.log(before / group),
        np.log(after / before),
        colours[1:],
        structure[1:],
        np.minimum(length, _LONG) / _LONG,
        longest & (longest.sum() > 1),
        np.abs(np.log(after / before)),
        packets.anchors[place - 1] & packets.anchors[np.maximum(place - 2, 0)],
        np.log(sizes[place - 1] / sizes[np.maximum(place - 2, 0)]),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def probability(features: Features, weights: Sequence[float]) -> Features:
    """Return the logistic rule's verdict on each row; the first weight stands alone."""
    return np.asarray(1 / (1 + np.exp(-(weights[0] + features @ np.array(weights[1:])))))


PICTURE_WEIGHTS = (-10.43, 0.1, 0.18, 0.73, -0.03, 3.59, 2.23, 0.12, -0.53, 0.89, 6.09, 1.18, -0.87)
"""Constant and weights of the columns of :func:`picture_features`."""

KEY_WEIGHTS = (-1.5, 1.25, 0.08, 0.89, -0.39, 2.48, 0.55, 0.66, -6.03, 1.48, -2.06, 0.02)
"""Constant and weights of the columns of :func:`key_features`."""


def cut_probabilities(
    packets: Packets, intra: NDArray[np.bool_], measures: Sequence[FrameMeasures]
) -> Features:
    """Return for every picture how probable it is that a shot begins with it, 0 for the first.

    Args:
        packets: the film's packets.
        intra: which pictures are intra, in display order.
        measures: of the key pictures that were decoded, the film's first among them.
    """
    keys = np.array([measure.index for measure in measures])
    colours, structure = distances(measures)
    found = probability(picture_features(packets, intra, keys, colours + structure), PICTURE_WEIGHTS)
    found[keys[1:]] = probability(key_features(packets, keys, colours, structure), KEY_WEIGHTS)
    found[: keys[0] + 1] = 0.0
    return found
