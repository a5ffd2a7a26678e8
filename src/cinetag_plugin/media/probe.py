"""What a film is before it is decoded: its picture stream, size, rate, time base, colours, timecode.

Two short runs of FFmpeg: one lists the file, one decodes a single frame, whose ``showinfo`` line
is exact where the listing is rounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.time import dropped_labels, frame_of_timecode, is_drop_frame, snapped_rate
from cinetag_plugin.media import messages
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.listing import Listing, Stream, parsed_listing
from cinetag_plugin.media.process import lines_of
from cinetag_plugin.media.showinfo import FirstFrame, first_frame
from cinetag_plugin.media.source import Source, find_source

# scripts, lists and generators: they name other files, or make pictures out of text
_LISTS = """
hls applehttp concat concatf dash imf sdp rtsp rtp ffmetadata lavfi avisynth vapoursynth tty
webm_dash_manifest
"""
# bare streams: what FFmpeg gives as their time stamps is counted, not read
_BARE = """
h264 hevc vvc evc m4v mpegvideo av1 obu vc1 vc1test h261 h263 dirac cavsvideo avs2 avs3 dnxhd rawvideo mjpeg
"""
_NO_FILMS = frozenset(_LISTS.split())
_CLOCKLESS = frozenset(_BARE.split())
_STILL_CODECS = frozenset({"mjpeg", "png", "bmp", "gif", "tiff", "webp"})
_NO_PICTURES = frozenset({"attached pic", "timed thumbnails"})
_HIGHEST_RATE = 1000
_FALLBACK_RATE = Fraction(25)
_TS_PACKETS = (188, 192, 204)


@dataclass(frozen=True)
class Probe:
    """The facts of one film and of the picture stream chosen in it.

    Attributes:
        source: what the user named.
        format: FFmpeg's name of the container.
        streams: all picture streams, as listed.
        stream: FFmpeg's index of the one chosen.
        coded_size: width and height as stored.
        width, height: as decoded, after rotation, before the pixel aspect.
        pixel_aspect: width over height of a pixel.
        rotation: degrees, as the file asks for.
        pixel_format: FFmpeg's name.
        matrix, full_range: how colours are encoded.
        transfer: ``smpte2084`` (PQ), ``arib-std-b67`` (HLG), or another of FFmpeg's names, or empty.
        interlaced: the first frame is made of two fields.
        rate: frames a second, snapped to the standard ones.
        time_base: seconds a tick of the stream's pts lasts.
        has_clock: the file stores a time for each frame.
        duration: seconds, as the container promises; None where it does not.
        promised_frames: how many frames the container says it holds; None where it does not say.
        estimated_frames: for a progress bar, never to be trusted; None where unknown.
        start_timecode, drop_frame: the label of the first frame.
        has_audio: there is sound.
        warnings: what the user should know.
    """

    source: Source
    format: str
    streams: tuple[Stream, ...]
    stream: int
    coded_size: tuple[int, int]
    width: int
    height: int
    pixel_aspect: Fraction
    rotation: float
    pixel_format: str
    matrix: Matrix
    full_range: bool
    transfer: str
    interlaced: bool
    rate: Fraction
    time_base: Fraction
    has_clock: bool
    duration: Fraction | None
    promised_frames: int | None
    estimated_frames: int | None
    start_timecode: str | None
    drop_frame: bool
    has_audio: bool
    warnings: tuple[str, ...]

    @property
    def displayed_size(self) -> tuple[Fraction, Fraction]:
        """Width and height in square pixels, after rotation."""
        return self.width * self.pixel_aspect, Fraction(self.height)

    @property
    def start_frame(self) -> int:
        """The frame number that the start timecode names; 0 where there is none."""
        if self.start_timecode is None:
            return 0
        return frame_of_timecode(self.start_timecode, self.rate, self.drop_frame)

    def described(self) -> Iterator[tuple[str, str]]:
        """Yield the facts as pairs of words for people."""
        yield "container", self.format
        yield "picture", f"{self.width}x{self.height}, {self.pixel_format}, pixel aspect {self.pixel_aspect}"
        yield "stream", f"{self.stream} of {', '.join(str(stream.index) for stream in self.streams)}"
        yield (
            "colours",
            f"{self.matrix}, {'full' if self.full_range else 'limited'} range{' (HDR)' * self.is_hdr}",
        )
        yield "rate", f"{self.rate} frames a second, time base {self.time_base}"
        if self.duration is not None:
            yield "length", f"{float(self.duration):.2f} s, about {self.estimated_frames} frames"
        yield "start", self.start_timecode or "no timecode"
        yield "sound", "yes" if self.has_audio else "no"
        for warning in self.warnings:
            yield "warning", warning

    @property
    def is_hdr(self) -> bool:
        """The pictures use the PQ or HLG curve (ITU-R BT.2100)."""
        return self.transfer in {"smpte2084", "arib-std-b67"}

    @property
    def is_rgb(self) -> bool:
        """The pictures are not stored as luminance and colour difference."""
        return self.pixel_format.startswith(
            (
                "rgb",
                "bgr",
                "gbr",
                "argb",
                "abgr",
                "0rgb",
                "0bgr",
                "pal8",
                "xyz",
                "mono",
                "gray",
                "ya",
                "bayer",
                "x2",
            )
        )


def probe(
    path: Path,
    ffmpeg: Ffmpeg,
    *,
    stream: int | None = None,
    rate: Fraction | None = None,
    start_timecode: str | None = None,
) -> Probe:
    """Find out what ``path`` is.

    Args:
        path: a film, a picture, or a pattern such as ``img.%04d.png``.
        ffmpeg: the program to ask.
        stream: FFmpeg's index of the picture stream; chosen where None.
        rate: frames a second of pictures and streams that have no clock of their own.
        start_timecode: overrides the file's own.

    Raises:
        MediaError: nothing that can be analysed, in one line that says why.
    """
    source = find_source(path, rate=rate)
    lines = lines_of(ffmpeg, _input(source), subject=path)
    listing = parsed_listing(lines)
    _refuse(path, listing, lines)
    chosen = _chosen(path, listing, stream)
    frame = _first_frame(source, chosen, ffmpeg)
    warnings = [
        *source.warnings,
        *_stream_warnings(listing, chosen, stream),
        *_file_warnings(source, listing),
    ]
    clock = not (source.is_pictures or listing.format.split(",")[0] in _CLOCKLESS)
    found_rate = _rate(frame, chosen, None if clock else rate, warnings)
    if clock and rate is not None and rate != found_rate:
        warnings.append(f"the film has a clock of its own: {found_rate} a second, not {rate}")
    label, drop = _start(listing, chosen, frame, start_timecode, found_rate, warnings)
    duration = listing.duration
    return Probe(
        source=source,
        format=listing.format,
        streams=tuple(listing.of_kind("Video")),
        stream=chosen.index,
        coded_size=chosen.size or (frame.width, frame.height),
        width=frame.width,
        height=frame.height,
        pixel_aspect=frame.pixel_aspect,
        rotation=chosen.rotation,
        pixel_format=frame.pixel_format,
        matrix=_matrix(frame),
        full_range=frame.colours.get("range") == "pc" or frame.pixel_format.startswith("yuvj"),
        transfer=frame.colours.get("trc", ""),
        interlaced=frame.field_order in "TB",
        rate=found_rate,
        time_base=frame.time_base if clock else 1 / found_rate,
        has_clock=clock,
        duration=duration,
        promised_frames=source.frames,
        estimated_frames=source.frames or (round(duration * found_rate) if duration else None),
        start_timecode=label,
        drop_frame=drop,
        has_audio=bool(listing.of_kind("Audio")),
        warnings=tuple(warnings),
    )


def input_arguments(source: Source) -> list[str]:
    """Return ``source`` as FFmpeg's arguments, options first."""
    return _input(source)


def _input(source: Source) -> list[str]:
    names = {"format": "f"}
    options = [
        part for key, value in source.input_options.items() for part in (f"-{names.get(key, key)}", value)
    ]
    return [*options, "-i", source.url]


def _refuse(path: Path, listing: Listing, lines: list[str]) -> None:
    if not listing.format:
        raise messages.refusal(path, lines)
    if _NO_FILMS & set(listing.format.split(",")):
        raise MediaError(path, f"is a list or script ({listing.format}), not a film", "name the film itself")
    if not listing.of_kind("Video"):
        raise MediaError(path, "has no picture", "name a film")


def _chosen(path: Path, listing: Listing, wanted: int | None) -> Stream:
    """Choose a picture stream: neither cover nor thumbnail, the default one, of the first program."""
    streams = listing.of_kind("Video")
    if wanted is not None:
        named = [stream for stream in streams if stream.index == wanted]
        if not named:
            indices = ", ".join(str(stream.index) for stream in streams)
            raise MediaError(path, f"has no picture stream {wanted}", f"choose one of {indices}")
        return named[0]
    films = [stream for stream in streams if not stream.flags & _NO_PICTURES]
    if not films:
        raise MediaError(path, "has no picture but a cover", "name a film")
    return min(films, key=_preference)


def _preference(stream: Stream) -> tuple[bool, bool, int, int, int]:
    width, height = stream.size or (0, 0)
    return (
        "default" not in stream.flags,
        stream.codec in _STILL_CODECS,
        stream.program,
        -width * height,
        stream.index,
    )


def _first_frame(source: Source, stream: Stream, ffmpeg: Ffmpeg) -> FirstFrame:
    lines = lines_of(
        ffmpeg,
        [
            *_input(source),
            "-map",
            f"0:{stream.index}",
            "-vf",
            "showinfo=checksum=0",
            "-frames:v",
            "1",
            "-f",
            "null",
            "-",
        ],
        subject=source.path,
    )
    frame = first_frame(lines)
    if frame is None:
        fault = messages.refusal(source.path, lines)
        raise MediaError(source.path, "not one picture of it can be decoded", fault.fault)
    return frame


def _stream_warnings(listing: Listing, chosen: Stream, wanted: int | None) -> list[str]:
    films = [
        s for s in listing.of_kind("Video") if not s.flags & _NO_PICTURES and s.codec not in _STILL_CODECS
    ]
    if len(films) < 2 or wanted is not None:
        return []
    return [f"{len(films)} picture streams: {chosen.index} of {', '.join(str(s.index) for s in films)} taken"]


def _file_warnings(source: Source, listing: Listing) -> list[str]:
    if listing.format != "mpegts":
        return []
    size = source.path.stat().st_size
    return [] if any(size % packet == 0 for packet in _TS_PACKETS) else ["the file ends inside a packet"]


def _rate(frame: FirstFrame, stream: Stream, given: Fraction | None, warnings: list[str]) -> Fraction:
    if given is not None:
        return given
    for rate in (frame.rate, stream.rate):
        if rate is not None and rate <= _HIGHEST_RATE:
            return snapped_rate(rate)
    warnings.append(f"the file does not tell its rate: {_FALLBACK_RATE} frames a second taken")
    return _FALLBACK_RATE


def _matrix(frame: FirstFrame) -> Matrix:
    space = frame.colours.get("space", "")
    if space.startswith("bt2020"):
        return "bt2020"
    if space in {"smpte170m", "bt470bg", "fcc"}:
        return "bt601"
    if space == "bt709" or max(frame.width, frame.height) > 1024 or min(frame.width, frame.height) > 576:
        return "bt709"
    return "bt601"


def _start(
    listing: Listing,
    stream: Stream,
    frame: FirstFrame,
    given: str | None,
    rate: Fraction,
    warnings: list[str],
) -> tuple[str | None, bool]:
    """Return the start timecode and whether it counts drop-frame, from the first place that has one."""
    tmcd = next((s for s in listing.of_kind("Data") if "timecode" in s.tags), None)
    # 00:00:00:00 in the picture data is what encoders write when they know nothing
    gop = frame.gop_timecode if frame.gop_timecode.strip("0:;.") else ""
    places = (
        given,
        stream.tags.get("timecode"),
        tmcd and tmcd.tags["timecode"],
        listing.tags.get("timecode"),
        gop,
    )
    label = next((place.strip() for place in places if place), None)
    if label is None:
        return None, False
    try:
        drop = is_drop_frame(label) and dropped_labels(rate) > 0
        frame_of_timecode(label, rate, drop)
    except ValueError as fault:
        warnings.append(f"start timecode left out: {fault}")
        return None, False
    if is_drop_frame(label) and not drop:
        plain = re.sub("[;.,]", ":", label)
        warnings.append(f"there is no drop-frame timecode at {rate} frames a second: {label} read as {plain}")
        label = plain
    return label, drop
