"""Which films the user means: files, patterns, and the films of folders."""

import os
from collections.abc import Iterable
from pathlib import Path

from cinetag_plugin.document.errors import MediaError, UsageError


def named_films(names: Iterable[str]) -> list[Path]:
    """Return the films that files, patterns and folders name, each once, in the order given.

    A folder that holds no film stays in the list, to be refused with the reason when its turn comes.

    Raises:
        UsageError: a name is empty, as an unset variable of a script leaves it.
    """
    films: dict[tuple[str, str], Path] = {}
    for name in names:
        if not name:
            raise UsageError("FILM", "is an empty name", "name a film, a folder or a pattern")
        path = Path(name)
        for film in (_inside(path) if os.path.isdir(path) else []) or [path]:  # noqa: PTH112 - never raises
            films.setdefault(_place(film), film)
    return list(films.values())


def _place(film: Path) -> tuple[str, str]:
    """Return what two spellings of one file share; a link with a name of its own is another film."""
    return os.path.realpath(film.parent), film.name


def _inside(folder: Path) -> list[Path]:
    from cinetag_plugin.media.source import films_in

    try:
        return films_in(folder)
    except MediaError:
        return []
