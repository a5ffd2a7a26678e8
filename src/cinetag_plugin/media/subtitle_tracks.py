"""The subtitle track of a film, taken out as text by FFmpeg."""

from collections.abc import Iterable

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.listing import Stream, parsed_listing
from cinetag_plugin.media.messages import complaint_in
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.process import Child, lines_of

LARGEST_TRACK = 16 * 1024 * 1024
"""Bytes of text; the subtitles of a long film have some hundred thousand."""

_TEXT = frozenset(["ass", "mov_text", "ssa", "srt", "subrip", "text", "ttml", "webvtt"])
_CHUNK = 1 << 16
_REMEDY = "name a file with --subtitles"
# what FFmpeg lists in brackets after the codec: tracks for other uses come last
_BESIDES = frozenset({"forced", "comment", "lyrics", "karaoke"})


def subtitle_streams(facts: Probe, ffmpeg: Ffmpeg) -> list[Stream]:
    """Return the subtitle tracks of a film, the one to be read first; none of packages and pictures.

    Raises:
        MediaError: FFmpeg made no progress.
    """
    if facts.source.composition is not None or facts.source.is_pictures:
        return []
    streams = parsed_listing(lines_of(ffmpeg, facts.source.arguments, subject=facts.source.path))
    return sorted(streams.of_kind("Subtitle"), key=_worth)


def is_text(stream: Stream) -> bool:
    """Tell whether a track is text; others are pictures of text."""
    return stream.codec in _TEXT


class SubtitleTrack:
    """A text track of a film; read once, in one thread.

    Args:
        facts: the film.
        stream: one of :func:`subtitle_streams` that is text.
        ffmpeg: the program that takes it out.
    """

    def __init__(self, facts: Probe, stream: Stream, ffmpeg: Ffmpeg) -> None:
        self._facts = facts
        self._stream = stream
        self._ffmpeg = ffmpeg
        self._child: Child | None = None
        self._cut_off = False

    def read(self) -> bytes:
        """Return the track as SubRip, its times counted from :attr:`Probe.start`; empty where it was cut off.

        Raises:
            MediaError: it cannot be read, or is larger than any.
        """
        source, said, content = self._facts.source, list[str](), bytearray()
        wanted = ["-map", f"0:{self._stream.index}", "-f", "srt", "pipe:"]
        with Child(
            self._ffmpeg, [*source.arguments, *wanted], on_line=said.append, subject=source.path
        ) as self._child:
            buffer = memoryview(bytearray(_CHUNK))
            while not self._cut_off and (count := self._child.read_into(buffer)):
                content += buffer[:count]
                if len(content) > LARGEST_TRACK:
                    raise MediaError(
                        source.path, f"its subtitles have more than {LARGEST_TRACK} bytes", _REMEDY
                    )
            if self._cut_off:
                return b""
            if self._child.wait():
                raise MediaError(source.path, f"its subtitles cannot be read ({_reason(said)})", _REMEDY)
        return bytes(content)

    def cut_off(self) -> None:
        """End the reading; may be called from any thread."""
        self._cut_off = True
        if self._child is not None:
            self._child.kill()


def _reason(said: Iterable[str]) -> str:
    return next((found[1][:200] for line in said if (found := complaint_in(line))), "no reason given")


def _worth(stream: Stream) -> tuple[bool, bool, bool, int]:
    return (
        not is_text(stream),
        bool(stream.flags & _BESIDES),
        "default" not in stream.flags,
        stream.index,
    )
