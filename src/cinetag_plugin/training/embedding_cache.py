"""Embeddings kept on disk, so that a picture goes through a backbone once.

A folder for each backbone and way of preparing pictures; in it files of up to some hundred vectors, each
written whole under the checksum of what it holds. Of a file, only the names of its pictures are read until
one of them is asked for. A file that is not what its name says is then told of and thrown away; nothing
that a crash or another run does can give a wrong vector.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.files import write_whole

Vector = NDArray[np.float32]
Tell = Callable[[str], None]

MOST_BYTES = 4 * 1024**3
"""All files together; above, those that were used longest ago are deleted."""

_ROWS_A_FILE = 256
_CHECKSUM = 32
_SUFFIX = ".embeddings"


def cache_folder() -> Path:
    """Return where embeddings are kept: ``CINETAG_EMBEDDINGS``, or below the platform's cache folder."""
    named = os.environ.get("CINETAG_EMBEDDINGS")
    if named:
        return Path(named)
    return Path(platformdirs.user_cache_dir("cinetag", appauthor=False)) / "embeddings"


class EmbeddingCache:
    """Vectors of one kind by the SHA-256 of the picture's file.

    Args:
        root: the folder of all caches; it need not exist, nor be writable.
        key: what the vectors depend on besides the picture.
        size: values of a vector.
        tell: takes a line for people, about a broken file, or that none can be written.
    """

    def __init__(self, root: Path, key: str, size: int, tell: Tell = lambda line: None) -> None:
        self._root = root
        self._folder = root / hashlib.sha256(key.encode()).hexdigest()[:32]
        self._record = np.dtype([("picture", f"V{_CHECKSUM}"), ("vector", "<f4", (size,))])
        self._tell = tell
        self._known: dict[bytes, Vector] = {}
        self._new: list[tuple[bytes, Vector]] = []
        self._file_of: dict[bytes, Path] = {}
        self._read: set[Path] = set()
        self._full = False
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            self._note(path)

    def get(self, picture: bytes) -> Vector | None:
        """Return the vector of the picture with this checksum."""
        file = self._file_of.get(picture)
        if file and file not in self._read and picture not in self._known:
            self._load(file)
        return self._known.get(picture)

    def put(self, picture: bytes, vector: Vector) -> None:
        """Keep a vector; it is written with the next hundreds, or by :meth:`flush`."""
        self._known[picture] = vector
        self._new.append((picture, vector))
        if len(self._new) >= _ROWS_A_FILE:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet; where that fails, it is told once, and no more is written."""
        rows, self._new = self._new, []
        if not rows or self._full:
            return
        content = np.array(rows, self._record).tobytes()
        path = self._folder / f"{hashlib.sha256(content).hexdigest()}{_SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, content, overwrite=True)
            shrink(self._root)
        except (ExportError, OSError) as fault:
            self._full = True
            why = fault.fault if isinstance(fault, ExportError) else f"cannot be written ({fault.strerror})"
            self._tell(f"{self._folder}: {why}: embeddings are not kept")

    def _note(self, path: Path) -> None:
        """Note which pictures a file says it holds."""
        try:
            # ValueError: empty, or no whole number of records
            pictures = np.memmap(path, self._record, "r")["picture"].tobytes()
        except OSError:
            return
        except ValueError:
            self._throw_away(path)
            return
        places = range(0, len(pictures), _CHECKSUM)
        self._file_of.update((pictures[place : place + _CHECKSUM], path) for place in places)

    def _load(self, path: Path) -> None:
        """Read a file, unless it is broken; either way it is not read again."""
        self._read.add(path)
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != path.stem:
                self._throw_away(path)
                return
            rows = np.frombuffer(content, self._record)
            self._known.update(zip((row.tobytes() for row in rows["picture"]), rows["vector"], strict=True))
            os.utime(path)

    def _throw_away(self, path: Path) -> None:
        self._tell(f"{path}: is damaged: its embeddings are made again")
        with contextlib.suppress(OSError):
            path.unlink()


def shrink(root: Path, most: int = MOST_BYTES) -> None:
    """Delete the files used longest ago until the rest takes at most ``most`` bytes."""
    files = []
    for path in root.glob(f"*/*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            facts = path.stat()
            files.append((facts.st_mtime, facts.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= most:
            return
        with contextlib.suppress(OSError):
            path.unlink()
            total -= size
