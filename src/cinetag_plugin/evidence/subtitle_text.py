"""What subtitles say, and when: files of strangers, read with pysubs2 and reduced to a few facts a line."""

import re
import warnings
from pathlib import Path
from typing import NamedTuple

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; a long film's subtitles have some hundred thousand, with styles a few million."""

MOST_LINES = 100_000
LONGEST_LINE = 2000
"""Characters of a line of the file, and of a line on the screen, that are looked at."""

FORMATS = {".srt": "srt", ".vtt": "vtt", ".ass": "ass", ".ssa": "ssa"}
"""Endings that are read, and what pysubs2 calls them."""

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BELOW_ZERO = re.compile(r"(?<![\d-])-(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}")
# each stops at the next opening bracket, so that a file of nothing else takes no longer
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")
_TAGS = re.compile(r"\{[^{}]*\}|<[^<>]*>")
_NOT_SPOKEN = re.compile(r"\[[^][]*\]|\([^()]*\)|[♪♫♬]+[^♪♫♬]*[♪♫♬]+")
_BREAKS = re.compile(r"\\[nNh]")
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Line(NamedTuple):
    """One subtitle: seconds since the subtitles' zero, ``end`` above ``start``; how many words; its marks."""

    start: float
    end: float
    words: int
    exclaims: bool
    asks: bool


class Subtitles(NamedTuple):
    """The lines that are spoken, by their start, and what the user should know of them."""

    lines: tuple[Line, ...]
    warnings: tuple[str, ...]


def read_subtitles(path: Path) -> Subtitles:
    """Read a file of subtitles.

    Raises:
        DocumentError: it cannot be read, is of another kind, or too large.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise DocumentError(path, "is no subtitle file of a known kind", f"give {', '.join(FORMATS)}")
    return parsed_subtitles(read_limited(path, LARGEST_FILE), form, path)


def parsed_subtitles(content: bytes, form: str, subject: object) -> Subtitles:
    """Read the bytes of subtitles.

    Args:
        content: the whole file.
        form: one of the values of :data:`FORMATS`.
        subject: what a message names.

    Raises:
        DocumentError: they are no text, cannot be understood, or are too many.
    """
    text, encoding = _decoded(content, subject)
    told = [] if encoding != "cp1252" else [f"{subject}: is not UTF-8: read as Windows-1252"]
    if text.lstrip().startswith("WEBVTT"):
        form = "vtt"
    raw = _events(_bounded(text), form, subject)
    lines = {line for event in raw if (line := _line(*event))}
    if not lines:
        told.append(f"{subject}: has no subtitles with words in it")
    elif dropped := sum(end <= max(start, 0) for start, end, _ in raw):
        told.append(f"{subject}: {dropped} subtitles that end before they begin are left out")
    return Subtitles(tuple(sorted(line for line, _ in lines)), tuple(told))


def _decoded(content: bytes, subject: object) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = content.decode(encoding, "replace")
    if "\0" in text:
        raise DocumentError(subject, "is no text", "save the subtitles as UTF-8")
    return text, encoding


def _bounded(text: str) -> str:
    """Return the text with long lines cut, blank lines folded and times below zero raised to it.

    pysubs2's patterns take the square of the time for lines and gaps without end, and it does not see
    the sign of a time in SubRip. Styles are left out: nobody looks at them here, and a bad number in
    one would cost the whole file.
    """
    lines: list[str] = []
    for line in text.splitlines():
        kept = "" if line.startswith("Style:") else line[:LONGEST_LINE].rstrip()
        if kept or (lines and lines[-1]):
            lines.append(_BELOW_ZERO.sub("00:00:00.000", kept) if "-->" in kept else kept)
    return "\n".join(lines)


def _events(text: str, form: str, subject: object) -> list[tuple[float, float, str]]:
    """Return start, end and raw text of what is shown."""
    import pysubs2

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, which nobody looks at here
            read = pysubs2.SSAFile.from_string(text, format_=form, keep_html_tags=True)
    except Exception as fault:  # a parser of strangers' files may raise anything
        reason = " ".join(str(fault).split())[:200]
        raise DocumentError(subject, f"cannot be read as subtitles ({reason})", "save them anew") from fault
    if len(read) > MOST_LINES:
        raise DocumentError(subject, f"has more than {MOST_LINES} subtitles", "check the file")
    return [
        (event.start / 1000, event.end / 1000, event.text[:LONGEST_LINE])
        for event in read
        if not event.is_comment
    ]


def _line(start: float, end: float, raw: str) -> tuple[Line, str] | None:
    """Return a line and its words, by which a shadow of it is known; None where nothing is spoken."""
    start = max(start, 0.0)
    if end <= start or _DRAWING.search(raw):
        return None
    said = _NOT_SPOKEN.sub(" ", _BREAKS.sub(" ", _TAGS.sub("", raw)))
    words = _WORD.findall(said)
    if not words:
        return None
    return Line(start, end, len(words), "!" in said, "?" in said), " ".join(words)
