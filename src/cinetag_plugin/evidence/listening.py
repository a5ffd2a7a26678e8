"""The evidence ``sound``: a thread listens to the film's track while its pictures are decoded."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cinetag_plugin.document.contracts import EvidenceSpec, StreamFacts
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film, KeyFrame, ModelUse, Shot
from cinetag_plugin.evidence.heard import Heard, SoundModel, heard_classes
from cinetag_plugin.evidence.kinds import EvidenceKind, Found
from cinetag_plugin.evidence.pieces import PieceMeter
from cinetag_plugin.evidence.sound import LevelMeter, Meter, OnsetMeter
from cinetag_plugin.evidence.spans import Stretch, stretches
from cinetag_plugin.media.sound import SoundPipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cinetag_plugin.document.contracts import Frame
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe
    from cinetag_plugin.models.store import ModelStore, StoredModel

ROLE = "sound"

MOST_MISSED = 5.0
"""Seconds that a track may end before its film, and nobody needs to know."""


def sound_kind(store: ModelStore, opened: ExitStack) -> EvidenceKind:
    """Return the evidence ``sound``, with the first sound model that is here, if there is any.

    Args:
        store: knows the models.
        opened: closes the model in the end.

    Raises:
        ModelError: the model cannot be used.
    """
    known = [model for model in store.list() if model.card.role == ROLE]
    here = next((model for model in known if model.is_here), None)
    model = SoundModel(here, heard_classes()) if here else None
    if model is not None:
        opened.callback(model.close)
    told = "" if model else _way_to_hear(known)

    def begin(probe: Probe, ffmpeg: Ffmpeg) -> Listening:
        meters: list[Meter] = [LevelMeter(), OnsetMeter(), *([Heard(model)] if model else [])]
        return Listening(probe, ffmpeg, meters, models=(model.use(),) if model else (), told=told)

    return EvidenceKind("sound", begin)


def plugins_kind(specs: Sequence[EvidenceSpec]) -> EvidenceKind:
    """Return the measures of sound that plugins offer; nobody asked for them, so they warn of nothing."""

    def begin(probe: Probe, ffmpeg: Ffmpeg) -> Listening:
        facts = StreamFacts(probe.rate, probe.time_base)
        meters = [PieceMeter(spec.name, spec.make(facts)) for spec in specs]
        return Listening(probe, ffmpeg, meters, warns=False)

    return EvidenceKind("plugins' sound", begin)


def _way_to_hear(known: Sequence[StoredModel]) -> str:
    ways = " or ".join(model.way_here for model in known)
    return (
        f"speech, music and other classes of sound were not listened for: they need {ways or 'a sound model'}"
    )


class Listening:
    """Listens to one film, from when it is made; a :class:`~.kinds.ShotEvidence`.

    Args:
        probe: the film.
        ffmpeg: the program that decodes.
        meters: what measures its sound.
        models: what the meters run.
        told: a warning for every film with sound; empty for none.
        warns: whether there are warnings at all.
    """

    def __init__(
        self,
        probe: Probe,
        ffmpeg: Ffmpeg,
        meters: Sequence[Meter],
        *,
        models: tuple[ModelUse, ...] = (),
        told: str = "",
        warns: bool = True,
    ) -> None:
        self._meters = meters
        self._models = models
        self._told = told
        self._warns = warns
        self._silence = _why_silent(probe)
        self._fault: Exception | None = None
        self._pipe = SoundPipe(probe, ffmpeg)
        self._thread = threading.Thread(target=self._listen, name="sound of a film", daemon=True)
        if not self._silence:
            self._thread.start()

    def _listen(self) -> None:
        try:
            with self._pipe as pipe:
                for block in pipe:
                    for meter in self._meters:
                        meter.feed(block)
            for meter in self._meters:
                meter.finish()
        except Exception as fault:  # raised again where the film is waited for
            self._fault = fault

    def see(self, frame: Frame) -> None:
        """Take no notice: sound is told by time."""

    def look(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> None:
        """Take no notice either."""

    def found(self, film: Film, shots: Sequence[Shot]) -> Found:
        """Return the measures of every shot; see :class:`~.kinds.ShotEvidence`."""
        places = list(stretches(film, shots))
        if not self._silence:
            self._thread.join()
        if self._fault is not None and not isinstance(self._fault, MediaError):
            raise self._fault
        return Found(
            measures=[self._measures(place) for place in places],
            models=() if self._silence else self._models,
            warnings=tuple(self._warnings(places)) if self._warns else (),
        )

    def _measures(self, shot: Stretch) -> dict[str, float]:
        return {name: value for meter in self._meters for name, value in meter.measures(shot).items()}

    def _warnings(self, places: Sequence[Stretch]) -> Iterator[str]:
        if self._silence:
            yield self._silence
            return
        if self._told:
            yield self._told
        if self._fault is not None:
            yield f"the sound was not heard to its end: {self._fault}"
            return
        yield from self._pipe.warnings
        missed = places[-1].end - max(float(self._pipe.end), places[0].start)
        if missed > MOST_MISSED and not self._pipe.is_empty:
            yield f"the sound ends {missed:.1f} s before the pictures: shots after it have no measures of it"

    def close(self) -> None:
        """End the thread and its FFmpeg."""
        if self._thread.is_alive():
            self._pipe.cut_off()
            self._thread.join()


def _why_silent(probe: Probe) -> str:
    """Say why a film cannot be listened to; nothing where it can."""
    if probe.source.composition is not None:
        return "the sound of a package lies in files of its own, which are not listened to"
    return "" if probe.sound is not None else "the film has no sound to listen to"
