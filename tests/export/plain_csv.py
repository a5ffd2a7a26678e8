"""A reader of our CSV that counts timecode minute by minute and shares no code with the writer."""

import csv
import io
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class PlainRow:
    frames: tuple[int, int]
    labelled: tuple[int, int] | None
    """the frames that the labels name, counted from 00:00:00:00"""
    seconds: tuple[Fraction, Fraction]
    cells: dict[str, str]


def read(content: bytes, per_second: int, dropped: int) -> list[PlainRow]:
    """Read a table at a rate of ``per_second`` labels, of which ``dropped`` are left out a minute."""
    text = content.decode("utf-8")
    assert text.endswith("\r\n")
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [_row(cells, per_second, dropped) for cells in rows]


def _row(cells: dict[str, str], per_second: int, dropped: int) -> PlainRow:
    assert None not in cells
    labels = (cells["in_tc"], cells["out_tc"])
    first, last = (count(label, per_second, dropped) for label in labels) if all(labels) else (0, 0)
    return PlainRow(
        (int(cells["in_frame"]), int(cells["out_frame"])),
        (first, last) if all(labels) else None,
        (Fraction(cells["in_seconds"]), Fraction(cells["out_seconds"])),
        cells,
    )


def count(label: str, per_second: int, dropped: int) -> int:
    """Return the frame that a label names, counted from 00:00:00:00."""
    clock, frame = label[:8], int(label[9:])
    assert label[8] == (";" if dropped else ":")
    hours, minutes, seconds = map(int, clock.split(":"))
    assert seconds or minutes % 10 == 0 or frame >= dropped, f"{label} is left out"
    assert frame < per_second
    whole = sum(60 * per_second - (dropped if m % 10 else 0) for m in range(hours * 60 + minutes))
    return whole + seconds * per_second + frame - (dropped if minutes % 10 else 0)


def day(per_second: int, dropped: int) -> int:
    """How many frames a day of labels has."""
    return 86400 * per_second - dropped * (24 * 60 - 24 * 6)
