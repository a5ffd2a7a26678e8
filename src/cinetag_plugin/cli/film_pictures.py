"""Pictures of a film that was analysed: where it lies now, and the frames wanted of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from cinetag_plugin.cli.given import is_analysis
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import Frame
    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe


def found_film(named: Path, film: Film) -> Path:
    """Return where the film that was analysed lies, known by its fingerprint.

    Args:
        named: what the user named: the film, or an analysis, beside which the film may lie.
        film: what its analysis says of it.

    Raises:
        MediaError: it lies nowhere, or another film lies there.
    """
    from cinetag_plugin.media.film import fingerprint
    from cinetag_plugin.media.source import find_source

    faults = []
    places = _places(named, film)
    for place in places:
        try:
            found = find_source(place)
        except MediaError as missing:
            remedy = f"put the film beside its analysis, at {places[-1]}"
            faults.append(MediaError(place, missing.fault, remedy))
            continue
        if film.fingerprint in {"", fingerprint(*found.telling_files)}:
            return place
        remedy = "analyse it again, or put the film that was analysed beside its analysis"
        faults.insert(0, MediaError(place, "is not the film that was analysed", remedy))
    raise faults[0]


def probed_film(named: Path, film: Film, ffmpeg: Ffmpeg) -> Probe:
    """Return what the file of a film is that was analysed: see :func:`found_film`.

    Raises:
        MediaError: it is not found, or cannot be read.
    """
    from cinetag_plugin.media.probe import probe

    return probe(found_film(named, film), ffmpeg, stream=film.stream, rate=film.rate)


def _places(named: Path, film: Film) -> Sequence[Path]:
    """Return where the film may lie: what the user named, or where its analysis says, or beside that."""
    if not is_analysis(named):
        return (named,)
    recorded = (Path(film.path).name, PureWindowsPath(film.path).name)
    return (Path(film.path), *(named.parent / name for name in dict.fromkeys(recorded)))


def frames_of(facts: Probe, ffmpeg: Ffmpeg, wanted: Collection[int], short_side: int) -> Iterator[Frame]:
    """Yield the frames wanted, in rising order; each is valid until the next is asked for.

    Args:
        facts: the film.
        ffmpeg: decodes it.
        wanted: indices of frames.
        short_side: the shorter side of the pictures, unless the film is smaller.

    Raises:
        MediaError: the film ends before the last of them, or cannot be decoded.
    """
    from cinetag_plugin.media.frames import FramePipe

    left = set(wanted)
    with FramePipe(facts, ffmpeg, short_side=short_side, samples=False) as pipe:
        for frame in pipe:
            if not left:
                return
            if frame.index in left:
                left.remove(frame.index)
                yield frame
    if left:
        raise MediaError(facts.source.path, f"ended before frame {min(left)}", "analyse it again")
