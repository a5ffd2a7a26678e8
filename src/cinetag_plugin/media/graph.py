"""The filter graph that turns any film into small 8-bit 4:2:0 frames with their times.

Built with ffmpeg-python, which makes arguments here and runs nothing.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import ffmpeg as graph

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe

LONGEST_SIDE = 8192
"""Pixels; a picture a thousand times as wide as high stays a picture."""

_FILM = "the film"  # stands for the address, which ffmpeg-python takes in UTF-8 alone
_TONE_MAPPING = frozenset({"zscale", "tonemap"})


class Size(NamedTuple):
    """Width and height of the reduced frames, in pixels."""

    width: int
    height: int

    @property
    def chroma(self) -> "Size":
        """Width and height of the two colour planes, rounded up."""
        return Size((self.width + 1) // 2, (self.height + 1) // 2)

    @property
    def bytes(self) -> int:
        """Bytes of one 4:2:0 frame."""
        return self.width * self.height + 2 * self.chroma.width * self.chroma.height


def reduced_size(displayed: tuple[Fraction, Fraction], short_side: int) -> Size:
    """Return the size with the shorter side at most ``short_side``, at display aspect, never enlarged."""
    width, height = displayed
    scale = min(Fraction(1), short_side / min(width, height), LONGEST_SIDE / max(width, height))
    return Size(max(1, round(width * scale)), max(1, round(height * scale)))


def maps_tones(probe: Probe, ffmpeg: Ffmpeg) -> bool:
    """Tell whether the film is HDR and this FFmpeg can bring it to standard range."""
    return probe.is_hdr and ffmpeg.filters >= _TONE_MAPPING


def frame_matrix(probe: Probe, ffmpeg: Ffmpeg) -> Matrix:
    """Return how the frames of :func:`frame_arguments` encode colour."""
    return "bt709" if probe.is_rgb or maps_tones(probe, ffmpeg) else probe.matrix


def frame_arguments(probe: Probe, ffmpeg: Ffmpeg, size: Size, *, threads: int | None) -> Sequence[str]:
    """Return FFmpeg's arguments that write raw yuv420p frames to standard output.

    Every decoded frame comes once, in display order, never made or dropped to keep a rate; luminance
    spans 16 to 235. ``-copyts`` leaves the times as the file has them.
    """
    options: dict[str, Any] = dict(probe.source.input_options)
    if threads is not None:
        options["threads"] = threads
    stream = graph.input(_FILM, **options)[str(probe.stream)]
    if probe.interlaced:
        stream = stream.filter("yadif", mode="send_frame", deint="interlaced")
    stream = _reduced(stream, probe, size, maps=maps_tones(probe, ffmpeg))
    output = stream.filter("showinfo", checksum=0).output(
        "pipe:",
        format="rawvideo",
        pix_fmt="yuv420p",
        fps_mode="passthrough",
        map_metadata=-1,
        map_chapters=-1,
    )
    arguments: list[str] = output.get_args()
    arguments[arguments.index(_FILM)] = probe.source.url
    return ["-copyts", *arguments]


def part_arguments(
    probe: Probe, ffmpeg: Ffmpeg, size: Size, options: Mapping[str, Any], *, threads: int | None
) -> Sequence[str]:
    """Return arguments as :func:`frame_arguments` does, for a part of the film chosen by input ``options``.

    Every frame's pts is written to standard error as ``frame:… pts:…``. Nothing is deinterlaced, and
    the loop filter is left out: it changes no cut.
    """
    chosen: dict[str, Any] = {**probe.source.input_options, **options, "skip_loop_filter": "all"}
    if threads is not None:
        chosen["threads"] = threads
    stream = _reduced(
        graph.input(_FILM, **chosen)[str(probe.stream)], probe, size, maps=maps_tones(probe, ffmpeg)
    )
    stream = stream.filter("metadata", mode="add", key="c", value=1)
    stream = stream.filter("metadata", mode="print", key="c", file="pipe:2", direct=1)
    output = stream.output("pipe:", format="rawvideo", pix_fmt="yuv420p", fps_mode="passthrough")
    arguments: list[str] = output.get_args()
    arguments[arguments.index(_FILM)] = probe.source.url
    return ["-copyts", *arguments]


def _reduced(stream: Any, probe: Probe, size: Size, *, maps: bool) -> Any:
    colour: dict[str, Any] = {"out_range": "tv"}
    if probe.is_rgb:
        colour["out_color_matrix"] = "bt709"
    if probe.is_gray:
        colour["in_range"] = "pc" if probe.full_range else "tv"  # FFmpeg takes deep gray for limited
    stream = stream.filter("scale", w=size.width, h=size.height, flags="area", **colour)
    if maps:
        return _tone_mapped(stream, probe)
    stream = stream.filter("format", pix_fmts="yuv420p")
    # what the scaler makes of deep gray is not quite without colour
    return stream.filter("lutyuv", u=128, v=128) if probe.is_gray else stream


def _tone_mapped(stream: Any, probe: Probe) -> Any:
    # small pictures already; 4:4:4, because zimg wants whole chroma samples
    return (
        stream.filter("format", pix_fmts="yuv444p16le")
        .filter("zscale", tin=probe.transfer, pin="2020", min="2020_ncl", rin="limited", t="linear", npl=100)
        .filter("format", pix_fmts="gbrpf32le")
        .filter("zscale", p="709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", t="709", m="709", r="limited")
        .filter("format", pix_fmts="yuv420p")
    )
