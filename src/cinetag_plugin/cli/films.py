"""Which films the user means: files, patterns, and the films of folders."""

from collections.abc import Iterable
from pathlib import Path

from cinetag_plugin.document.errors import MediaError


def named_films(names: Iterable[str]) -> list[Path]:
    """Return the films that files, patterns and folders name, each once, in the order given.

    A folder that holds no film stays in the list, to be refused with the reason when its turn comes.
    """
    films: list[Path] = []
    for path in map(Path, names):
        films += (_inside(path) if path.is_dir() else []) or [path]
    return list(dict.fromkeys(films))


def _inside(folder: Path) -> list[Path]:
    from cinetag_plugin.media.source import films_in

    try:
        return films_in(folder)
    except MediaError:
        return []
