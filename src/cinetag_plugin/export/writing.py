"""Writing an analysis in any format to its file, or to its files where one does not hold the film."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.document.contracts import Event, Exporter, Losses, files_in
from cinetag_plugin.document.errors import CinetagError, ExportError, PluginError
from cinetag_plugin.document.files import refuse_existing, write_whole
from cinetag_plugin.document.records import Analysis


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the file, or several in their order, and what is lost of the events."""

    paths: tuple[Path, ...]
    losses: Losses


def write(
    exporter: Exporter,
    table: Sequence[Event],
    analysis: Analysis,
    path: Path,
    *,
    overwrite: bool = False,
    taken: Collection[Path] = (),
) -> Written:
    """Write an analysis in one format, each file whole or not at all.

    Where a format returns several files they are called ``STEM-1``, ``STEM-2``, … with its suffix; none is
    written where one of them may not be.

    Args:
        exporter: the format.
        table: the events that it is given.
        analysis: what they were made from.
        path: the file, in a folder that exists: the film's stem and ``exporter.suffix``.
        overwrite: replace files that stand there.
        taken: files that other films are written to, which no part of this one may be called like.

    Raises:
        ExportError: a file exists or cannot be written, or the film does not fit the format.
        PluginError: the format's own code failed.
    """
    try:
        contents = files_in(exporter.render(table, analysis))
        losses = exporter.losses(table, analysis) if exporter.losses else Losses()
        if not isinstance(losses, Losses):
            raise TypeError(f"counts {type(losses).__name__}, not Losses")
    except CinetagError:
        raise
    except Exception as fault:  # a plugin may raise anything
        reason = f"failed ({type(fault).__name__}: {fault})"
        raise PluginError(f"format {exporter.slug}", reason, "leave it out, or mend its plugin") from fault
    paths = (path,) if len(contents) == 1 else _parts(path, exporter.suffix, len(contents))
    if len(paths) > 1:
        _refuse(paths, taken, overwrite=overwrite)
    for part, content in zip(paths, contents, strict=True):
        write_whole(part, content, overwrite=overwrite)
    return Written(paths, losses)


def _parts(path: Path, suffix: str, count: int) -> tuple[Path, ...]:
    stem = path.name.removesuffix(suffix)
    return tuple(path.with_name(f"{stem}-{number}{suffix}") for number in range(1, count + 1))


def _refuse(parts: Collection[Path], taken: Collection[Path], *, overwrite: bool) -> None:
    """Refuse parts of which one cannot be written, before the others are.

    Raises:
        ExportError: one exists, or is another film's.
    """
    others = {str(path).casefold() for path in taken}
    for part in parts:
        if str(part).casefold() in others:
            raise ExportError(part, "is also another film's file", "export each into a folder of its own")
        if not overwrite:
            refuse_existing(part)
