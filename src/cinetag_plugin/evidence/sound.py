"""How loud a film is, how much of it is silent, and how often something sets in.

==============  ====================================================================================
``loudness``    mean power of the mono sound in dBFS: 0 is a square wave of full scale, a sine of full
                scale has -3.01, and :data:`FLOOR` is the least. Not weighted by how people hear, as
                ITU-R BS.1770 is
``silence``     share of the shot, in pieces of 20 ms, whose power is below :data:`SILENT` dBFS, 0 to 1
``onsets``      how many times a second something sets in: peaks of the spectral flux, as Dixon picks
                them ("Onset detection revisited", DAFx 2006), of spectra in a logarithmic scale
==============  ====================================================================================

A shot of less than :data:`LEAST` seconds has the values of that time around its middle.
"""

from array import array
from fractions import Fraction
from math import ceil, floor, log10
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.media.sound import RATE, SoundBlock

FLOOR = -100.0
"""dBFS of digital silence."""

SILENT = -60.0
"""dBFS below which FFmpeg's ``silencedetect`` speaks of silence, unless told otherwise."""

LEAST = 0.4
"""Seconds: the window of momentary loudness in EBU Tech 3341."""

_STEP = RATE // 10
_PIECE = RATE // 50
_STEP_SECONDS = _STEP / RATE

_WINDOW, _HOP = 512, 256
_BEFORE, _AROUND = 9, 3
"""Frames of 16 ms: the mean to be surpassed reaches back so far, and none around may be higher."""
_RISE = 0.15
"""By how much, in natural logarithms averaged over the spectrum, a peak surpasses the mean around it."""
_QUIETEST = 1e-3
"""Amplitude of a partial, of full scale 1, below which changes hardly count."""


class Meter(Protocol):
    """Measures sound as it streams by, and remembers a few numbers a second."""

    def feed(self, block: SoundBlock) -> None:
        """Take the next block; each begins where the one before ended."""

    def finish(self) -> None:
        """Learn that there is no more."""

    def measures(self, shot: Stretch) -> dict[str, float]:
        """Return what a shot sounds like; empty where there is no sound."""


class LevelMeter:
    """Measures ``loudness`` and ``silence``, ten times a second."""

    def __init__(self) -> None:
        self._start = Fraction(0)
        self._power = array("f")
        self._silent = array("f")
        self._rest = np.zeros(0, np.float32)

    def feed(self, block: SoundBlock) -> None:
        """See :class:`Meter`."""
        if not self._power and not len(self._rest):
            self._start = block.start
        samples = np.concatenate([self._rest, block.samples])
        whole = len(samples) - len(samples) % _STEP
        if whole:
            self._measure(samples[:whole].reshape(-1, _STEP))
        self._rest = samples[whole:]

    def finish(self) -> None:
        """See :class:`Meter`."""
        whole = len(self._rest) - len(self._rest) % _PIECE
        if whole:
            self._measure(self._rest[:whole].reshape(1, -1))
        self._rest = self._rest[:0]

    def _measure(self, steps: NDArray[np.float32]) -> None:
        powers = np.square(steps).reshape(len(steps), -1, _PIECE).mean(axis=2)
        self._power.extend(powers.mean(axis=1).tolist())
        self._silent.extend((powers < 10 ** (SILENT / 10)).mean(axis=1).tolist())

    def measures(self, shot: Stretch) -> dict[str, float]:
        """Return ``loudness`` and ``silence``."""
        shot = shot.at_least(LEAST)
        start, end = ((time - float(self._start)) / _STEP_SECONDS for time in (shot.start, shot.end))
        first, last = max(0, floor(start)), min(len(self._power), ceil(end))
        if last <= first:
            return {}
        edges = np.arange(first, last + 1).clip(start, end)
        shares = np.diff(edges) / np.diff(edges).sum()
        power = float(shares @ np.asarray(self._power[first:last]))
        silence = float(shares @ np.asarray(self._silent[first:last]))
        return {"loudness": max(FLOOR, 10 * log10(max(power, 1e-12))), "silence": min(1.0, silence)}


class OnsetMeter:
    """Measures ``onsets``, and remembers when each was."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._frames = 0
        self._rest = np.zeros(_HOP, np.float32)
        self._before: NDArray[np.float32] | None = None
        self._flux = np.zeros(_BEFORE)
        self._times = array("d")
        self._end = 0.0
        self._shape = np.hanning(_WINDOW).astype(np.float32)

    def feed(self, block: SoundBlock) -> None:
        """See :class:`Meter`."""
        if self._start is None:
            self._start = float(block.start)
        self._end = float(block.start) + len(block.samples) / RATE
        samples = np.concatenate([self._rest, block.samples])
        if len(samples) < _WINDOW:
            self._rest = samples
            return
        frames = sliding_window_view(samples, _WINDOW)[::_HOP]
        self._rest = samples[len(frames) * _HOP :]
        self._pick(self._rises(frames))

    def _rises(self, frames: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how much each spectrum surpasses the one before, on the mean over the frequencies."""
        amplitudes = np.abs(np.fft.rfft(frames * self._shape)) * (2 / self._shape.sum())
        spectra = np.log1p(amplitudes / _QUIETEST).astype(np.float32)
        before = spectra[:1] if self._before is None else self._before[np.newaxis]
        self._before = spectra[-1]
        rises = np.maximum(np.diff(spectra, axis=0, prepend=before), 0)
        return np.asarray(rises.mean(axis=1), np.float64)

    def _pick(self, rises: NDArray[np.float64]) -> None:
        self._flux = np.concatenate([self._flux, rises])
        around = _BEFORE + 1 + _AROUND
        if len(self._flux) < around:
            return
        seen = sliding_window_view(self._flux, around)
        middle = seen[:, _BEFORE]
        highest = middle == seen[:, _BEFORE - _AROUND :].max(axis=1)
        peaks = np.flatnonzero(highest & (middle >= seen.mean(axis=1) + _RISE))
        assert self._start is not None
        # a frame's middle; the first begins half a frame before the sound
        self._times.extend((self._start + (self._frames + peaks) * (_HOP / RATE)).tolist())
        self._frames += len(seen)
        self._flux = self._flux[len(seen) :]

    def finish(self) -> None:
        """See :class:`Meter`."""
        if self._start is not None:
            self._pick(np.zeros(_AROUND))

    def measures(self, shot: Stretch) -> dict[str, float]:
        """Return ``onsets``."""
        shot = shot.at_least(LEAST)
        start, end = max(shot.start, self._start or 0.0), min(shot.end, self._end)
        if end <= start:
            return {}
        first, last = np.searchsorted(np.asarray(self._times), (start, end))
        return {"onsets": float(last - first) / (end - start)}
