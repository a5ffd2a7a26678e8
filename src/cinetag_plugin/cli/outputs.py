"""Which files a command will write: names that never collide, checked before any work is done."""

from __future__ import annotations

import argparse
import stat
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.errors import ExportError, UsageError
from cinetag_plugin.document.files import refuse_existing
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.events import events
from cinetag_plugin.export.formats import write


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the results of one film go."""

    stem: str
    paths: Mapping[str, Path]


def chosen_exporters(
    slugs: Iterable[str], known: Mapping[str, Exporter], *, transitions: bool = False
) -> list[Exporter]:
    """Return the exporters that a list such as ``otio,csv`` or ``all`` names.

    Args:
        slugs: lists of formats.
        known: all formats.
        transitions: timelines have dissolves between their clips rather than markers.

    Raises:
        UsageError: no format, or one that nobody registered.
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
    return [_with_transitions(exporter) for exporter in chosen] if transitions else chosen


def _with_transitions(exporter: Exporter) -> Exporter:
    if exporter.slug != "otio":
        return exporter
    from cinetag_plugin.export.otio import render_with_transitions

    return replace(exporter, render=render_with_transitions)


def add_transitions_option(group: argparse._ActionsContainer) -> None:
    """Add the option for ``transitions`` of :func:`chosen_exporters`."""
    group.add_argument(
        "--otio-transitions",
        action="store_true",
        help="dissolves as transitions between the clips of the timeline, not as markers: for those who "
        "put other material in their place",
    )


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
    plans = [Plan(name, {e.slug: folder / f"{name}{e.suffix}" for e in exporters}) for name in names]
    if exporters:
        for path in (path for plan in plans for path in plan.paths.values()):
            refuse_unwritable(path, overwrite=overwrite)
        make_folder(folder)
        for known_by, stem, name in zip(inputs or stems, stems, names, strict=True):
            if name != stem:
                say(f"{known_by}: another film is called {stem} too: written as {name}")
    return plans


def write_all(
    analysis: Analysis, exporters: Sequence[Exporter], plan: Plan, names: Names, *, overwrite: bool
) -> list[Path]:
    """Write an analysis in every format wanted; return the files.

    Raises:
        ExportError: a file exists, cannot be written, or the film does not fit the format.
    """
    table = events(analysis, names)
    for exporter in exporters:
        write(exporter, table, analysis, plan.paths[exporter.slug], overwrite=overwrite)
    return list(plan.paths.values())


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
    """Refuse what would be refused after the film has been decoded."""
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
