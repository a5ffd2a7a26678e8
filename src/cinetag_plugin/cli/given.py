"""The analysis that FILM|FILM.cinetag.json names, one that stands or a new one; and one to be overwritten."""

from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.progress import Sink, progress_of
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.settings import Settings


def is_analysis(path: Path) -> bool:
    """Tell whether the user named an analysis rather than a film."""
    return path.name.endswith(SUFFIX)


def given_analysis(
    path: Path, settings: Settings, *, quiet: bool = False, sink: Sink | None = None
) -> Analysis:
    """Read the analysis named, or analyse the film named, and tell what is worth knowing of it.

    Args:
        path: what the user named.
        settings: of an analysis that is made.
        quiet: tell people only what went wrong.
        sink: takes progress for programs.

    Raises:
        CinetagError: the analysis cannot be read, or the film not be analysed.
    """
    if is_analysis(path):
        return read_analysis(path)
    from cinetag_plugin.pipeline import Analyzer

    progress = progress_of(path.name, quiet=quiet, target=sink)
    with Analyzer(settings, tell=say) as analyzer, progress as report:
        analysis = analyzer.analyze(path, on_progress=report)
    for warning in analysis.warnings:
        say(f"{path}: {warning}")
    return analysis


def standing_analysis(path: Path | None) -> Analysis | None:
    """Return the analysis that is to be overwritten; None, with a word, where what stands there is none."""
    if path is None or not path.exists():
        return None
    try:
        return read_analysis(path)
    except DocumentError as fault:
        say(f"{fault.subject}: {fault.fault}: nothing of it is kept")
        return None
