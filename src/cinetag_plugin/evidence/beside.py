"""All evidence of one film: begun together, fed together, and put into the shots of the analysis."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.records import Analysis, KeyFrame
from cinetag_plugin.evidence.kinds import EvidenceKind, ShotEvidence
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe


class Beside:
    """Runs evidence beside the decoding of a film: a context manager that leaves nothing running.

    Args:
        kinds: what is wanted.
        probe: the film.
        ffmpeg: the program that decodes.
    """

    def __init__(self, kinds: Sequence[EvidenceKind], probe: Probe, ffmpeg: Ffmpeg) -> None:
        self._kinds = kinds
        self._probe = probe
        self._ffmpeg = ffmpeg
        self._running: list[ShotEvidence] = []
        self._seeing: list[ShotEvidence] = []
        self._looking: list[ShotEvidence] = []
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            for kind in self._kinds:
                evidence = kind.begin(self._probe, self._ffmpeg)
                opened.callback(evidence.close)
                self._running.append(evidence)
                if kind.sees:
                    self._seeing.append(evidence)
                if kind.looks:
                    self._looking.append(evidence)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def see(self, frame: Frame) -> None:
        """Show the next frame to those that want to see."""
        for evidence in self._seeing:
            evidence.see(frame)

    @property
    def looks(self) -> bool:
        """Whether any wants key frames."""
        return bool(self._looking)

    def look(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> None:
        """Show a key frame that was accepted to those that want to look."""
        for evidence in self._looking:
            evidence.look(key_frame, picture)

    def measured(self, analysis: Analysis) -> Analysis:
        """Return an analysis with what was found; a measure that a shot has already stays as it is.

        Raises:
            CinetagError: what ends the film.
        """
        for evidence in self._running:
            found = evidence.found(analysis.film, analysis.shots)
            shots = tuple(
                replace(shot, measures={**measures, **shot.measures})
                for shot, measures in zip(analysis.shots, found.measures, strict=True)
            )
            analysis = replace(
                analysis,
                shots=shots,
                models=(*analysis.models, *found.models),
                warnings=(*analysis.warnings, *found.warnings),
            )
        return analysis
