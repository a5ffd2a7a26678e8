"""How much is said in a shot, and how loudly it is written: measures from subtitles.

============  ======================================================================================
``talk``      share of the shot's time in which a subtitle is shown, 0 to 1
``words``     words a second of the shot; a subtitle's words are spread evenly over its time
``exclaims``  share of ``talk`` in subtitles with an exclamation mark, 0 to 1; missing where nobody
              talks
``asks``      likewise with a question mark
============  ======================================================================================

What stands in brackets (sounds, in subtitles for the hard of hearing) and between notes (songs) is
not counted as said. Words are what stands between blanks, so languages written without blanks have
too few.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evidence.subtitle_text import (
    FORMATS,
    Line,
    Subtitles,
    parsed_subtitles,
    read_subtitles,
)
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.subtitle_tracks import is_text, subrip_of, subtitle_streams

# a language (ISO 639, with a region), and not an ending: our own marker list may be called film.srt.srt
_LANGUAGE = re.compile(r"(?!srt|ass|ssa|vtt)[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)

Floats = NDArray[np.float64]


def subtitles_of(facts: Probe, first_pts: int, ffmpeg: Ffmpeg, given: Path | None = None) -> Subtitles:
    """Return a film's subtitles, in seconds since its first frame.

    They come from the file given, else from one beside the film, else from a text track in it.

    Args:
        facts: the film.
        first_pts: presentation time of its first frame, in ticks of its time base.
        ffmpeg: takes the track out.
        given: a file that the user named; its zero is the first frame.

    Raises:
        DocumentError: a file cannot be read as subtitles; the film has none, or only pictures of text.
        MediaError: the track cannot be taken out.
    """
    path = given or subtitles_beside(facts.source.path)
    if path is not None:
        return read_subtitles(path)
    streams = subtitle_streams(facts, ffmpeg)
    if not streams:
        raise DocumentError(facts.source.path, "has no subtitles", "name a file with --subtitles")
    if not is_text(streams[0]):
        fault = f"has subtitles as pictures ({streams[0].codec}), which cannot be read"
        raise DocumentError(facts.source.path, fault, "name a file of text with --subtitles")
    subject = f"{facts.source.path}, stream {streams[0].index}"
    found = parsed_subtitles(subrip_of(facts, streams[0], ffmpeg), "srt", subject)
    begins = first_pts * facts.time_base - facts.start if facts.has_clock else Fraction(0)
    return found._replace(lines=_since(found.lines, float(begins)))


def subtitles_beside(film: Path) -> Path | None:
    """Return the file of subtitles beside a film: ``film.srt``, or ``film.en.srt``; the first by name.

    One without a language comes before those with one, SubRip before the other kinds.
    """
    try:
        names = sorted(entry.name for entry in film.parent.iterdir())
    except (OSError, ValueError):
        return None
    kinds = list(FORMATS)
    found = [
        (bool(language), kinds.index(Path(name).suffix.lower()), name)
        for name in names
        if (language := _language(name, film.stem)) is not None
    ]
    return film.parent / min(found)[2] if found else None


def subtitle_measures(
    lines: Sequence[Line], shots: Iterable[tuple[Fraction, Fraction]]
) -> list[dict[str, float]]:
    """Return the measures of each shot.

    Args:
        lines: in seconds since the first frame.
        shots: start and end of each, in seconds since the first frame.
    """
    said = _Running(lines)
    exclaimed = _Running([line for line in lines if line.exclaims])
    asked = _Running([line for line in lines if line.asks])
    return [_of_shot(float(start), float(end), said, exclaimed, asked) for start, end in shots]


def _of_shot(
    start: float, end: float, said: "_Running", exclaimed: "_Running", asked: "_Running"
) -> dict[str, float]:
    length = end - start
    if length <= 0:
        return {}
    shown = said.shown(start, end)
    measures = {"talk": min(1.0, shown / length), "words": said.words(start, end) / length}
    if shown > 0:
        measures["exclaims"] = min(1.0, exclaimed.shown(start, end) / shown)
        measures["asks"] = min(1.0, asked.shown(start, end) / shown)
    return measures


class _Running:
    """How long lines have been shown, and how many words been said, up to any time."""

    def __init__(self, lines: Sequence[Line]) -> None:
        starts = np.array([line.start for line in lines], float)
        ends = np.array([line.end for line in lines], float)
        rates = np.array([line.words for line in lines], float) / (ends - starts)
        places = np.concatenate([starts, ends])
        order = np.argsort(places, kind="stable")
        self._times: Floats = places[order]
        at_once = np.concatenate([np.ones(len(lines)), -np.ones(len(lines))])[order].cumsum()
        rate = np.concatenate([rates, -rates])[order].cumsum()
        steps = np.diff(self._times, append=self._times[-1:])
        self._shown = np.concatenate([[0.0], ((at_once > 0) * steps).cumsum()])[:-1]
        self._words = np.concatenate([[0.0], (rate * steps).cumsum()])[:-1]

    def shown(self, start: float, end: float) -> float:
        """Return for how many seconds in between a line was shown."""
        return self._between(self._shown, start, end)

    def words(self, start: float, end: float) -> float:
        """Return how many words were said in between."""
        return self._between(self._words, start, end)

    def _between(self, total: Floats, start: float, end: float) -> float:
        if not len(self._times):
            return 0.0
        before, after = np.interp((start, end), self._times, total)
        return max(0.0, float(after - before))


def _language(name: str, stem: str) -> str | None:
    """Return the language that a subtitle file's name states, empty for none; None for another file."""
    path = Path(name)
    if path.suffix.lower() not in FORMATS:
        return None
    if path.stem == stem:
        return ""
    language = path.stem.removeprefix(f"{stem}.")
    return language if language != path.stem and _LANGUAGE.fullmatch(language) else None


def _since(lines: Sequence[Line], begins: float) -> tuple[Line, ...]:
    """Count times from ``begins`` on; what was over by then is left out."""
    return tuple(
        line._replace(start=max(0.0, line.start - begins), end=line.end - begins)
        for line in lines
        if line.end > begins
    )
