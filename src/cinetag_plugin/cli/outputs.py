"""Which files a command will write: names that never collide, checked before any work is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


def chosen_exporters(slugs: Iterable[str], known: Mapping[str, Exporter]) -> list[Exporter]:
    """Return the exporters that a list such as ``otio,csv`` or ``all`` names.

    Raises:
        UsageError: a format that nobody registered.
    """
    wanted = [slug.strip() for part in slugs for slug in part.split(",") if slug.strip()]
    if "all" in wanted:
        return list(known.values())
    for slug in wanted:
        if slug not in known:
            raise UsageError(f"--to {slug}", "no such format", f"choose from {', '.join(known)}")
    return [known[slug] for slug in dict.fromkeys(wanted)]


def planned(
    stems: Sequence[str], exporters: Sequence[Exporter], folder: Path, *, overwrite: bool
) -> list[Plan]:
    """Give every film distinct file names in ``folder``, which is made where it is missing.

    Raises:
        ExportError: an output exists and ``overwrite`` is false, or the folder cannot be made.
    """
    taken: set[str] = set()
    plans: list[Plan] = []
    for stem in stems:
        name = _distinct(stem, taken)
        plans.append(Plan(name, {e.slug: folder / f"{name}{e.suffix}" for e in exporters}))
    if not overwrite:
        for path in (path for plan in plans for path in plan.paths.values()):
            refuse_existing(path)
    make_folder(folder)
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
    """Make a folder for outputs, with its parents.

    Raises:
        ExportError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ExportError(folder, f"cannot be made ({fault.strerror})", "choose another with -o") from fault


def _distinct(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name.casefold() in taken:
        name, number = f"{stem}-{number}", number + 1
    if name != stem:
        say(f"{stem}: another film has this name: written as {name}")
    taken.add(name.casefold())
    return name
