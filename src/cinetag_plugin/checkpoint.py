"""Where a long analysis stands, kept beside its results, so that an interrupted one can go on.

A checkpoint is written where a shot has ended: what is known up to there, and the time of every frame
seen. An analysis that goes on decodes again from :data:`RUN_UP` frames before the running shot, so
that its detector sees what it would have seen; its results are those of an uninterrupted one. The
first frame of the running shot must be the one that was seen before, or the film is begun anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cinetag_plugin.document.errors import CinetagError, ExportError
from cinetag_plugin.document.files import read_limited, write_whole
from cinetag_plugin.document.time import TimingRun
from cinetag_plugin.media.frames import FramePipe, Place
from cinetag_plugin.take import Standing, Take

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import DetectorSpec
    from cinetag_plugin.document.records import ModelUse
    from cinetag_plugin.settings import Settings

SUFFIX = ".cinetag.part"
"""What a checkpoint is called after the film's stem."""

RUN_UP = 512
"""Frames before the running shot from which a detector is fed again; none of ours looks back farther."""

LEAST_PAUSE = 20.0
"""Seconds between two checkpoints."""

LARGEST = 1 << 28
"""Bytes; a film of ten thousand shots has a fifth of that."""

_FORMAT = 1
# these change how fast a film is analysed, or what is made of the result, but nothing of it
_IDLE = {"threads", "ffmpeg", "strict"}


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint file holds.

    ``film`` and ``how`` are fingerprints of the film and of everything that decides on the result.
    """

    format: int
    film: str
    how: str
    frames: int
    timing: tuple[tuple[int, int, int], ...]
    standing: Standing

    @property
    def is_sound(self) -> bool:
        """Whether times are there for every frame up to the running shot, and the rest fits."""
        starts = [run[0] for run in self.timing]
        rises = starts[:1] == [0] and all(a < b for a, b in pairwise(starts))
        return rises and self.standing.is_sound and self.standing.shot_start < self.frames

    def place(self) -> Place | None:
        """Return where to decode from; None where that is the film's beginning all the same."""
        frame = self.standing.shot_start - RUN_UP
        runs = [TimingRun(*run) for run in self.timing]
        return Place(frame, runs) if frame >= 2 else None


def fingerprint_of(settings: Settings, spec: DetectorSpec, models: Sequence[ModelUse], version: str) -> str:
    """Return what tells two ways of analysing a film apart."""
    values = {name: getattr(settings, name) for name in settings.__slots__ if name not in _IDLE}
    decides = [(name, sorted(v) if isinstance(v, frozenset) else v) for name, v in values.items()]
    said = (version, decides, spec.name, spec.version, dict(spec.settings), models)
    return hashlib.sha256(repr(said).encode()).hexdigest()


class Logbook:
    """Writes checkpoints of one analysis, and reads what an earlier one left.

    Args:
        path: the file.
        film: fingerprint of the film.
        how: :func:`fingerprint_of` the analysis.
    """

    def __init__(self, path: Path, film: str, how: str) -> None:
        self._path = path
        self._film, self._how = film, how
        self._written = time.monotonic()
        self._shot = 0

    def earlier(self) -> Checkpoint | None:
        """Return what an interrupted analysis of the same film in the same way left, if it can be used."""
        try:
            found = msgspec.msgpack.decode(read_limited(self._path, LARGEST), type=Checkpoint)
        except (CinetagError, msgspec.DecodeError):
            return None
        fits = (found.format, found.film, found.how) == (_FORMAT, self._film, self._how)
        return found if fits and found.is_sound else None

    def note(self, take: Take, pipe: FramePipe, *, at_once: bool = False) -> None:
        """Write where an analysis stands, if a shot has ended since and some time has gone by."""
        due = at_once or time.monotonic() - self._written >= LEAST_PAUSE
        if not due or len(take.measures) == self._shot or not pipe.is_plain:
            return
        standing = take.standing
        if standing is None:
            return
        checkpoint = Checkpoint(
            format=_FORMAT,
            film=self._film,
            how=self._how,
            frames=pipe.frames,
            timing=tuple((run.frame, run.pts, run.step) for run in pipe.timing),
            standing=standing,
        )
        # a folder that fills up ends no analysis: it only cannot be gone on with
        with contextlib.suppress(ExportError):
            write_whole(self._path, msgspec.msgpack.encode(checkpoint), overwrite=True)
        self._written, self._shot = time.monotonic(), len(take.measures)
