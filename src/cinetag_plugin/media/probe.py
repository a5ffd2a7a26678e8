"""What a film is before it is decoded: its picture stream, size, rate, time base, colours, timecode.

One short run of FFmpeg lists the file and decodes a single frame, whose ``showinfo`` line is exact
where the listing is rounded; a second one only where another stream than the first is the film.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.time import frame_of_timecode, snapped_rate
from cinetag_plugin.media import messages
from cinetag_plugin.media.choice import ambiguity, chosen_sound, chosen_stream, first_film, refuse_no_film
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.jpeg2000 import CODEC as JPEG_2000
from cinetag_plugin.media.jpeg2000 import coded_size, decomposition_levels
from cinetag_plugin.media.labels import start_labels, usable_label
from cinetag_plugin.media.listing import Listing, Stream, parsed_listing
from cinetag_plugin.media.package.opening import Composition
from cinetag_plugin.media.process import lines_of
from cinetag_plugin.media.promise import Promise, promise_of
from cinetag_plugin.media.showinfo import FirstFrame, first_frame
from cinetag_plugin.media.source import Source, find_source

# bare streams: what FFmpeg gives as their time stamps is counted, not read
_BARE = """
h264 hevc vvc evc m4v mpegvideo av1 obu vc1 vc1test h261 h263 dirac cavsvideo avs2 avs3 dnxhd rawvideo mjpeg
image2
"""
_CLOCKLESS = frozenset(_BARE.split())
_HIGHEST_RATE = 1000
_FALLBACK_RATE = Fraction(25)
_RGB = re.compile(r"0?rgb|0?bgr|gbr|argb|abgr|x2|pal8|xyz|bayer")
_GRAY = re.compile(r"gray|ya\d|mono")
_BT601 = frozenset({"smpte170m", "bt470bg", "fcc"})
_HDR_CURVES = frozenset({"smpte2084", "arib-std-b67"})


@dataclass(frozen=True)
class Probe:
    """The facts of one film and of the picture stream chosen in it.

    Attributes:
        source: what the user named.
        format: FFmpeg's name of the container.
        streams: all picture streams, as listed.
        stream: FFmpeg's index of the one chosen.
        codec: FFmpeg's name of what the stream is coded with.
        coded_size: width and height as stored.
        width, height: as decoded, after rotation, before the pixel aspect.
        pixel_aspect: width over height of a pixel.
        rotation: degrees, as the file asks for.
        pixel_format: FFmpeg's name.
        matrix, full_range: how colours are encoded.
        transfer: ``smpte2084`` (PQ), ``arib-std-b67`` (HLG), or another of FFmpeg's names, or empty.
        primaries: ``smpte432`` (P3), ``bt2020`` or another of FFmpeg's names, or empty.
        interlaced: the first frame is made of two fields.
        rate: frames a second, snapped to the standard ones.
        time_base: seconds a tick of the stream's pts lasts.
        has_clock: the file stores a time for each frame.
        start: seconds from which FFmpeg counts when it seeks.
        duration: seconds, as the container promises for its longest stream; None where it does not.
        promise: what the container says of this stream.
        estimated_frames: for a progress bar, never to be trusted; None where unknown.
        start_timecode, drop_frame: the label of the first frame.
        has_audio: there is sound.
        sound: FFmpeg's index of the sound track that belongs to the pictures; None where there is none in
            the file.
        levels: how many times the decoder can halve a picture before it decodes it (JPEG 2000).
        warnings: what the user should know.
    """

    source: Source
    format: str
    streams: tuple[Stream, ...]
    stream: int
    codec: str
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
    start: Fraction
    duration: Fraction | None
    promise: Promise
    estimated_frames: int | None
    start_timecode: str | None
    drop_frame: bool
    has_audio: bool
    warnings: tuple[str, ...]
    primaries: str = ""
    levels: int = 0
    sound: int | None = None

    @property
    def displayed_size(self) -> tuple[Fraction, Fraction]:
        """Width and height in square pixels, after rotation."""
        return self.width * self.pixel_aspect, Fraction(self.height)

    def reduced_displayed_size(self, levels: int) -> tuple[Fraction, Fraction]:
        """Width and height in square pixels where the decoder leaves out ``levels`` resolution levels."""
        width, height = coded_size((self.width, self.height), levels)
        return width * self.pixel_aspect, Fraction(height)

    @property
    def start_frame(self) -> int:
        """The frame number that the start timecode names; 0 where there is none."""
        if self.start_timecode is None:
            return 0
        return frame_of_timecode(self.start_timecode, self.rate, self.drop_frame)

    @property
    def is_hdr(self) -> bool:
        """The pictures use the PQ or HLG curve (ITU-R BT.2100)."""
        return self.transfer in _HDR_CURVES

    @property
    def is_rgb(self) -> bool:
        """The pictures are stored as three colours, without a matrix."""
        return _RGB.match(self.pixel_format) is not None

    @property
    def is_xyz(self) -> bool:
        """The pictures are X'Y'Z' for a projector, even where FFmpeg takes them for R'G'B'."""
        composition = self.source.composition
        is_cinema = composition is not None and composition.playlist.kind == "DCP"
        return self.pixel_format.startswith("xyz") or (is_cinema and self.is_rgb)

    @property
    def is_gray(self) -> bool:
        """The pictures have no colour."""
        return _GRAY.match(self.pixel_format) is not None

    def described(self) -> Iterator[tuple[str, str]]:
        """Yield the facts as pairs of words for people."""
        span = "full" if self.full_range else "limited"
        yield "container", self.format
        yield "picture", f"{self.width}x{self.height}, {self.pixel_format}, pixel aspect {self.pixel_aspect}"
        yield "stream", f"{self.stream} of {', '.join(str(stream.index) for stream in self.streams)}"
        yield "colours", f"{self.matrix}, {span} range{', HDR' if self.is_hdr else ''}"
        if self.source.composition is not None:
            yield from self.source.composition.described()
        yield "rate", f"{self.rate} frames a second, time base {self.time_base}"
        if self.duration is not None:
            yield "length", f"{float(self.duration):.2f} s, about {self.estimated_frames} frames"
        yield "start", self.start_timecode or "no timecode"
        yield "sound", "yes" if self.has_audio else "no"
        for warning in self.warnings:
            yield "warning", warning


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
    listing, chosen, frame = _looked_at(source, ffmpeg, stream)
    clock = not (source.is_pictures or listing.format in _CLOCKLESS or listing.format.endswith("_pipe"))
    found_rate, rate_warning = _rate(frame, chosen, rate, clock)
    labels = [start_timecode] if start_timecode else start_labels(listing, chosen, frame.gop_timecode)
    label, drop, label_warning = next((usable_label(text, found_rate) for text in labels), (None, False, ""))
    promise = promise_of(source, listing, chosen)
    doubts = "" if stream is not None else ambiguity(listing, chosen)
    found = Probe(
        source=source,
        format=listing.format,
        streams=tuple(listing.of_kind("Video")),
        stream=chosen.index,
        codec=chosen.codec,
        coded_size=chosen.size or (frame.width, frame.height),
        width=frame.width,
        height=frame.height,
        pixel_aspect=frame.pixel_aspect,
        rotation=chosen.rotation,
        pixel_format=frame.pixel_format,
        matrix=_matrix(frame),
        full_range=_is_full_range(frame),
        transfer=frame.colours.get("trc", ""),
        interlaced=frame.field_order in {"T", "B"},
        rate=found_rate,
        time_base=frame.time_base if clock else 1 / found_rate,
        has_clock=clock,
        start=listing.start,
        duration=listing.duration,
        promise=promise,
        estimated_frames=_estimate(promise, listing, found_rate),
        start_timecode=label,
        drop_frame=drop,
        has_audio=bool(listing.of_kind("Audio")),
        warnings=tuple(filter(None, (*source.warnings, doubts, rate_warning, label_warning))),
        primaries=frame.colours.get("primaries", ""),
        levels=_levels(source, chosen),
        sound=chosen_sound(listing, chosen),
    )
    return found if source.composition is None else _composed(found, source.composition, rate, start_timecode)


def _composed(found: Probe, composition: Composition, rate: Fraction | None, start: str | None) -> Probe:
    """Return the facts of the first file of a package as those of the whole film."""
    playlist = composition.playlist
    label, drop, label_warning = None, False, ""
    if start or playlist.timecode:
        label, drop, label_warning = usable_label(start or playlist.timecode, playlist.rate)
    unheard = rate is not None and rate != playlist.rate
    rate_warning = f"the package has a rate of its own: {playlist.rate}, not {rate}" if unheard else ""
    return replace(
        found,
        rate=playlist.rate,
        time_base=1 / playlist.rate,
        has_clock=True,
        duration=playlist.frames / playlist.rate,
        estimated_frames=playlist.frames,
        start_timecode=label,
        drop_frame=drop,
        has_audio=playlist.has_sound,
        warnings=tuple(filter(None, (*found.source.warnings, rate_warning, label_warning))),
    )


def _levels(source: Source, stream: Stream) -> int:
    if stream.codec != JPEG_2000 or source.is_pictures:  # pictures of a sequence need not be alike
        return 0
    return min(decomposition_levels(path) for path in source.files)


def _looked_at(source: Source, ffmpeg: Ffmpeg, wanted: int | None) -> tuple[Listing, Stream, FirstFrame]:
    lines = _one_frame(source, ffmpeg, "V:0")
    listing = parsed_listing(lines)
    refuse_no_film(source.path, listing, lines)
    chosen = chosen_stream(source.path, listing, wanted)
    if chosen is not first_film(listing):
        lines = _one_frame(source, ffmpeg, str(chosen.index))
    frame = first_frame(lines)
    messages.refuse_undecodable(source.path, lines)
    if frame is None:
        reason = messages.refusal(source.path, lines)
        raise MediaError(source.path, f"not one picture of it can be decoded: {reason.fault}", reason.remedy)
    return listing, chosen, frame


def _one_frame(source: Source, ffmpeg: Ffmpeg, stream: str) -> list[str]:
    decode = ("-map", f"0:{stream}", "-vf", "showinfo=checksum=0", "-frames:v", "1", "-f", "null", "-")
    # one thread, as others would decode frames that nobody looks at
    return lines_of(ffmpeg, ["-threads", "1", *source.arguments, *decode], subject=source.path)


def _rate(frame: FirstFrame, stream: Stream, given: Fraction | None, clock: bool) -> tuple[Fraction, str]:
    if given is not None and not clock:
        return given, ""
    guesses = (rate for rate in (frame.rate, stream.rate) if rate is not None and rate <= _HIGHEST_RATE)
    rate = next(guesses, None)
    if rate is None:
        return _FALLBACK_RATE, f"the file does not tell its rate: {_FALLBACK_RATE} frames a second taken"
    if stream.rate is not None and abs(rate - stream.rate) * 10_000 < rate and stream.rate.denominator == 1:
        rate = stream.rate  # 100000/8333 is what a coarse clock makes of 12
    rate = snapped_rate(rate)
    unheard = given is not None and given != rate
    return rate, f"the film has a clock of its own: {rate} frames a second, not {given}" if unheard else ""


def _matrix(frame: FirstFrame) -> Matrix:
    space = frame.colours.get("space", "")
    if space.startswith("bt2020"):
        return "bt2020"
    if space in _BT601:
        return "bt601"
    # players take what says nothing for HD colours when it is larger than SD
    is_hd = max(frame.width, frame.height) > 1024 or min(frame.width, frame.height) > 576
    return "bt709" if space == "bt709" or is_hd else "bt601"


def _is_full_range(frame: FirstFrame) -> bool:
    span = frame.colours.get("range")
    if span is None:
        return frame.pixel_format.startswith("yuvj") or _GRAY.match(frame.pixel_format) is not None
    return span == "pc"


def _estimate(promise: Promise, listing: Listing, rate: Fraction) -> int | None:
    by_length = round(listing.duration * rate) if listing.duration else None
    if promise.frames is None or promise.hidden:
        return by_length
    return promise.frames
