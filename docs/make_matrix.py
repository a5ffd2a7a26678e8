"""Writes the tables of nle-matrix.md: who opened what (hosts.tsv), what round trips lose (its figures)."""

import csv
import json
from collections.abc import Iterator
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
        ("format", "films", "written", "moved", "lost", "joined", "read back by"),
        (_row(slug, found) for slug in formats),
    )
    yield from ("Refused:", "")
    for slug, reasons in found["refused"].items():
        for reason, films in reasons.items():
            yield f"- `{slug}`, {len(films)} of {len(found['films'])} films: {reason}"
    yield from ("", "Not all on its frame, or not all there:", "")
    for reading in found["readings"]:
        yield from _inexact(reading, found)
    yield ""


def _row(slug: str, found: dict[str, Any]) -> list[str]:
    readings = [reading for reading in found["readings"] if reading["format"] == slug]
    films = {row[0] for reading in readings for row in reading["rows"]}
    kinds: dict[str, int] = {}
    for reading in readings:
        kinds.setdefault(reading["of"], _sum(reading, "written", found))
    inexact = (str(max(_sum(reading, name, found) for reading in readings)) for name in ("moved", "lost"))
    joined = max((_sum(reading, "joined", found) for reading in readings), default=0)
    readers = dict.fromkeys(r["by"].replace(OWN, "a reader of ours") for r in readings)
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return [
        f"`{slug}`",
        f"{len(films)} of {len(found['films'])}",
        said,
        *inexact,
        str(joined),
        "; ".join(readers),
    ]


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
