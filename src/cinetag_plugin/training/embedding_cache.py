"""Embeddings kept on disk, so that a picture goes through a backbone once.

A folder for each backbone and way of preparing pictures; in it files of up to some hundred vectors, each
written whole under the checksum of what it holds. A file that is not what its name says is thrown away;
nothing that a crash or another run does can give a wrong vector.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.files import write_whole

Vector = NDArray[np.float32]

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
    """

    def __init__(self, root: Path, key: str, size: int) -> None:
        self._root = root
        self._folder = root / hashlib.sha256(key.encode()).hexdigest()[:32]
        self._record = np.dtype([("picture", f"V{_CHECKSUM}"), ("vector", "<f4", (size,))])
        self._known: dict[bytes, Vector] = {}
        self._new: list[tuple[bytes, Vector]] = []
        self.fault: ExportError | None = None
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            self._load(path)

    def get(self, picture: bytes) -> Vector | None:
        """Return the vector of the picture with this checksum."""
        return self._known.get(picture)

    def put(self, picture: bytes, vector: Vector) -> None:
        """Keep a vector; it is written with the next hundreds, or by :meth:`flush`."""
        self._known[picture] = vector
        self._new.append((picture, vector))
        if len(self._new) >= _ROWS_A_FILE:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet; where that fails, ``fault`` says why, and nothing is kept."""
        rows, self._new = self._new, []
        if not rows or self.fault:
            return
        content = np.array(rows, self._record).tobytes()
        path = self._folder / f"{hashlib.sha256(content).hexdigest()}{_SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, content, overwrite=True)
            shrink(self._root)
        except ExportError as fault:
            self.fault = fault
        except OSError as fault:
            self.fault = ExportError(self._folder, f"cannot be written ({fault.strerror})")

    def _load(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            whole = hashlib.sha256(content).hexdigest() == path.stem
            if not whole or len(content) % self._record.itemsize:
                path.unlink()
                return
            rows = np.frombuffer(content, self._record)
            self._known.update(zip((row.tobytes() for row in rows["picture"]), rows["vector"], strict=True))
            os.utime(path)


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
