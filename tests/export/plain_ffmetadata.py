"""A reader of FFmpeg's metadata files that goes by single characters."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass
class PlainChapter:
    start: Fraction
    end: Fraction
    title: str


def read(content: bytes) -> list[PlainChapter]:
    """Return the chapters; times are in seconds."""
    text = content.decode("utf-8")
    assert text.startswith(";FFMETADATA1\n")
    sections: list[dict[str, str]] = [{}]
    for line in _lines(text):
        if line == "[CHAPTER]":
            sections.append({})
        elif line and line[0] not in ";#":
            key, value = _split(line)
            sections[-1][key] = value
    return [_chapter(section) for section in sections[1:]]


def _lines(text: str) -> list[str]:
    lines, escaped = [""], False
    for char in text:
        if char == "\n" and not escaped:
            lines.append("")
        else:
            lines[-1] += char
        escaped = char == "\\" and not escaped
    return lines


def _split(line: str) -> tuple[str, str]:
    parts, escaped = [""], False
    for char in line:
        if escaped or char not in "\\=":
            parts[-1] += char
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            parts.append("")
    assert len(parts) == 2, line
    return parts[0], parts[1]


def _chapter(section: dict[str, str]) -> PlainChapter:
    base = Fraction(section["TIMEBASE"])
    return PlainChapter(int(section["START"]) * base, int(section["END"]) * base, section["title"])
