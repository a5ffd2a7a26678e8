"""Which file beside a film has its subtitles."""

import re
from pathlib import Path

from cinetag_plugin.evidence.subtitle_text import FORMATS

# a language (ISO 639, with a region), and not an ending: our own marker list may be called film.srt.srt
_LANGUAGE = re.compile(r"(?!srt|ass|ssa|vtt)[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


def subtitles_beside(film: Path) -> list[Path]:
    """Return the files of subtitles beside a film, ``film.srt`` or ``film.en.srt``, the one to be read first.

    One without a language comes before those with one, SubRip before the other kinds, then the alphabet.
    """
    try:
        names = [entry.name for entry in film.parent.iterdir()]
    except (OSError, ValueError):
        return []
    kinds = list(FORMATS)
    found = [
        (bool(language), kinds.index(Path(name).suffix.lower()), name)
        for name in names
        if (language := _language(name, film.stem)) is not None
    ]
    return [film.parent / name for _, _, name in sorted(found)]


def _language(name: str, stem: str) -> str | None:
    """Return the language that a subtitle file's name states, empty for none; None for another file."""
    path = Path(name)
    if path.suffix.lower() not in FORMATS:
        return None
    if path.stem == stem:
        return ""
    language = path.stem.removeprefix(f"{stem}.")
    return language if language != path.stem and _LANGUAGE.fullmatch(language) else None
