"""Which files a command will write: names that never collide, checked before any work is done."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cinetag_plugin.cli.format_options import FormatOption, refuse_idle, varied
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.document.contracts import Event, Exporter, Losses
from cinetag_plugin.document.errors import CinetagError, ExportError, UnfitError, UsageError
from cinetag_plugin.document.files import refuse_existing
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.events import events
from cinetag_plugin.export.writing import Written, write

_LOST = {field.name: field.name.replace("_", " ") for field in fields(Losses) if field.name != "notes"}
"""The numbers of what is lost, and what they are called."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the results of one film go, by format; ``taken`` is where those of all films go."""

    stem: str
    paths: Mapping[str, Path]
    taken: frozenset[Path] = frozenset()


def chosen_exporters(
    slugs: Sequence[str], known: Mapping[str, Exporter], options: Mapping[FormatOption, Any] | None = None
) -> list[Exporter]:
    """Return the exporters that a list such as ``otio,csv`` or ``all`` names.

    Args:
        slugs: lists of formats.
        known: all formats.
        options: of single formats; one whose format is not named is refused, unless all are wanted.

    Raises:
        UsageError: no format, one that nobody registered, or an option of another format.
    """
    wanted = [slug.strip() for part in slugs for slug in part.split(",") if slug.strip()]
    if not wanted:
        raise UsageError("--to", "names no format", f"choose from {', '.join(known)}")
    if "all" in wanted:
        wanted = list(known)
    for slug in wanted:
        if slug not in known:
            raise UsageError(f"--to {slug}", "no such format", f"choose from {', '.join(known)}")
    chosen = [known[slug] for slug in dict.fromkeys(wanted)]
    options = options or {}
    if not names_all(slugs):
        refuse_idle(options, wanted)
    return varied(chosen, options)


def planned(
    stems: Sequence[str],
    exporters: Sequence[Exporter],
    folder: Path,
    *,
    overwrite: bool,
    inputs: Sequence[Path] | None = None,
) -> list[Plan]:
    """Give every film distinct file names in ``folder``, and see that they can be written.

    Args:
        stems: what each film's files are to be called.
        exporters: the formats wanted; for none, nothing is made or tried.
        folder: is made where it is missing.
        overwrite: files that exist are replaced.
        inputs: what the user knows the films by, where one has to be called otherwise; the stems
            unless given.

    Raises:
        ExportError: an output exists and ``overwrite`` is false, is no file, or cannot be written.
    """
    taken: set[str] = set()
    names = [_distinct(stem, taken) for stem in stems]
    paths = [{e.slug: folder / f"{name}{e.suffix}" for e in exporters} for name in names]
    every = frozenset(path for of_film in paths for path in of_film.values())
    plans = [Plan(name, of_film, every) for name, of_film in zip(names, paths, strict=True)]
    if exporters:
        for path in (path for of_film in paths for path in of_film.values()):
            refuse_unwritable(path, overwrite=overwrite)
        make_folder(folder)
        for known_by, stem, name in zip(inputs or stems, stems, names, strict=True):
            if name != stem:
                say(f"{known_by}: another film is called {stem} too: written as {name}")
    return plans


def write_all(
    analysis: Analysis,
    exporters: Sequence[Exporter],
    plan: Plan,
    names: Names,
    *,
    overwrite: bool,
    all_that_fit: bool = False,
) -> list[Path]:
    """Write an analysis in every format wanted, and tell what formats cannot hold; return the files.

    A format that cannot hold the film is told of, and is a fault unless ``all_that_fit``.

    Raises:
        ExportError: a file exists, cannot be written, or the film does not fit the format.
    """
    table = events(analysis, names)

    written: list[Path] = []

    def one(exporter: Exporter) -> None:
        target = plan.paths[exporter.slug]
        rows = given(exporter, table)
        made = write(exporter, rows, analysis, target, overwrite=overwrite, taken=plan.taken)
        tell_losses(made)
        written.extend(made.paths)

    with_each_format(exporters, one, all_that_fit=all_that_fit)
    return written


def tell_losses(written: Written) -> None:
    """Say in a line what a file, or several of one film, does not hold, and what else people should know."""
    losses, (first, *others) = written.losses, written.paths
    named = f"{first} to {others[-1].name}" if others else first
    numbers = {name: getattr(losses, name) for name in _LOST}
    counts = ", ".join(f"{_LOST[name]} {number}" for name, number in numbers.items() if number)
    if said := "; ".join([*([f"lost: {counts}"] if counts else []), *losses.notes]):
        say(f"{named}: {said}")


def given(exporter: Exporter, table: Sequence[Event]) -> Sequence[Event]:
    """Return what a format is given of the table where the user names no kinds of events."""
    return table if exporter.kinds is None else [event for event in table if event.kind in exporter.kinds]


def names_all(slugs: Iterable[str]) -> bool:
    """Tell whether lists of formats ask for all there are, rather than for each by its name."""
    return "all" in [slug.strip() for part in slugs for slug in part.split(",")]


def with_each_format(
    exporters: Iterable[Exporter], work: Callable[[Exporter], None], *, all_that_fit: bool
) -> None:
    """Do ``work`` with every format: one that refuses the film does not keep the others from being written.

    Args:
        exporters: the formats.
        work: writes one.
        all_that_fit: a format that cannot hold the film is told of, and is no fault.

    Raises:
        CinetagError: the last fault; those before it are told.
    """
    last: CinetagError | None = None
    for exporter in exporters:
        try:
            work(exporter)
        except CinetagError as fault:
            if all_that_fit and isinstance(fault, UnfitError):
                complain(fault)
                continue
            if last:
                complain(last)
            last = fault
    if last:
        raise last


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, with its parents, and see that files can be made there.

    Raises:
        ExportError: it cannot be made, or takes no files.
    """
    remedy = "choose another with -o"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ExportError(folder, f"cannot be made ({fault.strerror})", remedy) from fault
    try:
        tempfile.NamedTemporaryFile(dir=folder, prefix=".cinetag-").close()
    except OSError as fault:
        raise ExportError(folder, f"cannot be written to ({fault.strerror})", remedy) from fault


def refuse_unwritable(path: Path, *, overwrite: bool) -> None:
    """Refuse what would be refused after the film has been decoded.

    Raises:
        ExportError: see :func:`planned`.
    """
    if not overwrite:
        refuse_existing(path)
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as fault:  # such as a name that is too long
        raise ExportError(
            path, f"cannot be written ({fault.strerror})", "give the film another name"
        ) from fault
    if not stat.S_ISREG(kind):
        raise ExportError(path, "is not a regular file", "choose another folder with -o")


def _distinct(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name.casefold() in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name.casefold())
    return name
