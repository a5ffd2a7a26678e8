"""What a stream is, found out from its beginning while the rest is still to come."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.filter.streams import DEMUXERS, Form
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe, probe
from cinetag_plugin.media.promise import Promise
from cinetag_plugin.media.source import Source
from cinetag_plugin.settings import Settings

_ENOUGH: dict[Form, Sequence[int]] = {
    "y4m": (1,),  # the first frame says all
    "nut": (1 << 18, 1 << 22, 1 << 26, 1 << 28),
    "mkv": (1 << 18, 1 << 22, 1 << 26, 1 << 28),
}
"""Bytes of blocks after which FFmpeg is asked, and asked again where they were too few."""


def written_and_probed(
    head: bytes, blocks: Iterator[memoryview], file: Path, form: Form, ffmpeg: Ffmpeg, settings: Settings
) -> Probe:
    """Write the beginning of a stream to a file, until FFmpeg can tell from it what the stream is.

    Args:
        head: bytes before the blocks.
        blocks: the stream; what is not needed is left in it.
        file: where the beginning goes.
        form: what it must be.
        ffmpeg: the program to ask.
        settings: may name the stream, the rate, the start timecode.

    Raises:
        MediaError: FFmpeg cannot read it, or the stream ended before its first frame.
    """
    written = 0
    with file.open("xb") as beginning:
        beginning.write(head)
        for enough in _ENOUGH[form]:
            grown = written
            while written < enough and (block := next(blocks, None)) is not None:
                written += beginning.write(block)
            beginning.flush()
            is_all = written < enough or enough == _ENOUGH[form][-1]
            if grown == written:
                break
            try:
                return _probed(file, form, ffmpeg, settings)
            except MediaError:
                if is_all:
                    raise
    raise MediaError(file, "holds no frame")


def _probed(file: Path, form: Form, ffmpeg: Ffmpeg, settings: Settings) -> Probe:
    facts = probe(
        file, ffmpeg, stream=settings.stream, rate=settings.rate, start_timecode=settings.start_timecode
    )
    if facts.format.split(",")[0] != DEMUXERS[form]:
        raise MediaError(
            file, f"is taken for {facts.format} by FFmpeg", "check what the program before writes"
        )
    return facts


def of_stream(facts: Probe, form: Form, name: Path, feed: io.FileIO) -> Probe:
    """Return the facts of a beginning as those of the whole stream.

    Args:
        facts: found by :func:`written_and_probed`.
        form: of the stream.
        name: what the film is called.
        feed: where FFmpeg reads it.
    """
    source = Source(
        path=name,
        url="pipe:0",
        input_options={**facts.source.input_options, "format": DEMUXERS[form]},
        feed=feed,
    )
    # how long the beginning is says nothing of the whole; its sound is read by nobody
    return replace(facts, source=source, duration=None, promise=Promise(), estimated_frames=None, sound=None)
