"""What every kind of evidence has in common: it is begun before a film is decoded and found after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.records import Film, KeyFrame, ModelUse, Shot
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe


@dataclass(frozen=True, slots=True)
class Found:
    """What evidence comes to.

    Attributes:
        measures: one mapping a shot, finite values by name; empty where nothing is known of the shot.
        models: what ran for it.
        warnings: what the user should know.
    """

    measures: Sequence[Mapping[str, float]]
    models: tuple[ModelUse, ...] = ()
    warnings: tuple[str, ...] = ()


class ShotEvidence(Protocol):
    """The evidence of one film, under way since it was made; work of its own runs in its own thread."""

    def see(self, frame: Frame) -> None:
        """Take the next decoded frame, in order; its planes are views into a reused buffer."""

    def look(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> None:
        """Take the next key frame that was accepted, ``(height, width, 3)`` RGB at display aspect."""

    def found(self, film: Film, shots: Sequence[Shot]) -> Found:
        """Wait for the rest, and return the measures of every shot.

        Raises:
            CinetagError: what ends the film, such as a model that cannot be run.
        """

    def close(self) -> None:
        """End whatever still runs, at once; called in any case, also after :meth:`found`."""


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of evidence, its models opened: makes the evidence of film after film.

    Attributes:
        name: what ``--evidence`` takes.
        begin: begins the evidence of one film.
        sees: wants every frame decoded, from the first, as a picture; then ``--resume`` begins anew and
            the detector ``fast`` is of no use.
        looks: wants the key frames that are accepted, as pictures; then ``--resume`` begins anew.
    """

    name: str
    begin: Callable[[Probe, Ffmpeg], ShotEvidence]
    sees: bool = False
    looks: bool = False
