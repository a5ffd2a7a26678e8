"""A plugin's measure of sound, piece by piece."""

from array import array
from math import isfinite

import numpy as np

from cinetag_plugin.document.contracts import SoundEvidence
from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.media.sound import RATE, SoundBlock


class PieceMeter:
    """Has a plugin measure each block; a shot has the mean, by how much of it each block fills.

    A :class:`~.sound.Meter`. A mean that is no number is left out.
    """

    def __init__(self, name: str, evidence: SoundEvidence) -> None:
        self._name = name
        self._evidence = evidence
        self._edges = array("d")
        self._values = array("d")

    def feed(self, block: SoundBlock) -> None:
        """Take the next block."""
        if not self._edges:
            self._edges.append(float(block.start))
        self._edges.append(float(block.start) + len(block.samples) / RATE)
        self._values.append(self._evidence.hear(block.samples))

    def finish(self) -> None:
        """Learn that there is no more."""

    def measures(self, shot: Stretch) -> dict[str, float]:
        """Return the measure of a shot; empty where there is no sound, or the plugin failed."""
        shares = np.diff(np.asarray(self._edges).clip(shot.start, shot.end))
        inside = shares > 0
        if not inside.any():
            return {}
        mean = float(np.average(np.asarray(self._values)[inside], weights=shares[inside]))
        return {self._name: mean} if isfinite(mean) else {}
