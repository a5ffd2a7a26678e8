"""Making a reel: the scenes' sound into one file, then their pictures through one encoder.

Nothing is joined after it was encoded, so there is no gap and no border that a coder would leave:
the frames of every scene are counted as they are decoded, and what they show goes through a pipe to the
encoder, which runs once. Beside the reel a folder holds the sound and the unfinished
film; it is removed at the end, also where the reel fails.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.files import put_in_place
from cinetag_plugin.export.text import clean
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.process import Child
from cinetag_plugin.reels.footage import (
    SOUND_RATE,
    TRANSFERS,
    Footage,
    ReelForm,
    Tell,
    colours_of,
    each_once,
    reel_form,
)
from cinetag_plugin.reels.pictures import FilmPictures
from cinetag_plugin.reels.scenes import Scene
from cinetag_plugin.reels.sound import CHANNELS, scene_sound
from cinetag_plugin.reels.unfinished import (
    PATIENCE,
    OnProgress,
    Progress,
    file_url,
    folder_beside,
    not_written,
    refuse_no_room,
    refuse_other_length,
)

SUFFIXES = (".mp4", ".mkv")
"""The kinds of film that a reel can be."""

CODERS = {"libx264": ("-preset", "medium", "-crf", "18"), "mpeg4": ("-q:v", "3")}
"""Encoders of pictures, the first that FFmpeg has is taken; the qualities are hard to tell from the film."""

_SPACES = {"bt601": "smpte170m", "bt709": "bt709", "bt2020": "bt2020nc"}
_SOUND_FORM = ("-f", "s16le", "-ar", str(SOUND_RATE), "-ac", str(CHANNELS))
_SAMPLE_BYTES = 2 * CHANNELS
_SPECIAL = re.compile(r"([=;#\\])")  # in FFmpeg's metadata files


@dataclass(frozen=True, slots=True)
class Reel:
    """The scenes of a reel in their order, the films they are of, and what makes it."""

    scenes: Sequence[Scene]
    footage: Sequence[Footage]
    ffmpeg: Ffmpeg
    tell: Tell

    @property
    def form(self) -> ReelForm:
        """What the reel is."""
        return reel_form(self.footage, self.ffmpeg)


def coder_of(ffmpeg: Ffmpeg, target: Path) -> str:
    """Return the encoder of pictures that an FFmpeg has.

    Raises:
        ExportError: it has none of :data:`CODERS`.
    """
    for coder in CODERS:
        if coder in ffmpeg.encoders:
            return coder
    raise ExportError(target, "cannot be made: FFmpeg has no H.264 or MPEG-4 encoder", "use another FFmpeg")


def make_reel(reel: Reel, target: Path, *, progress: Progress, overwrite: bool) -> None:
    """Write a reel as a film, whole or not at all.

    Args:
        reel: at least one scene.
        target: a name that ends in one of :data:`SUFFIXES`.
        progress: told of the sound and then of the pictures, both in frames of the reel.
        overwrite: what stands at ``target`` is replaced.

    Raises:
        MediaError: a film cannot be read, or is not as it was analysed.
        ExportError: the reel cannot be written.
    """
    form = reel.form
    _tell_colours(reel)
    shown = [form.count(scene, reel.footage[scene.film].film) for scene in reel.scenes]
    with folder_beside(target) as folder:
        sound = folder / "sound" if form.is_heard else None
        if sound is not None:
            refuse_no_room(folder, form.samples(0, sum(shown)) * _SAMPLE_BYTES, "its sound", target)
            with sound.open("wb") as file, progress("sound") as on_sound:
                _write_sound(reel, form, shown, file, on_sound)
        part = folder / f"reel{target.suffix.lower()}"
        named = folder / "chapters"
        named.write_bytes(chapters(reel, form, shown))
        arguments = encoder_arguments(form, coder_of(reel.ffmpeg, target), sound, named, part)
        with progress("pictures") as on_frame:
            _encode(reel, form, arguments, sum(shown), target, part, on_frame)
        refuse_other_length(part, sum(shown), reel.ffmpeg, target)
        put_in_place(part, target, overwrite=overwrite)


def _tell_colours(reel: Reel) -> None:
    differing = colours_of(reel.footage, reel.ffmpeg)
    if len(differing) > 1:
        told = ", ".join(f"{c.primaries or 'unknown'}/{c.transfer or 'unknown'}" for c in differing)
        reel.tell(f"its films differ in primaries or transfer ({told}): the reel names neither")


def _write_sound(
    reel: Reel, form: ReelForm, shown: Sequence[int], file: BinaryIO, on_sound: OnProgress
) -> None:
    tell, first = each_once(reel.tell), 0
    for scene, frames in zip(reel.scenes, shown, strict=True):
        samples, done = form.samples(first, frames), 0
        for block in scene_sound(reel.footage[scene.film], scene, samples, reel.ffmpeg, tell):
            file.write(block.tobytes())
            done += len(block)
            on_sound(first + frames * done // samples, sum(shown))
        first += frames


def _encode(
    reel: Reel,
    form: ReelForm,
    arguments: Sequence[str],
    frames: int,
    target: Path,
    part: Path,
    on_frame: OnProgress,
) -> None:
    complaints = Complaints()
    with Child(
        reel.ffmpeg,
        arguments,
        on_line=complaints.take,
        subject=target,
        patience=PATIENCE,
        feed="written",
        output=part,
    ) as child:
        taken = True
        with closing(_images(reel, form)) as images:
            for done, image in enumerate(images, 1):
                taken = child.write(image)
                if not taken:
                    break
                on_frame(done, frames)
        child.write_no_more()
        if child.wait() or not taken:
            raise not_written(target, complaints.first, "see that there is room for it")


def _images(reel: Reel, form: ReelForm) -> Generator[memoryview, None, None]:
    """Yield the images of the whole reel; one film is decoded at a time."""
    tell = each_once(reel.tell)
    for film, scenes in groupby(reel.scenes, key=lambda scene: scene.film):
        with closing(FilmPictures(reel.footage[film], form, reel.ffmpeg, tell)) as pictures:
            for scene in scenes:
                yield from pictures.of_scene(scene)


def chapters(reel: Reel, form: ReelForm, shown: Sequence[int]) -> bytes:
    """Return a metadata file for FFmpeg with a chapter a scene, named by its labels, or else its film.

    Args:
        reel: the scenes.
        form: what the reel is.
        shown: how many of its frames show each scene.
    """
    lines, first = [";FFMETADATA1"], 0
    base = f"TIMEBASE={form.rate.denominator}/{form.rate.numerator}"
    for scene, frames in zip(reel.scenes, shown, strict=True):
        name = ", ".join(scene.labels) or reel.footage[scene.film].film.name
        title = _SPECIAL.sub(r"\\\1", clean(name))
        lines += ["[CHAPTER]", base, f"START={first}", f"END={first + frames}", f"title={title}"]
        first += frames
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def encoder_arguments(
    form: ReelForm, coder: str, sound: Path | None, named: Path, part: Path
) -> Sequence[str]:
    """Return FFmpeg's arguments that make a film of raw images on standard input and of files.

    Args:
        form: what the reel is.
        coder: of the pictures.
        sound: raw sound; None where there is none.
        named: the chapters.
        part: what is written.
    """
    size = f"{form.size.width}x{form.size.height}"
    rate = f"{form.rate.numerator}/{form.rate.denominator}"
    images = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", size, "-framerate", rate)
    heard = (*_SOUND_FORM, "-i", file_url(sound)) if sound else ()
    coded = ("-map", "2:a", "-c:a", "aac", "-b:a", "192k") if sound else ()
    fast_start = ("-movflags", "+faststart") if part.suffix == ".mp4" else ()
    return [
        *("-loglevel", "level+repeat+warning", *images, "-i", "pipe:0"),
        *("-f", "ffmetadata", "-i", file_url(named), *heard),
        *(
            "-map",
            "0:v",
            "-map_chapters",
            "1",
            "-c:v",
            coder,
            *CODERS[coder],
            *_colours(form),
            "-fps_mode",
            "passthrough",
        ),
        *(*coded, *fast_start, file_url(part)),
    ]


def _colours(form: ReelForm) -> Sequence[str]:
    space, (primaries, transfer) = _SPACES[form.matrix], form.colours
    # the filter marks the frames, from which newer releases take what the encoder writes
    marks = ["range=tv", f"colorspace={space}"]
    written = ["-colorspace", space, "-color_range", "tv"]
    if primaries:
        marks.append(f"color_primaries={primaries}")
        written += ["-color_primaries", primaries]
    if transfer:
        marks.append(f"color_trc={transfer}")
        written += ["-color_trc", TRANSFERS[transfer]]
    return "-vf", f"setparams={':'.join(marks)},setsar=1", *written
