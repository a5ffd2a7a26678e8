"""Real clips as raw material: their frames at one size, and the ranges in them without any cut."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.evaluation.shots import Truth, read_truth
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.layout import Size
from cinetag_plugin.media.probe import probe
from compose.pictures import Picture, distance, luminance

GUARD = 5
"""Frames kept from every row of a truth: some of their ends are told to a few frames only."""

SHORTEST = 16
"""Frames of the shortest range that is raw material."""

VISIBLE = 8.0
"""Levels by which the pictures about a cut differ at least: what nobody can see is no cut."""

_PLAIN = 6.0  # levels of deviation below which a picture shows nothing
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames that follow one another in a clip without a cut.

    ``frames`` is ``(length, size.bytes)``; ``start`` is the first one's place in the clip.
    """

    frames: NDArray[np.uint8]
    clip: str
    start: int

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def name(self) -> str:
        """Where it comes from, for notes."""
        return f"{self.clip}@{self.start}"

    def part(self, start: int, length: int) -> "Shot":
        """Return ``length`` frames from ``start`` on, fewer where it ends before."""
        return Shot(self.frames[start : start + length], self.clip, self.start + start)


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip: its name, all its frames at one size, its ranges without a cut as first and last + 1."""

    name: str
    frames: NDArray[np.uint8]
    ranges: tuple[tuple[int, int], ...]


def cut_free(truth: Truth, frames: int, guard: int = GUARD) -> list[tuple[int, int]]:
    """Return the ranges (end exclusive) that keep ``guard`` frames from every row of a truth."""
    rows = [(b.start, b.end) for b in truth.boundaries] + list(truth.not_cut)
    ranges, free = [], 0
    for start, end in [*sorted(rows), (frames + guard, frames)]:
        if start - guard - free >= SHORTEST:
            ranges.append((free, start - guard))
        free = max(free, end + guard)
    return ranges


def films_of(media: Path) -> list[Path]:
    """Return the real clips of a folder of media, those made by programs left out."""
    films = [film for part in ("edited", "nocuts") for film in sorted((media / part).iterdir())]
    return [film for film in films if "derived" not in film.name]


def read_clips(media: Path, names: Sequence[str], size: Size, ffmpeg: Ffmpeg, scratch: Path) -> list[Clip]:
    """Decode the clips called ``names``, or all, into files in ``scratch`` that are mapped, not loaded."""
    chosen = [film for film in films_of(media) if not names or film.stem in names]
    if unknown := set(names) - {film.stem for film in chosen}:
        raise SystemExit(f"no such clip in {media}: {', '.join(sorted(unknown))}")
    return [_read(film, media / "truth" / f"{film.stem}.tsv", size, ffmpeg, scratch) for film in chosen]


def _read(film: Path, truth: Path, size: Size, ffmpeg: Ffmpeg, scratch: Path) -> Clip:
    with tempfile.NamedTemporaryFile(dir=scratch, delete=False) as file:
        for picture in _decoded(film, size, ffmpeg):
            file.write(picture.tobytes())
    frames = np.memmap(file.name, np.uint8, "r").reshape(-1, size.bytes)
    ranges = [
        (start, end)
        for start, end in cut_free(read_truth(truth), len(frames))
        if luminance(frames[(start + end) // 2], size).std() > _PLAIN
    ]
    return Clip(film.stem, frames, tuple(ranges))


def _decoded(film: Path, size: Size, ffmpeg: Ffmpeg) -> Iterator[Picture]:
    facts = probe(film, ffmpeg)
    shown = facts.displayed_size
    scale = max(size.width / shown[0], size.height / shown[1], key=Fraction)
    with FramePipe(facts, ffmpeg, short_side=ceil(min(shown) * Fraction(scale)), threads=1) as pipe:
        for frame in pipe:
            yield filled(frame, size)


def filled(frame: Frame, size: Size) -> Picture:
    """Return a frame that fills a size, enlarged where it is smaller, its middle taken where it is larger."""
    sizes = (size, size.chroma, size.chroma)
    planes = zip((frame.y, frame.u, frame.v), sizes, strict=True)
    return np.concatenate([_filled(plane, wanted).ravel() for plane, wanted in planes])


def _filled(plane: Picture, size: Size) -> Picture:
    height, width = plane.shape
    scale = max(size.width / width, size.height / height)
    if scale > 1:
        larger = (max(size.width, round(width * scale)), max(size.height, round(height * scale)))
        plane = np.asarray(Image.fromarray(plane).resize(larger, Image.Resampling.BILINEAR))
        height, width = plane.shape
    x, y = (width - size.width) // 2, (height - size.height) // 2
    return plane[y : y + size.height, x : x + size.width]


class Library:
    """Shots drawn at random; the same seed draws the same.

    Args:
        clips: at least one with a range.
        size: of their frames.
        rng: whatever is random in a film is drawn from it, here and elsewhere.
    """

    def __init__(self, clips: Iterable[Clip], size: Size, rng: np.random.Generator) -> None:
        self.clips = [clip for clip in clips if clip.ranges]
        self.size = size
        self.rng = rng

    @property
    def longest(self) -> int:
        """Frames of the longest range."""
        return max(_frames(r) for clip in self.clips for r in clip.ranges)

    def shot(self, length: int, *, after: Picture | None = None, visible: float = VISIBLE) -> Shot:
        """Draw a shot of ``length`` frames, or fewer where no clip drawn has so many.

        Its first picture differs from ``after`` by ``visible`` levels or more.
        """
        return self.until(lambda: self._seen(self._drawn(length), after, visible))

    def until(self, draw: Callable[[], Shot | None]) -> Shot:
        """Draw until a shot is drawn, and end the program where that never happens."""
        shots = (draw() for _ in range(_DRAWS))
        shot = next((shot for shot in shots if shot is not None), None)
        if shot is None:
            raise SystemExit("the clips are too few or too much alike: name more sources")
        return shot

    def _drawn(self, length: int) -> Shot:
        clip = self.clips[self.rng.integers(len(self.clips))]
        long = [r for r in clip.ranges if r[1] - r[0] >= length] or [max(clip.ranges, key=_frames)]
        start, end = long[self.rng.integers(len(long))]
        first = start + int(self.rng.integers(max(1, end - start - length + 1)))
        return Shot(clip.frames[first : min(end, first + length)], clip.name, first)

    def _seen(self, shot: Shot, after: Picture | None, visible: float) -> Shot | None:
        seen = after is None or distance(after, shot.frames[0], self.size) >= visible
        return shot if seen else None

    def jump(self, shot: Shot, least: int, length: int) -> Shot | None:
        """Draw another part of the same range, ``least`` frames away or more, that is seen to jump.

        The jump is three times the motion at its two sides or more; None where there is none.
        """
        clip = next(clip for clip in self.clips if clip.name == shot.clip)
        last = shot.start + len(shot) - 1
        start, end = next(r for r in clip.ranges if r[0] <= last < r[1])
        for first in self.rng.permutation(range(start, end - length + 1)):
            if abs(first - last) >= least and self._jumps(clip, last, int(first)):
                return Shot(clip.frames[first : first + length], clip.name, int(first))
        return None

    def _jumps(self, clip: Clip, last: int, first: int) -> bool:
        step = distance(clip.frames[last], clip.frames[first], self.size)
        return step >= VISIBLE / 2 and all(
            step >= 3 * distance(clip.frames[i], clip.frames[i + 1], self.size)
            for place in (last, first)
            for i in range(max(0, place - 3), min(len(clip.frames) - 1, place + 3))
        )


def _frames(frames: tuple[int, int]) -> int:
    return frames[1] - frames[0]
