"""The filter graph that turns any film into small 8-bit 4:2:0 frames with their times.

Built with ffmpeg-python, which makes arguments here and runs nothing.
"""

from collections.abc import Sequence
from typing import Any

import ffmpeg as graph

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.layout import Layout, Size
from cinetag_plugin.media.probe import Probe

_FILM = "the film"  # stands for the address, which ffmpeg-python takes in UTF-8 alone
_TONE_MAPPING = frozenset({"zscale", "tonemap"})
# where the loop filter may be left out: it costs up to a fifth of decoding and smooths what sampling
# does not see; other decoders have none, or ignore the option
_LOOP_FILTERED = ("h264", "hevc")


def maps_tones(probe: Probe, ffmpeg: Ffmpeg) -> bool:
    """Tell whether the film is HDR and this FFmpeg can bring it to standard range."""
    return probe.is_hdr and ffmpeg.filters >= _TONE_MAPPING


def frame_matrix(probe: Probe, ffmpeg: Ffmpeg) -> Matrix:
    """Return how the frames of :func:`frame_arguments` encode colour."""
    return "bt709" if probe.is_rgb or maps_tones(probe, ffmpeg) else probe.matrix


def frame_arguments(probe: Probe, ffmpeg: Ffmpeg, layout: Layout, *, threads: int | None) -> Sequence[str]:
    """Return FFmpeg's arguments that write raw yuv420p images to standard output.

    Every decoded frame comes once, in display order, never made or dropped to keep a rate; luminance
    spans 16 to 235. ``-copyts`` leaves the times as the file has them. The time of each frame is
    printed to standard error (see :mod:`.printed_times`), in the probe's time base.
    """
    options: dict[str, Any] = dict(probe.source.input_options)
    if threads is not None:
        options["threads"] = threads
    if layout.picture is None and probe.codec in _LOOP_FILTERED:
        options["skip_loop_filter"] = "all"
    stream = graph.input(_FILM, **options)[str(probe.stream)]
    if probe.interlaced:
        # a deinterlacer counts in half ticks
        stream = stream.filter("yadif", mode="send_frame", deint="interlaced")
        stream = stream.filter("settb", f"{probe.time_base.numerator}/{probe.time_base.denominator}")
    output = _timed(_laid_out(stream, probe, ffmpeg, layout)).output(
        "pipe:",
        format="rawvideo",
        pix_fmt="yuv420p",
        fps_mode="passthrough",
        map_metadata=-1,
        map_chapters=-1,
    )
    arguments: list[str] = output.get_args()
    arguments[arguments.index(_FILM)] = probe.source.url
    # a quieter level than usual: nothing that a file says of itself stands among the times
    return ["-loglevel", "level+repeat+warning", "-copyts", *arguments]


def _timed(stream: Any) -> Any:
    """Print the time of every frame; the filter prints only frames that carry metadata."""
    stream = stream.filter("metadata", mode="add", key="cinetag", value="frame")
    return stream.filter("metadata", mode="print", key="cinetag", file="pipe:2", direct=1)


def _laid_out(stream: Any, probe: Probe, ffmpeg: Ffmpeg, layout: Layout) -> Any:
    maps = maps_tones(probe, ffmpeg)
    if layout.picture is None or layout.sample is None:
        flags = "area" if layout.sample is None else "neighbor"
        return _reduced(stream, probe, layout.image, flags=flags, maps=maps)
    both = stream.split()
    picture = _reduced(both[0], probe, layout.picture, flags="area", maps=maps)
    sample = _reduced(both[1], probe, layout.sample, flags="neighbor", maps=maps)
    upper, lower = layout.picture.even, layout.sample.even
    return graph.filter(
        [_padded(picture, upper), _padded(sample, Size(upper.width, lower.height))], "vstack", shortest=1
    )


def _padded(stream: Any, size: Size) -> Any:
    return stream.filter("pad", w=size.width, h=size.height)


def _reduced(stream: Any, probe: Probe, size: Size, *, flags: str, maps: bool) -> Any:
    colour: dict[str, Any] = {"out_range": "tv"}
    if probe.is_rgb:
        colour["out_color_matrix"] = "bt709"
    if probe.is_gray:
        colour["in_range"] = "pc" if probe.full_range else "tv"  # FFmpeg takes deep gray for limited
    stream = stream.filter("scale", w=size.width, h=size.height, flags=flags, **colour)
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
