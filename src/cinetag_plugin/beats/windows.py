"""The slides' rule: a window of three over the labels of the shots.

"All three different: each shot is an event of its own. Not all different: the majority. The event is
extended while the next steps give the same label." (Ejaz et al., ICMV 2017.) What the slides leave
open is read in two ways. A third way, in which windows look at labels that earlier windows have
rewritten, turns a whole film into one event and is a fault, not a reading.
"""

from collections.abc import Sequence

WINDOW = 3


def paper(labels: Sequence[str]) -> list[str]:
    """Slide by one shot; write a window's majority to all its shots; windows look at the given labels.

    A later window overwrites what an earlier one wrote. This is the rule as literally as it can be read.
    """
    smoothed = list(labels)
    for first in range(len(labels) - WINDOW + 1):
        majority = _majority(labels[first : first + WINDOW])
        if majority is not None:
            smoothed[first : first + WINDOW] = [majority] * WINDOW
    return smoothed


def centred(labels: Sequence[str]) -> list[str]:
    """Give each shot the majority of itself and its neighbours; only events of one shot can vanish."""
    smoothed = list(labels)
    for middle in range(1, len(labels) - 1):
        majority = _majority(labels[middle - 1 : middle + 2])
        if majority is not None:
            smoothed[middle] = majority
    return smoothed


def _majority(three: Sequence[str]) -> str | None:
    first, second, third = three
    if first in (second, third):
        return first
    return second if second == third else None
