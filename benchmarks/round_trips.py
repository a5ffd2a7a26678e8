"""Every format that cinetag writes, read back by readers and programs that are not cinetag.

    python benchmarks/round_trips.py FILM --work DIR [--json FILE]

FILM is shown at twelve rates and from three starts (``round_trip_films.py``), each is analysed by
``cinetag analyze`` with its shipped models and exported by ``cinetag export --to all``; two analyses
are made longer than two hours. Every file is read back (``round_trip_readers.py``) and held against the
JSON of the analysis: what comes back on its frames, what is moved (and by how many frames at most), what
is lost, and what shares a marker with another where a program keeps one a frame.

CINETAG_OTIO_PYTHONS names other Pythons with OpenTimelineIO, CINETAG_FCPXML_DTD a document type of
FCPXML. Programs that are missing are left out.
"""

import argparse
import json
import os
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from cinetag_plugin.export.formats import EXPORTERS
from machine import described
from round_trip_films import Made, cinetag, long_films, made_films
from round_trip_readers import READERS
from round_trip_reading import Reading
from round_trip_truth import Span, Truth

XML = {".xml", ".fcpxml", ".mlt", ".svg"}
COUNTS = ("written", "read", "moved", "shift", "lost", "joined", "extra")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing in one file by one reader; counts, and ``shift`` in frames."""

    film: str
    format: str
    by: str
    of: str
    written: int
    read: int
    moved: int
    shift: int
    lost: int
    joined: int
    extra: int


def compared(film: str, slug: str, reading: Reading) -> Row:
    """Hold what was read against what is wanted."""
    wanted = _joined(reading.wanted) if reading.joined else list(reading.wanted)
    missing, spare = Counter(wanted), Counter(reading.found)
    missing, spare = missing - spare, spare - missing
    pairs = list(zip(_rising(missing), _rising(spare), strict=False))
    shift = max((_distance(a, b) for a, b in pairs), default=0)
    return Row(
        film,
        slug,
        reading.by,
        reading.of,
        written=len(reading.wanted),
        read=len(reading.found),
        moved=len(pairs),
        shift=shift,
        lost=missing.total() - len(pairs),
        joined=len(reading.wanted) - len(wanted),
        extra=spare.total() - len(pairs),
    )


def _joined(spans: Any) -> list[Span]:
    """Return one span for each first frame: the longest."""
    longest: dict[int, int | None] = {}
    for start, end in spans:
        longest[start] = max(end, longest.get(start) or 0) if end is not None else None
    return list(longest.items())


def _rising(spans: Counter[Span]) -> list[Span]:
    return sorted(spans.elements(), key=lambda span: (span[0], span[1] or 0))


def _distance(one: Span, other: Span) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True) if a is not None and b is not None)


@dataclass(frozen=True, slots=True)
class Export:
    """What one call gave: files, why others were refused, and what the program said is lost, by slug."""

    files: dict[str, list[Path]]
    refused: dict[str, str]
    told: dict[str, str]


def _files(folder: Path, stem: str, suffix: str) -> list[Path]:
    """Return the file of a format, or its several where one does not hold the film."""
    parts = (folder / f"{stem}-{number}{suffix}" for number in count(1))
    whole = folder / f"{stem}{suffix}"
    return [whole] if whole.exists() else list(takewhile(Path.exists, parts))


def exported(made: Made, folder: Path) -> Export:
    """Write every format."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    done = cinetag("export", str(made.document), "--to", "all", "-o", str(folder), "-y")
    stem = made.document.name.removesuffix(".cinetag.json")
    export = Export({}, {}, {})
    for exporter in EXPORTERS:
        files = _files(folder, stem, exporter.suffix)
        if not files:
            again = cinetag("export", str(made.document), "--to", exporter.slug, "-o", str(folder), "-y")
            export.refused[exporter.slug] = again.stderr.strip().splitlines()[-1].split(": ", 2)[-1]
            continue
        export.files[exporter.slug] = files
        for line in done.stderr.splitlines():
            if line.startswith((f"cinetag: {files[0]}: ", f"cinetag: {files[0]} to ")):
                export.told[exporter.slug] = line.split(": ", 2)[-1]
    known = {path for files in export.files.values() for path in files}
    for path in sorted(set(folder.iterdir()) - known):
        export.files[path.name.removeprefix(f"{stem}.")] = [path]
    return export


def rows(made: Made, files: dict[str, list[Path]]) -> Iterator[Row]:
    """Read every file of a film back."""
    truth = Truth(made)
    for slug, paths in files.items():
        readings = list(READERS[slug](paths, truth)) if slug in READERS else []
        if paths[0].suffix in XML:
            readings += _validated(paths[0])
        for reading in readings:
            yield compared(made.name, slug, reading)


def _validated(path: Path) -> Iterator[Reading]:
    xmllint, rules = shutil.which("xmllint"), os.environ.get("CINETAG_FCPXML_DTD")
    if xmllint is None:
        return
    valid = ["--dtdvalid", rules] if path.suffix == ".fcpxml" and rules else []
    done = subprocess.run([xmllint, "--noout", "--nonet", *valid, path], capture_output=True, check=False)
    found: list[Span] = [] if done.returncode else [(0, None)]
    yield Reading("libxml2", "valid by the DTD" if valid else "well formed", [(0, None)], found)


def summary(found: list[Row]) -> Iterator[str]:
    """Yield a line for each format, reader and kind of thing: totals over the films."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in found:
        groups[row.format, row.by, row.of].append(row)
    named = f"{'format':<12} {'read by':<22} {'of':<26}"
    yield f"{named} films  written     read  moved  shift   lost joined  extra"
    for (slug, by, of), group in groups.items():
        sums = [sum(getattr(row, name) for row in group) for name in ("written", "read", "moved")]
        rest = [sum(getattr(row, name) for row in group) for name in ("lost", "joined", "extra")]
        worst = max(row.shift for row in group)
        counts = f"{sums[0]:>8} {sums[1]:>8} {sums[2]:>6} {worst:>6} {rest[0]:>6} {rest[1]:>6} {rest[2]:>6}"
        yield f"{slug:<12} {by:<22} {of:<26} {len(group):>5} {counts}"


def report(found: list[Row], films: list[dict[str, Any]], exports: list[Export]) -> str:
    """Return everything as JSON: a list of counts a film under each format, reader and kind of thing.

    ``refused`` and ``told`` give, for each format, the films of each line that the program printed.
    """
    numbers = {film["film"]: number for number, film in enumerate(films)}
    groups: dict[tuple[str, str, str], list[list[int]]] = defaultdict(list)
    for row in found:
        counts = [getattr(row, name) for name in COUNTS]
        groups[row.format, row.by, row.of].append([numbers[row.film], *counts])
    refused = _by_line(export.refused for export in exports)
    told = _by_line(export.told for export in exports)
    said = {"films": films, "refused": refused, "told": told, "columns": ["film", *COUNTS]}
    head = described() | said
    lines = (
        json.dumps({"format": slug, "by": by, "of": of, "rows": rows})
        for (slug, by, of), rows in groups.items()
    )
    return json.dumps(head, indent=1)[:-2] + ',\n "readings": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"


def _by_line(films: Iterable[dict[str, str]]) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, lines in enumerate(films):
        for slug, line in lines.items():
            found[slug][line].append(number)
    return found


def main() -> None:
    """Print the table and what was refused."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("film", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="films and analyses are kept here")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    short = list(made_films(args.film, args.work))
    found, films, exports = [], [], []
    for made in [*short, *long_films(short, args.work)]:
        exports.append(exported(made, args.work / "files"))
        name = made.name if made.film else f"{made.name}, two hours"
        found += [Row(**asdict(row) | {"film": name}) for row in rows(made, exports[-1].files)]
        said = {"rate": str(made.rate), "drop": made.drop, "start": made.start}
        films.append({"film": name, **said, "frames": Truth(made).frames, "analysis": made.how})
        print(name, "-", made.how, "-", ", ".join(exports[-1].refused) or "nothing refused", flush=True)
    print(*summary(found), sep="\n")
    unread = {slug for export in exports for slug in export.files} - set(READERS)
    print("not read back:", ", ".join(sorted(unread)))
    if args.json:
        args.json.write_text(report(found, films, exports), encoding="utf-8")


if __name__ == "__main__":
    main()
