"""The filter graph that turns any film into small 8-bit 4:2:0 frames with their times.

Built with ffmpeg-python, which makes arguments here and runs nothing.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import ffmpeg as graph

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.media import xyz
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.layout import SAMPLE_SIDE, Layout, Size, reduced_size
from cinetag_plugin.media.parts import Run
from cinetag_plugin.media.probe import Probe

ENOUGH = Fraction(4, 5)
"""Of the size wanted, what a picture decoded at a lower resolution must have."""

_FILM = "the film"  # stands for the address, which ffmpeg-python takes in UTF-8 alone
_TONE_MAPPING = frozenset({"zscale", "tonemap"})
# where the loop filter may be left out: it costs up to a fifth of decoding and smooths what sampling
# does not see; other decoders have none, or ignore the option
_LOOP_FILTERED = ("h264", "hevc")


def levels_left_out(probe: Probe, size: tuple[Fraction, Fraction] | Size) -> int:
    """Return how many resolution levels the decoder can leave out and still deliver a picture of ``size``."""
    fit = 0
    for levels in range(1, probe.levels + 1):
        width, height = probe.reduced_displayed_size(levels)
        if width >= size[0] and height >= size[1]:
            fit = levels
    return fit


def pipe_size(probe: Probe, short_side: int) -> Size:
    """Return the size of frames whose shorter side is at most ``short_side``.

    Where the decoder can halve its pictures, one that falls short of that by less than a fifth is taken
    as it is: to decode the next larger costs several times as much.
    """
    wanted = [side * ENOUGH for side in reduced_size(probe.displayed_size, short_side)]
    levels = levels_left_out(probe, (wanted[0], wanted[1]))
    return reduced_size(probe.reduced_displayed_size(levels), short_side)


def maps_tones(probe: Probe, ffmpeg: Ffmpeg) -> bool:
    """Tell whether the film is HDR and this FFmpeg can bring it to standard range."""
    return probe.is_hdr and ffmpeg.filters >= _TONE_MAPPING


def frame_matrix(probe: Probe, ffmpeg: Ffmpeg) -> Matrix:
    """Return how the frames of :func:`frame_arguments` encode colour."""
    return "bt709" if probe.is_rgb or maps_tones(probe, ffmpeg) else probe.matrix


def laid_out(probe: Probe, short_side: int | None, *, samples: bool) -> Layout:
    """Return how picture and sample lie in the pipe.

    Args:
        probe: the film.
        short_side: of the pictures; None where only samples are wanted.
        samples: whether samples come with the pictures.
    """
    wanted = samples or short_side is None
    return Layout(
        picture=None if short_side is None else pipe_size(probe, short_side),
        sample=pipe_size(probe, SAMPLE_SIDE) if wanted else None,
    )


def frame_arguments(
    probe: Probe,
    ffmpeg: Ffmpeg,
    layout: Layout,
    *,
    threads: int | None,
    run: Run | None = None,
    seek: Fraction | None = None,
    matrix: Matrix | None = None,
) -> Sequence[str]:
    """Return FFmpeg's arguments that write raw yuv420p images to standard output.

    Every decoded frame comes once, in display order, never made or dropped to keep a rate; luminance
    spans 16 to 235. ``-copyts`` leaves the times as the file has them. The time of each frame is
    printed to standard error (see :mod:`.printed_times`), in the probe's time base. A ``run`` is that
    part of a package; ``seek`` leaves out what lies more than so many seconds before; ``matrix`` has
    colours encoded otherwise than :func:`frame_matrix` says.
    """
    source = probe.source if run is None else probe.source.of_part(run.part.path)
    options: dict[str, Any] = dict(source.input_options)
    if levels := levels_left_out(probe, layout.shown):
        options["lowres"] = levels
    if run is not None and (seek := run.seek):
        options["ss"] = f"{float(seek):.6f}"
    if seek is not None:
        options["ss"] = f"{float(seek):.6f}"
    if threads is not None:
        options["threads"] = threads
    if layout.picture is None and probe.codec in _LOOP_FILTERED:
        options["skip_loop_filter"] = "all"
    stream = graph.input(_FILM, **options)[str(probe.stream)]
    if run is not None:
        stream = run.cut(stream)
    if probe.interlaced:
        # a deinterlacer counts in half ticks
        stream = stream.filter("yadif", mode="send_frame", deint="interlaced")
        stream = stream.filter("settb", f"{probe.time_base.numerator}/{probe.time_base.denominator}")
    stream = _stacked(stream, probe, ffmpeg, layout)
    own = frame_matrix(probe, ffmpeg)
    if matrix not in {None, own}:
        stream = stream.filter("scale", in_color_matrix=own, out_color_matrix=matrix)
    if run is not None:
        stream = run.repeated(stream)
    return _written(_timed(stream), source.url)


def excerpt_arguments(
    probe: Probe, ffmpeg: Ffmpeg, layout: Layout, options: Mapping[str, Any], *, threads: int | None
) -> Sequence[str]:
    """Return arguments as :func:`frame_arguments` does, for frames chosen by input ``options``.

    Nothing is deinterlaced, and the loop filter is left out.
    """
    chosen: dict[str, Any] = {**probe.source.input_options, **options, "skip_loop_filter": "all"}
    if threads is not None:
        chosen["threads"] = threads
    stream = graph.input(_FILM, **chosen)[str(probe.stream)]
    return _written(_timed(_stacked(stream, probe, ffmpeg, layout)), probe.source.url)


def _written(stream: Any, url: str) -> Sequence[str]:
    output = stream.output(
        "pipe:",
        format="rawvideo",
        pix_fmt="yuv420p",
        fps_mode="passthrough",
        map_metadata=-1,
        map_chapters=-1,
    )
    arguments: list[str] = output.get_args()
    arguments[arguments.index(_FILM)] = url
    # a quieter level than usual: nothing that a file says of itself stands among the times
    return ["-loglevel", "level+repeat+warning", "-copyts", *arguments]


def _timed(stream: Any) -> Any:
    """Print the time of every frame; the filter prints only frames that carry metadata."""
    stream = stream.filter("metadata", mode="add", key="cinetag", value="frame")
    return stream.filter("metadata", mode="print", key="cinetag", file="pipe:2", direct=1)


def _stacked(stream: Any, probe: Probe, ffmpeg: Ffmpeg, layout: Layout) -> Any:
    """Reduce frames to pictures, to samples, or to both, the sample below the picture."""
    maps = maps_tones(probe, ffmpeg)
    if layout.picture is None or layout.sample is None:
        flags = _picture_flags(probe, layout.image) if layout.sample is None else "neighbor"
        return _reduced(stream, probe, layout.image, flags=flags, maps=maps)
    both = stream.split()
    picture = _reduced(both[0], probe, layout.picture, flags="area", maps=maps)
    sample = _reduced(both[1], probe, layout.sample, flags="neighbor", maps=maps)
    upper, lower = layout.picture.even, layout.sample.even
    return graph.filter(
        [_padded(picture, upper), _padded(sample, Size(upper.width, lower.height))], "vstack", shortest=1
    )


def _picture_flags(probe: Probe, size: Size) -> str:
    """Return how a picture alone is scaled: to average is right for what shrinks, blocky where it grows."""
    return "bicubic" if size.width > probe.displayed_size[0].__ceil__() else "area"


def _padded(stream: Any, size: Size) -> Any:
    return stream.filter("pad", w=size.width, h=size.height)


def _reduced(stream: Any, probe: Probe, size: Size, *, flags: str, maps: bool) -> Any:
    if probe.is_xyz:
        stream = xyz.displayed(stream, size, flags=flags, labelled=probe.pixel_format.startswith("xyz"))
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
    primaries = "smpte432" if probe.primaries == "smpte432" else "2020"  # the first is P3 with a D65 white
    matrix = "709" if probe.is_rgb else "2020_ncl"
    return (
        stream.filter("format", pix_fmts="yuv444p16le")
        .filter("zscale", tin=probe.transfer, pin=primaries, min=matrix, rin="limited", t="linear", npl=100)
        .filter("format", pix_fmts="gbrpf32le")
        .filter("zscale", p="709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", t="709", m="709", r="limited")
        .filter("format", pix_fmts="yuv420p")
    )
