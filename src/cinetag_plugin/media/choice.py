"""Which picture stream of a file is the film."""

from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media import messages
from cinetag_plugin.media.listing import Listing, Stream

# scripts, lists and generators: they name other files, or make pictures out of text
_LISTS = """
hls applehttp concat concatf dash imf sdp rtsp rtp ffmetadata lavfi avisynth vapoursynth tty
webm_dash_manifest
"""
_NO_FILMS = frozenset(_LISTS.split())
_STILL_CODECS = frozenset({"mjpeg", "png", "bmp", "gif", "tiff", "webp"})
_NO_MAIN_SOUND = frozenset({"comment", "visual impaired", "hearing impaired", "karaoke", "dub"})
_NO_PICTURES = frozenset({"attached pic", "timed thumbnails"})


def refuse_no_film(path: Path, listing: Listing, lines: list[str]) -> None:
    """Raise a :class:`MediaError` unless FFmpeg opened a file with pictures; ``lines`` say why not."""
    if not listing.format:
        raise messages.refusal(path, lines)
    if _NO_FILMS & set(listing.format.split(",")):
        raise MediaError(path, f"is a list or script ({listing.format}), not a film", "name the film itself")
    if not listing.of_kind("Video"):
        raise MediaError(path, "has no picture", "name a film")


def chosen_stream(path: Path, listing: Listing, wanted: int | None) -> Stream:
    """Return the stream with index ``wanted``, or the best one.

    Neither cover nor thumbnail; the one flagged as default; the first program; then the largest.

    Raises:
        MediaError: no such stream, or nothing but covers.
    """
    if wanted is not None:
        return _named(path, listing.of_kind("Video"), wanted)
    films = _films(listing)
    if not films:
        raise MediaError(path, "has no picture but a cover", "name a film")
    return min(films, key=lambda stream: (_rank(stream), *_by_size(stream)))


def first_film(listing: Listing) -> Stream | None:
    """Return what FFmpeg's selector ``V:0`` takes: the first picture stream that is no attached picture."""
    return next((s for s in listing.of_kind("Video") if not s.flags & _NO_PICTURES), None)


def ambiguity(listing: Listing, chosen: Stream) -> str:
    """Return a warning where nothing but place and size spoke for the stream chosen, else nothing."""
    rivals = [stream for stream in _films(listing) if _rank(stream) == _rank(chosen)]
    if len(rivals) < 2:
        return ""
    indices = ", ".join(str(stream.index) for stream in rivals)
    return f"the file has {len(rivals)} films (streams {indices}): {chosen.index} was taken"


def chosen_sound(listing: Listing, film: Stream) -> int | None:
    """Return the index of the sound track that goes with a film; None where there is none.

    One of its own program; then the one flagged as default; then the first that is no commentary.
    """
    tracks = listing.of_kind("Audio")
    best = min(tracks, key=lambda track: _sound_rank(track, film), default=None)
    return None if best is None else best.index


def _sound_rank(track: Stream, film: Stream) -> tuple[bool, bool, bool, int]:
    return (
        track.program != film.program,
        "default" not in track.flags,
        not track.flags.isdisjoint(_NO_MAIN_SOUND),
        track.index,
    )


def _named(path: Path, streams: list[Stream], wanted: int) -> Stream:
    for stream in streams:
        if stream.index == wanted:
            return stream
    indices = ", ".join(str(stream.index) for stream in streams)
    raise MediaError(path, f"has no picture stream {wanted}", f"choose one of {indices}")


def _films(listing: Listing) -> list[Stream]:
    return [stream for stream in listing.of_kind("Video") if not stream.flags & _NO_PICTURES]


def _rank(stream: Stream) -> tuple[bool, bool]:
    return "default" not in stream.flags, stream.codec in _STILL_CODECS


def _by_size(stream: Stream) -> tuple[int, int, int]:
    width, height = stream.size or (0, 0)
    return stream.program, -width * height, stream.index
