"""The sound of a scene: 48 kHz stereo, exactly as long as its pictures, with short fades at its ends."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child
from cinetag_plugin.media.sound import LONGEST_GAP
from cinetag_plugin.reels.footage import SOUND_RATE, Footage
from cinetag_plugin.reels.scenes import Scene

FADE = SOUND_RATE // 100
"""Samples, 10 ms: what sound that is cut anywhere needs in order not to click."""

CHANNELS = 2

_BLOCK = 1 << 16
_BYTES = 4 * CHANNELS
_RUN_UP = 1  # seconds before the scene from which is decoded: coders need some blocks to come right
_LOUDEST = 32767


def scene_sound(footage: Footage, scene: Scene, samples: int, ffmpeg: Ffmpeg) -> Iterator[NDArray[np.int16]]:
    """Yield blocks ``(count, 2)`` of ``samples`` in all, from the time of the scene's first frame on.

    Where the film has no sound there, it is silence.

    Raises:
        MediaError: the decoder made no progress.
    """
    done = 0
    for block in _decoded(footage, scene, samples, ffmpeg) if footage.is_heard else ():
        yield _faded(block, done, samples)
        done += len(block)
    while done < samples:
        count = min(_BLOCK, samples - done)
        yield np.zeros((count, CHANNELS), np.int16)
        done += count


def _decoded(footage: Footage, scene: Scene, samples: int, ffmpeg: Ffmpeg) -> Iterator[NDArray[np.float32]]:
    film = footage.film
    begins = film.clock.pts(scene.start) * film.time_base
    arguments = scene_sound_arguments(footage.probe, begins)
    with Child(ffmpeg, arguments, on_line=Complaints().take, subject=footage.probe.source.path) as child:
        while samples:
            room = min(_BLOCK, samples)
            buffer = bytearray(room * _BYTES)
            count = child.read_into(memoryview(buffer)) // _BYTES
            yield np.frombuffer(buffer, "<f4", count * CHANNELS).reshape(count, CHANNELS)
            samples = samples - count if count == room else 0


def _faded(block: NDArray[np.float32], first: int, samples: int) -> NDArray[np.int16]:
    """Return part of a scene's sound, from sample ``first`` of ``samples`` on, as it is written."""
    place = np.arange(first, first + len(block), dtype=np.float32)
    fade = min(FADE, samples // 2) + 1
    gain = np.minimum(1, np.minimum(place + 1, samples - place) / fade)
    heard = np.nan_to_num(block).clip(-1, 1) * gain[:, np.newaxis]  # float tracks may hold anything
    written: NDArray[np.int16] = np.rint(heard * _LOUDEST).astype("<i2")
    return written


def scene_sound_arguments(probe: Probe, begins: Fraction) -> Sequence[str]:
    """Return FFmpeg's arguments that write a film's sound from a time on as 32-bit floats, stereo.

    ``begins`` is in seconds on the clock of the pictures, of which ``-copyts`` leaves the sound a part.
    One channel is heard on both sides as loud as it is; more than two are mixed as ITU-R BS.775 has it.
    """
    seek = max(Fraction(0), begins - probe.start - _RUN_UP)
    gap = rf"t-if(isnan(prev_selected_t)\,{float(seek + probe.start):.6f}\,prev_selected_t)"
    steps = (
        "aformat=sample_fmts=fltp:channel_layouts=mono|stereo",
        f"aresample={SOUND_RATE}:rematrix_maxval=1",
        "aeval=val(0)|val(1):c=stereo",
        f"aformat=sample_fmts=flt:sample_rates={SOUND_RATE}:channel_layouts=stereo",
        rf"aselect=lt({gap}\,{LONGEST_GAP})",
        f"aresample=async=1:first_pts={round(begins * SOUND_RATE)}",
    )
    written = ("-f", "f32le", "-map_metadata", "-1", "-map_chapters", "-1", "pipe:")
    return [
        *("-loglevel", "level+repeat+warning", "-copyts", "-threads", "1"),
        *(("-ss", f"{float(seek):.6f}") if seek else ()),
        *probe.source.arguments,
        *("-map", f"0:{probe.sound}", "-af", ",".join(steps), *written),
    ]
