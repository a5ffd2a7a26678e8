"""The evidence ``faces``: key frames are looked at as they are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.records import Film, KeyFrame, Shot
from cinetag_plugin.evidence.faces import MODEL, Faces, face_measures, seen
from cinetag_plugin.evidence.kinds import EvidenceKind, Found
from cinetag_plugin.models.faces import FaceFinder
from cinetag_plugin.models.store import ModelStore


def faces_kind(store: ModelStore, opened: ExitStack) -> EvidenceKind:
    """Return the evidence ``faces``.

    Args:
        store: knows the model.
        opened: closes it in the end.

    Raises:
        ModelError: the model is not here, or cannot be used.
    """
    finder = opened.enter_context(FaceFinder(store.giving("faces", MODEL)))
    return EvidenceKind("faces", lambda probe, ffmpeg: Looking(finder), looks=True)


class Looking:
    """Counts the faces of one film; a :class:`~.kinds.ShotEvidence`."""

    def __init__(self, finder: FaceFinder) -> None:
        self._finder = finder
        self._seen: dict[int, Faces] = {}

    def see(self, frame: Frame) -> None:
        """Take no notice: key frames are enough."""

    def look(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> None:
        """Find the faces of a key frame."""
        self._seen[key_frame.index] = seen(self._finder.find(picture))

    def found(self, film: Film, shots: Sequence[Shot]) -> Found:
        """Return the measures of every shot; see :class:`~.kinds.ShotEvidence`."""
        measures = [
            face_measures([self._seen[index] for index in shot.key_frames if index in self._seen])
            for shot in shots
        ]
        return Found(measures, models=(self._finder.use(),))

    def close(self) -> None:
        """Nothing runs: the model is closed by whoever opened it."""
