"""The films of the suite, by name, and their making."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.layout import Size
from compose import decoys, gradual, hard
from compose.edit import Edit
from compose.encodes import ENCODES, encoded
from compose.pictures import grained
from compose.rates import repeated, telecined
from compose.sources import Clip, Library, read_clips

VERSION = 1
"""Raised whenever the same seed may give other films."""

SMALL, MIDDLE = Size(320, 180), Size(480, 270)

Making = Callable[[Edit, Library, int], None]


def _kept(edit: Edit) -> Edit:
    return edit


class Film(NamedTuple):
    """A film of the suite, named after the kind of edit or of encode it stands for.

    Attributes:
        make: composes it to a number of frames or a little more.
        rate: frames a second of the composition.
        retime: brings the composition to its last rate.
        encode: one of :data:`compose.encodes.ENCODES`.
        grain: levels of noise on each picture.
        stream: films of one stream of random numbers are one composition, stored in several ways.
    """

    name: str
    make: Making
    group: str
    rate: int = 24
    size: Size = SMALL
    encode: str = "x264"
    retime: Callable[[Edit], Edit] = _kept
    grain: float = 0.0
    frames: int = 1200
    stream: str = ""


def _films() -> Iterator[Film]:
    cuts = (
        hard.cuts,
        hard.bursts,
        hard.jump_cuts,
        hard.dialogue,
        hard.dark_cuts,
        hard.black_cuts,
        decoys.bars,
    )
    slow = (gradual.dissolves, gradual.fades_black, gradual.fades_white, gradual.wipes)
    fooling = (decoys.flashes, decoys.strobes, decoys.captions, decoys.clocks, decoys.screens)
    moving = (decoys.exposure, decoys.whip_pans, decoys.passers)
    for group, makings in (("cuts", cuts), ("gradual", slow), ("not cuts", (*fooling, *moving))):
        for place, make in enumerate(makings):
            frames = 2100 if group == "gradual" else 1200
            yield Film(make.__name__, make, group, rate=(24, 25, 30)[place % 3], frames=frames)
    mixture = gradual.mixture
    yield Film("grain", mixture, "quality", size=MIDDLE, grain=9.0)
    for name in ("crf38", "100k", "crf12"):
        yield Film(name, mixture, "quality", size=MIDDLE, encode=name)
    yield Film("18_to_30", mixture, "rates", rate=18, retime=lambda edit: repeated(edit, 30), frames=720)
    yield Film("12_to_24", mixture, "rates", rate=12, retime=lambda edit: repeated(edit, 24), frames=720)
    yield Film("24_to_60", mixture, "rates", retime=lambda edit: repeated(edit, 60), frames=720)
    yield Film("telecined", mixture, "rates", encode="interlaced", retime=telecined, frames=960)
    for name in ("x264", "veryfast", "gop48", "opengop", "ts", "x265"):
        yield Film(name, mixture, "encodes", size=MIDDLE, encode=name, stream="encodes")
    for name in ("mpeg2", "mpeg4", "vp8", "vp9", "mjpeg", "ffv1"):
        yield Film(name, mixture, "encodes", size=MIDDLE, encode=name, stream="encodes")


FILMS: tuple[Film, ...] = tuple(_films())


class Made(NamedTuple):
    """A film that stands: the file, its truth, what it stands for."""

    path: Path
    truth: Path
    film: Film


def suite(
    media: Path,
    work: Path,
    ffmpeg: Ffmpeg,
    *,
    seed: int = 1,
    sources: Sequence[str] = (),
    films: Sequence[str] = (),
) -> list[Made]:
    """Make the films that do not stand yet in a folder of ``work``, and return all.

    Args:
        media: the folder of clips and truths.
        work: where films are kept; other seeds and sources get folders of their own.
        ffmpeg: decodes and encodes.
        seed: of everything random.
        sources: names of the clips that are raw material; all where empty.
        films: names of the films wanted; all where empty. Those FFmpeg has no encoder for are left out.
    """
    key = f"{VERSION} {seed} {sorted(sources)}"
    folder = work / f"seed{seed}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [film for film in FILMS if not films or film.name in films]
    wanted = [film for film in wanted if ENCODES[film.encode].encoder in ffmpeg.encoders]
    made = [_place(folder, film) for film in wanted]
    missing = [one for one in made if not (one.path.exists() and one.truth.exists())]
    for size, of_size in groupby(missing, key=lambda one: one.film.size):
        with tempfile.TemporaryDirectory(dir=work, prefix="sources-") as scratch:
            clips = read_clips(media, sources, size, ffmpeg, Path(scratch))
            _make(list(of_size), clips, seed, ffmpeg)
    return made


def _place(folder: Path, film: Film) -> Made:
    path = folder / f"{film.name}{ENCODES[film.encode].suffix}"
    return Made(path, path.with_suffix(".tsv"), film)


def _make(films: Sequence[Made], clips: Sequence[Clip], seed: int, ffmpeg: Ffmpeg) -> None:
    last: tuple[str, Edit] | None = None
    for one in films:
        stream = one.film.stream or one.film.name
        if last is None or last[0] != stream:
            last = (stream, composed(one.film, clips, seed))
        edit = last[1]
        encoded(edit, ENCODES[one.film.encode], one.path, ffmpeg)
        head = {"film": one.film.name, "frames": len(edit), "rate": f"{edit.rate}/1", "seed": seed}
        one.truth.write_text(edit.truth(head), encoding="utf-8")


def composed(film: Film, clips: Sequence[Clip], seed: int) -> Edit:
    """Compose a film in memory; the same film, clips and seed give the same frames and rows."""
    name = film.stream or film.name
    rng = np.random.default_rng([seed, *name.encode()])
    edit = Edit(film.size, film.rate)
    film.make(edit, Library(clips, film.size, rng), film.frames)
    if film.grain:
        edit.frames = [grained(picture, film.size, film.grain, rng) for picture in edit.frames]
    return film.retime(edit)
