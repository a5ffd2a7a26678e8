"""The analysis that FILM|FILM.cinetag.json names: one that stands, or a new one."""

from collections.abc import Sequence
from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.settings import Settings


def is_analysis(path: Path) -> bool:
    """Tell whether the user named an analysis rather than a film."""
    return path.name.endswith(SUFFIX)


def given_analysis(path: Path, settings: Settings) -> Analysis:
    """Read the analysis named, or analyse the film named, and tell what is worth knowing of it.

    Raises:
        CinetagError: the analysis cannot be read, or the film not be analysed.
    """
    if is_analysis(path):
        return read_analysis(path)
    from cinetag_plugin.pipeline import Analyzer

    progress = progress_of(path.name, quiet=False, target=None)
    with Analyzer(settings, tell=say) as analyzer, progress as report:
        analysis = analyzer.analyze(path, on_progress=report)
    for warning in analysis.warnings:
        say(f"{path}: {warning}")
    return analysis


def film_of(named: Path, film: Film) -> Path:
    """Return where the film lies that was analysed: what the user named, or where its analysis says.

    Args:
        named: the film or its analysis, as the user named it.
        film: what the analysis says of the film.

    Raises:
        MediaError: it lies nowhere, or another film lies there.
    """
    return _found(film, _places(named, film))


def _places(named: Path, film: Film) -> Sequence[Path]:
    """Return where the film may lie: what the user named, or where its analysis says, or beside that."""
    recorded = Path(film.path)
    return (recorded, named.parent / recorded.name) if is_analysis(named) else (named,)


def _found(film: Film, places: Sequence[Path]) -> Path:
    """Return the first place where the film that was analysed lies, known by its fingerprint.

    Raises:
        MediaError: it lies nowhere, or another film lies there.
    """
    from cinetag_plugin.media.film import fingerprint
    from cinetag_plugin.media.source import find_source

    faults = []
    for place in places:
        try:
            found = find_source(place)
        except MediaError as missing:
            remedy = f"put the film beside its analysis, at {places[-1]}"
            faults.append(MediaError(place, missing.fault, remedy))
            continue
        if film.fingerprint in {"", fingerprint(*found.telling_files)}:
            return place
        remedy = "analyse it again, or put the film that was analysed beside its analysis"
        faults.insert(0, MediaError(place, "is not the film that was analysed", remedy))
    raise faults[0]
