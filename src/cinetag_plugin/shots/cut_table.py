"""Tables of cuts: bare frames, ``kind start end``, named columns, cinetag's own CSV, PySceneDetect's.

Frames are counted from 0; ``#`` begins a comment.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from cinetag_plugin.document.checks import MOST_FRAMES
from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.records import BOUNDARY_WORDS, TransitionKind

_NO_BOUNDARIES = frozenset({"start", "not_cut"})
_FRAME_HEADINGS = ("frame", "start_frame", "in_frame", "start", "in")
_NUMBER = re.compile(r"-?\d[\d:;.,]*", re.ASCII)


class _Row(NamedTuple):
    line: int
    cells: list[str]

    def cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""


def from_table(text: str) -> list[Boundary]:
    """Return the boundaries of a table, told by its headings, or by what its first row holds.

    Raises:
        ValueError: empty, a line that is no row, or columns of numbers that no heading tells apart.
    """
    rows = list(_rows(text))
    # PySceneDetect lists its timecodes above the headings
    if len(rows) > 1 and all(":" in cell for cell in rows[0].cells):
        del rows[0]
    if not rows:
        raise ValueError("is empty")
    headings = [re.sub(r"\s+", "_", cell.casefold()) for cell in rows[0].cells]
    if any(_NUMBER.fullmatch(cell) for cell in headings) or headings[0] in BOUNDARY_WORDS:
        return _each(rows, _bare)
    if {"in_frame", "kind"} <= set(headings):
        return _events(rows[1:], headings)
    if {"scene_number", "start_frame"} <= set(headings):
        return _scenes(rows[1:], headings)
    column = next((headings.index(name) for name in _FRAME_HEADINGS if name in headings), None)
    if column is None:
        raise ValueError(f"line {rows[0].line}: {' '.join(rows[0].cells)[:60]!r} is not a frame number")
    return _each(rows[1:], lambda row: _of_kind(row) or _cut(row.cell(column)))


def _rows(text: str) -> Iterator[_Row]:
    """Yield the lines that say something; only commas and semicolons know quotes (RFC 4180)."""
    lines = ["" if line.lstrip().startswith("#") else line for line in io.StringIO(text, newline="")]
    mark = next((mark for line in lines for mark in "\t;," if mark in line), " ")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if mark in ";," else csv.QUOTE_NONE
    reader = csv.reader(lines, delimiter=mark, quoting=quoting, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield _Row(reader.line_num, [cell.strip() for cell in cells])
    except csv.Error as fault:
        raise ValueError(f"line {reader.line_num}: {fault}") from fault


def _each(rows: Iterable[_Row], parse: Callable[[_Row], Boundary | None]) -> list[Boundary]:
    found = []
    for row in rows:
        try:
            boundary = parse(row)
        except ValueError as fault:
            raise ValueError(f"line {row.line}: {fault}") from fault
        if boundary is not None and boundary.kind != "start":
            found.append(boundary)
    return found


def _bare(row: _Row) -> Boundary:
    if (found := _of_kind(row)) is not None:
        return found
    if sum(_NUMBER.fullmatch(cell) is not None for cell in row.cells) > 1:
        raise ValueError("has several columns of numbers, and no heading says which is the first frame")
    return _cut(row.cell(0))


def _of_kind(row: _Row) -> Boundary | None:
    """Return what a row ``kind start end`` says; one of kind ``start`` is no boundary."""
    kind = row.cell(0).casefold()
    if kind in _NO_BOUNDARIES:
        return Boundary("start", 0, 0)
    return _between(BOUNDARY_WORDS[kind], row.cell(1), row.cell(2)) if kind in BOUNDARY_WORDS else None


def _between(kind: TransitionKind, first: str, last: str) -> Boundary:
    start, end = _frame(first), _frame(last)
    if end < start or (kind == "cut" and end != start):
        raise ValueError(f"a {kind} from {start} to {end}")
    return Boundary(kind, start, end)


def _cut(cell: str) -> Boundary:
    frame = _frame(cell)
    return Boundary("cut", frame, frame)


def _frame(cell: str) -> int:
    if not re.fullmatch(r"\d{1,10}", cell, re.ASCII) or int(cell) > MOST_FRAMES:
        raise ValueError(f"{cell[:60]!r} is not a frame number counted from 0")
    return int(cell)


def _events(rows: Sequence[_Row], headings: Sequence[str]) -> list[Boundary]:
    """Return where the shots of cinetag's own table begin, with the extent of its gradual transitions."""
    kind, start = headings.index("kind"), headings.index("in_frame")
    shots = _each((row for row in rows if row.cell(kind) == "shot"), lambda row: _cut(row.cell(start)))
    if not shots:
        raise ValueError("holds no rows of kind shot")
    found = {shot.frame: shot for shot in shots}
    if {"out_frame", "class"} <= set(headings):
        end, of = headings.index("out_frame"), headings.index("class")
        gradual = {f"transition.{name}": name for name in BOUNDARY_WORDS.values() if name != "cut"}
        passages = [row for row in rows if row.cell(of) in gradual]
        for passage in _each(
            passages, lambda row: _between(gradual[row.cell(of)], row.cell(start), row.cell(end))
        ):
            if passage.frame in found:
                found[passage.frame] = passage
    return list(found.values())


def _scenes(rows: Sequence[_Row], headings: Sequence[str]) -> list[Boundary]:
    """Return where PySceneDetect's scenes begin; later versions count from 1, the first ones from 0.

    The length of a scene tells: to the last frame it is counted from 1, past it from 0.
    """
    start = headings.index("start_frame")
    others = [headings.index(name) for name in ("end_frame", "length_(frames)") if name in headings]

    def cut(row: _Row) -> Boundary:
        first, *rest = (_frame(row.cell(column)) for column in (start, *others))
        base = rest[1] - (rest[0] - first) if len(rest) == 2 else None
        if base not in {0, 1} or first < base:
            raise ValueError("a scene that does not tell whether frames are counted from 0 or from 1")
        return Boundary("cut", first - base, first - base)

    return _each(rows, cut)
