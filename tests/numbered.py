"""Made films whose every frame shows its number, so that a frame is known wherever it turns up."""

import subprocess
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from cinetag_plugin.document.records import Analysis, DetectorUse, Film, ModelUse, Shot, Span, Transition
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe

BITS = 10
"""Bright and dark bars, the first the lowest bit."""

SOUND_RATE = 44_100
BEEP = 0.03
"""Seconds that a beep lasts."""

_DARK, _BRIGHT = 40, 210


def made_film(
    path: Path,
    *,
    frames: int,
    size: tuple[int, int] = (160, 90),
    rate: str = "24",
    beeps: Sequence[int] | None = None,
    channels: int = 1,
    coded: Sequence[str] = ("-c:v", "libx264", "-g", "12", "-bf", "2", "-crf", "10"),
    first: int = 0,
) -> Path:
    """Write a film of numbered frames; with ``beeps`` it has sound, a tone from the start of those frames."""
    sound = path.with_suffix(".wav")
    heard: list[str] = []
    if beeps is not None:
        _write_beeps(
            sound, [Fraction(beep) / Fraction(rate) for beep in beeps], frames / Fraction(rate), channels
        )
        heard = ["-i", str(sound), "-c:a", "aac", "-b:a", "128k"]
    images = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{size[0]}x{size[1]}", "-r", rate, "-i", "pipe:0"]
    command = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-y",
        *images,
        *heard,
        *coded,
        "-pix_fmt",
        "yuv420p",
        str(path),
    ]
    pictures = b"".join(picture(first + number, size).tobytes() for number in range(frames))
    subprocess.run(command, input=pictures, check=True)
    sound.unlink(missing_ok=True)
    return path


def picture(number: int, size: tuple[int, int]) -> np.ndarray:
    """Return the luminance of a numbered frame: bars from left to right."""
    columns = np.arange(size[0]) * BITS // size[0]
    row = np.where(number >> columns & 1, _BRIGHT, _DARK).astype(np.uint8)
    return np.broadcast_to(row, (size[1], size[0]))


def number_of(luma: np.ndarray) -> int:
    """Return the number that a picture of a numbered frame shows, without black borders."""
    height, width = luma.shape
    centres = [(2 * bit + 1) * width // (2 * BITS) for bit in range(BITS)]
    bars = luma[height // 4 : -height // 4].mean(axis=0)
    return sum(1 << bit for bit, column in enumerate(centres) if bars[column] > (_DARK + _BRIGHT) / 2)


def shown(path: Path, size: tuple[int, int]) -> np.ndarray:
    """Return the luminance of every frame of a film of a known size, as FFmpeg decodes it."""
    raw = _output(path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray")
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0])


def heard(path: Path, rate: int = 48_000) -> np.ndarray:
    """Return the sound of a film, ``(samples, 2)`` in [-1, 1], from the time 0 of the film on."""
    raw = _output(
        path,
        "-map",
        "0:a",
        "-af",
        "aresample=async=1:first_pts=0",
        "-ar",
        str(rate),
        "-ac",
        "2",
        "-f",
        "f32le",
    )
    return np.frombuffer(raw, "<f4").reshape(-1, 2)


def beep_times(samples: np.ndarray, rate: int = 48_000) -> list[float]:
    """Return the seconds at which a tone begins after silence."""
    loud = np.abs(samples[:, 0]) > 0.1
    quiet_before = round(rate * BEEP / 2)
    begins = [int(i) for i in np.flatnonzero(loud) if not loud[max(0, i - quiet_before) : i].any()]
    return [begin / rate for begin in begins]


def analysis_of(path: Path, **facts: object) -> Analysis:
    """Return an analysis of a film as it decodes, with one shot unless ``facts`` say otherwise."""
    ffmpeg = find_ffmpeg()
    known = probe(path, ffmpeg)
    with FramePipe(known, ffmpeg, short_side=None) as pipe:
        for _ in pipe:
            pass
        film = pipe.film()
    return made_analysis(film, **facts)


def made_analysis(film: Film, **facts: object) -> Analysis:
    """Return an analysis of a film with one shot, unless ``facts`` say otherwise."""
    shot = Shot(index=0, start=0, end=film.frames, transition_in=Transition(kind="start", start=0, end=0))
    given: dict[str, object] = {
        "created_by": "test",
        "film": film,
        "analysed": Span(start=0, end=film.frames),
        "detector": DetectorUse(name="test", version="1"),
        "shots": (shot,),
        "models": (
            ModelUse(role="tags", name="t", sha256="", delegate="cpu", labels=("war", "fire", "sea")),
        ),
    }
    return Analysis(**(given | facts))


def _write_beeps(path: Path, starts: Sequence[Fraction], length: Fraction, channels: int) -> None:
    time = np.arange(round(length * SOUND_RATE)) / SOUND_RATE
    on = np.zeros(len(time), bool)
    for start in starts:
        on |= (time >= float(start)) & (time < float(start) + BEEP)
    tone = np.where(on, 0.5 * np.sin(2 * np.pi * 1500 * time), 0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes(np.repeat(tone[:, None] * 32767, channels, axis=1).astype("<i2").tobytes())


def _output(path: Path, *options: str) -> bytes:
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-i", str(path), *options, "pipe:1"]
    return subprocess.run(command, capture_output=True, check=True).stdout
