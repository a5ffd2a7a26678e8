"""The subtitle track of a film, taken out as text by FFmpeg."""

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


def subrip_of(facts: Probe, stream: Stream, ffmpeg: Ffmpeg) -> bytes:
    """Return a text track as SubRip, its times counted from :attr:`Probe.start`.

    Raises:
        MediaError: it cannot be read, or is larger than any.
    """
    path = facts.source.path
    wanted = ["-map", f"0:{stream.index}", "-f", "srt", "pipe:"]
    said: list[str] = []
    content = bytearray()
    with Child(ffmpeg, [*facts.source.arguments, *wanted], on_line=said.append, subject=path) as child:
        buffer = memoryview(bytearray(_CHUNK))
        while count := child.read_into(buffer):
            content += buffer[:count]
            if len(content) > LARGEST_TRACK:
                fault = f"its subtitle track has more than {LARGEST_TRACK} bytes"
                raise MediaError(path, fault, "name a file with --subtitles")
        status = child.wait()
    if status:
        complaints = [found[1] for line in said if (found := complaint_in(line))]
        fault = (
            f"its subtitle track cannot be read ({complaints[0][:200] if complaints else 'no reason given'})"
        )
        raise MediaError(path, fault, "name a file with --subtitles")
    return bytes(content)


def _worth(stream: Stream) -> tuple[bool, bool, bool, int]:
    return (
        not is_text(stream),
        bool(stream.flags & _BESIDES),
        "default" not in stream.flags,
        stream.index,
    )
