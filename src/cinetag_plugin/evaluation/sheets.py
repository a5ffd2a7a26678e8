"""Sheets for volunteers as CSV, written for spreadsheets and read back however a spreadsheet saved them.

Three kinds, one an experiment of Khan et al. (AVSS 2017): a grade for each ``tags`` of a film, a
grade for the film's whole ``list``, and the volunteer's ``own`` tags for the film. The published
account that this follows gives the figures of the experiments, not the questions in words.
"""

import csv
import io
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cinetag_plugin.document.errors import DocumentError, printable
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names

Kind = Literal["tags", "list", "own"]
KINDS: tuple[Kind, ...] = ("tags", "list", "own")

BEST_GRADE = 5
"""Grades are those of ITU-T P.800: 1 bad, 2 poor, 3 fair, 4 good, 5 excellent."""

LARGEST_SHEET = 16 * 1024 * 1024
"""Bytes of a volunteer's answers."""

_HEADERS: dict[Kind, tuple[str, ...]] = {
    "tags": ("volunteer", "film", "tag", "rating 1 (bad) to 5 (excellent)"),
    "list": ("volunteer", "film", "tags", "rating 1 (bad) to 5 (excellent)"),
    "own": ("volunteer", "film", "own tags (with commas between)"),
}
# a spreadsheet takes what begins so for a formula (OWASP, CSV Injection); a quote before it makes it text
_RISKY = tuple("=+-@\t\r'")
_COLUMNS = ("volunteer", "film", "tag", "rating", "own")
_GRADE = re.compile(r"([1-5])([.,]0+)?", re.ASCII)
_NO_GRADE = f"grades are whole numbers from 1 to {BEST_GRADE}; leave blank what was not rated"


@dataclass(frozen=True, slots=True)
class Rating:
    """A grade from 1 to 5 that a volunteer gave a film's tag, or with ``tag`` empty its whole list."""

    volunteer: str
    film: str
    tag: str
    grade: int


@dataclass(frozen=True, slots=True)
class OwnTags:
    """The tags, as slugs, that a volunteer would give a film; at least one."""

    volunteer: str
    film: str
    tags: frozenset[str]


@dataclass(slots=True)
class Answers:
    """What all volunteers answered, in the order of their sheets."""

    ratings: list[Rating] = field(default_factory=list)
    own: list[OwnTags] = field(default_factory=list)


def sheet(analyses: Sequence[Analysis], kind: Kind, names: Names, *, seed: int = 0) -> bytes:
    """Return an empty sheet, UTF-8 with a byte order mark (which spreadsheets know it by), CRLF.

    The films, and the tags of each, stand in an order drawn by ``seed``, so that nobody rates from
    the strongest down; the tags of a ``list`` stay in theirs, with their relative strengths.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADERS[kind])
    draw = random.Random(seed)
    for analysis in draw.sample(analyses, len(analyses)):
        film = film_key(analysis.film.name)
        for cells in _cells(analysis, kind, names, draw):
            writer.writerow([_harmless(cell) for cell in ("", film, *cells)])
    return text.getvalue().encode("utf-8-sig")


def _cells(analysis: Analysis, kind: Kind, names: Names, draw: random.Random) -> list[list[str]]:
    tags = [printable(names.tag_name(tag.tag)) for tag in analysis.tags]
    if kind == "tags":
        return [[tag, ""] for tag in draw.sample(tags, len(tags))]
    if kind == "own":
        return [[""]]
    said = (f"{name} {tag.relative_strength:.2f}" for name, tag in zip(tags, analysis.tags, strict=True))
    return [[", ".join(said), ""]] if tags else []


def film_key(name: str) -> str:
    """Return the name by which sheets know a film: on one line, without spaces around."""
    return printable(name).strip()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _meant(cell: str) -> str:
    """Undo what :func:`_harmless` did; also spaces around, which people leave."""
    cell = cell.strip(" ")
    return (cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell).strip()


def read_answers(paths: Sequence[Path], names: Names) -> Answers:
    """Read filled sheets of any kind: commas, semicolons or tabs, with or without byte order mark.

    A cell that is blank was not answered. Where the column ``volunteer`` is blank or missing, the file's
    name says who it was. Tags may be written as names, aliases or slugs.

    Raises:
        DocumentError: no sheet, a grade out of range, a row without its film, or one answered twice.
    """
    answers, seen = Answers(), set[_Key]()
    for path in paths:
        for line, key, answer in _answered(path, names):
            if key in seen:
                fault = f"line {line}: {key[0]} has answered this of {key[1]} before"
                raise DocumentError(path, fault, "give each volunteer a name, and each question one row")
            seen.add(key)
            if isinstance(answer, Rating):
                answers.ratings.append(answer)
            else:
                answers.own.append(answer)
    return answers


_Key = tuple[str, str, str | None]
"""Who answered, of which film, of which tag; the tag is empty for a list, None for own tags."""


def _answered(path: Path, names: Names) -> Iterator[tuple[int, _Key, Rating | OwnTags]]:
    rows = _rows(path)
    _, header = next(rows, (1, []))
    columns = _columns(path, header)
    for line, cells in rows:
        given = {name: _meant(cells[place]) for name, place in columns.items() if place < len(cells)}
        try:
            answer = _answer(given, path.stem, names, rates_tags="tag" in columns)
        except _RowError as fault:
            raise DocumentError(path, f"line {line} {fault}", fault.remedy) from fault
        if isinstance(answer, Rating):
            yield line, (answer.volunteer, answer.film, answer.tag), answer
        elif answer is not None:
            yield line, (answer.volunteer, answer.film, None), answer


class _RowError(ValueError):
    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.remedy = remedy


def _answer(
    given: Mapping[str, str], stem: str, names: Names, *, rates_tags: bool
) -> Rating | OwnTags | None:
    """Return what a row answers; None where it was left blank."""
    who, film = film_key(given.get("volunteer", "")) or stem, film_key(given.get("film", ""))
    own = frozenset(names.resolve(tag) for tag in re.split("[,;]", given.get("own", "")) if tag.strip())
    grade, tag = given.get("rating", ""), given.get("tag", "")
    if not own and not grade:
        return None
    if not film:
        raise _RowError("does not say of which film", "fill the column film")
    if own:
        return OwnTags(who, film, own)
    if rates_tags and not tag:
        raise _RowError("does not say which tag is rated", "fill the column tag")
    found = _GRADE.fullmatch(grade)
    if found is None:
        raise _RowError(f"has the rating {grade[:20]!r}", _NO_GRADE)
    return Rating(who, film, names.resolve(tag) if tag else "", int(found[1]))


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Find the columns by the first word of their heads; a sheet rates or names, not both."""
    words = [(re.findall(r"\w+", cell.casefold()) or [""])[0] for cell in header]
    columns = {word: words.index(word) for word in _COLUMNS if word in words}
    if "film" not in columns or ("rating" in columns) == ("own" in columns):
        fault = "has no column film, or neither a rating nor own tags"
        raise DocumentError(path, fault, "keep the head line that cinetag evaluate sheet wrote")
    return columns


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with the line each ends on."""
    try:
        text = read_limited(path, LARGEST_SHEET).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", "save it as CSV UTF-8") from fault
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as fault:
        fault_line = f"line {reader.line_num} is no row of a table ({fault})"
        raise DocumentError(path, fault_line, "save it as CSV UTF-8") from fault
