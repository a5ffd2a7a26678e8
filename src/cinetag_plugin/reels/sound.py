"""The sound of a scene: 48 kHz stereo, exactly as long as its pictures, with short fades at its ends."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child
from cinetag_plugin.media.sound import SoundComplaints, SoundForm, sound_arguments
from cinetag_plugin.reels.footage import SOUND_RATE, Footage, Tell
from cinetag_plugin.reels.scenes import Scene

FADE = SOUND_RATE // 100
"""Samples, 10 ms: what sound that is cut anywhere needs in order not to click."""

CHANNELS = 2

_FORM = SoundForm(SOUND_RATE, "stereo")
_BLOCK = 1 << 16
_BYTES = 4 * CHANNELS
_RUN_UP = 1  # seconds before the scene from which is decoded: coders need some blocks to come right
_LOUDEST = 32767


def scene_sound(
    footage: Footage, scene: Scene, samples: int, ffmpeg: Ffmpeg, tell: Tell
) -> Iterator[NDArray[np.int16]]:
    """Yield blocks ``(count, 2)`` of ``samples`` in all, from the time of the scene's first frame on.

    Where the film has no sound there, it is silence; where it cannot be decoded, too, and ``tell`` is
    given a line about it.

    Raises:
        MediaError: the decoder made no progress.
    """
    done = 0
    for block in _decoded(footage, scene, samples, ffmpeg, tell) if footage.is_heard else ():
        yield _faded(block, done, samples)
        done += len(block)
    while done < samples:
        count = min(_BLOCK, samples - done)
        yield np.zeros((count, CHANNELS), np.int16)
        done += count


def _decoded(
    footage: Footage, scene: Scene, samples: int, ffmpeg: Ffmpeg, tell: Tell
) -> Iterator[NDArray[np.float32]]:
    facts, film, done = footage.probe, footage.film, 0
    begins = film.clock.pts(scene.start) * film.time_base
    seek = max(Fraction(0), begins - facts.start - _RUN_UP)
    arguments = sound_arguments(facts, _FORM, seek=seek, begins=begins)
    complaints = SoundComplaints(facts)
    with Child(ffmpeg, arguments, on_line=complaints.take, subject=facts.source.path) as child:
        while done < samples:
            room = min(_BLOCK, samples - done)
            buffer = bytearray(room * _BYTES)
            count = child.read_into(memoryview(buffer)) // _BYTES
            yield np.frombuffer(buffer, "<f4", count * CHANNELS).reshape(count, CHANNELS)
            done += count
            if count < room:
                _tell_failure(facts, child.wait(), done, complaints.first, tell)
                return


def _tell_failure(facts: Probe, status: int, samples: int, reason: str, tell: Tell) -> None:
    """Tell of a decoder that failed, or gave nothing and said why; else the track ends there."""
    if status or (reason and not samples):
        said = reason or "FFmpeg gave no reason"
        tell(f"{facts.source.path}: its sound cannot be decoded everywhere ({said}): there is silence there")


def _faded(block: NDArray[np.float32], first: int, samples: int) -> NDArray[np.int16]:
    """Return part of a scene's sound, from sample ``first`` of ``samples`` on, as it is written."""
    place = np.arange(first, first + len(block), dtype=np.float32)
    fade = min(FADE, samples // 2) + 1
    gain = np.minimum(1, np.minimum(place + 1, samples - place) / fade)
    heard = np.nan_to_num(block).clip(-1, 1) * gain[:, np.newaxis]  # float tracks may hold anything
    written: NDArray[np.int16] = np.rint(heard * _LOUDEST).astype("<i2")
    return written
