"""Writes the tables of nle-matrix.md: who opened what (hosts.tsv), what round trips lose (its figures)."""

import csv
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE / "nle-matrix.md"
HOSTS = HERE / "hosts.tsv"
MEASURED = HERE.parent / "benchmarks" / "results" / "round_trips.json"
BEGIN = (
    "<!-- from here on written by docs/make_matrix.py: change hosts.tsv or round_trips.json, then run it -->"
)
UNTESTED = "untested"
OWN = "own"
CANNOT = "cannot carry"
"""Stands in the line by which a format refuses a rate."""

OF_FILES = frozenset({"well formed", "valid by the DTD", "rate"})
"""What readings say of a file as a whole."""


def page() -> str:
    """Return the whole page: what people wrote, then the tables."""
    written, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    tables = [*_hosts(HOSTS.read_text(encoding="utf-8")), *_measured(json.loads(MEASURED.read_text("utf-8")))]
    return "\n".join([written + BEGIN, "", *tables])


def _hosts(text: str) -> Iterator[str]:
    header, *rows = csv.reader(text.splitlines(), delimiter="\t")
    yield from ("## Who opened what", "")
    yield from _table(header, ([cell or UNTESTED for cell in row] for row in rows))


def _measured(found: dict[str, Any]) -> Iterator[str]:
    formats = sorted({*(reading["format"] for reading in found["readings"]), *found["refused"]})
    yield from ("## Measured round trips", "")
    yield from _table(
        ("format", "rates", "written", "moved", "lost", "joined", "read back by"),
        (_row(slug, found) for slug in formats),
    )
    yield from ("Refused for other reasons than the rate:", "")
    for slug, reasons in found["refused"].items():
        for reason, films in reasons.items():
            if CANNOT not in reason:
                yield f"- `{slug}`, {len(films)} of {len(found['films'])} films: {reason}"
    yield from ("", "Not all on its frame, or not all there:", "")
    for reading in found["readings"]:
        yield from _inexact(reading, found)
    yield ""


def _row(slug: str, found: dict[str, Any]) -> list[str]:
    readings = [reading for reading in found["readings"] if reading["format"] == slug]
    kinds: dict[str, int] = {}
    for reading in readings:
        if reading["of"] not in OF_FILES:
            kinds.setdefault(reading["of"], _sum(reading, "written", found))
    worst = (
        str(max(_sum(reading, name, found) for reading in readings)) for name in ("moved", "lost", "joined")
    )
    readers = dict.fromkeys(
        f"{reading['by']} ({reading['of']})" if reading["of"] in OF_FILES else reading["by"]
        for reading in readings
    )
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    by = "; ".join("a reader of ours" if reader == OWN else reader for reader in readers)
    return [f"`{slug}`", _rates(slug, found), said, *worst, by]


def _rates(slug: str, found: dict[str, Any]) -> str:
    """Name the rates that a format carries: it refuses the others by name."""
    films = found["films"]
    refused = {
        Fraction(films[film]["rate"])
        for reason, numbers in found["refused"].get(slug, {}).items()
        for film in numbers
        if CANNOT in reason
    }
    left = ", ".join(f"{float(rate):.5g}" for rate in sorted(refused))
    return f"all but {left}" if left else "all"


def _sum(reading: dict[str, Any], name: str, found: dict[str, Any]) -> int:
    column = found["columns"].index(name)
    return sum(row[column] for row in reading["rows"])


def _inexact(reading: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    names = found["columns"]
    for row in reading["rows"]:
        said = dict(zip(names, row, strict=True))
        if any(said[name] for name in ("moved", "lost", "extra")):
            counts = (
                f"{said['moved']} of {said['written']} moved, {said['lost']} lost, {said['extra']} too many"
            )
            film = found["films"][said["film"]]["film"]
            yield f"- `{reading['format']}`, {reading['of']} by {reading['by']}, {film}: {counts}"


def _table(header: Any, rows: Any) -> Iterator[str]:
    for row in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
