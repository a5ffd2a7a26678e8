"""A download as far as it came, in one file, so that a later run can go on with it.

The file begins with a line of JSON that says where the bytes come from; the bytes follow. While a
process writes it, no other can.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from cinetag_plugin.document.errors import ExportError, ModelError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LONGEST_HEAD = 8192
_FAR_BEYOND = 2**40
"""A place in the file that no download reaches: Windows locks bytes, and those of the part must stay free."""


class _Head(msgspec.Struct):
    address: str
    validator: str


class Part:
    """What has come of a download; :func:`opened_part` makes it.

    Attributes:
        address: where the bytes come from; empty where there are none.
        validator: the strong ETag under which the server gave them; empty where it gave none.
        size: how many have come.
    """

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self._path, self._file = path, file
        self.address = self.validator = ""
        self._start = self.size = 0
        with _told(path):
            self._read_head()

    def begin(self, address: str, validator: str) -> None:
        """Throw away what has come and begin anew.

        Raises:
            ExportError: it cannot be written; so too :meth:`append` and :meth:`forget`.
        """
        self.forget()
        head = msgspec.json.encode(_Head(address, validator)) + b"\n"
        with _told(self._path):
            self._put(head)
        self.address, self.validator, self._start = address, validator, len(head)

    def append(self, chunk: bytes) -> None:
        """Write the bytes that come next."""
        with _told(self._path):
            self._put(chunk)
        self.size += len(chunk)

    def forget(self) -> None:
        """Throw away what has come."""
        with _told(self._path):
            self._file.seek(0)
            self._file.truncate()
        self.address = self.validator = ""
        self._start = self.size = 0

    def content(self) -> bytes:
        """Return what has come."""
        with _told(self._path):
            self._file.seek(self._start)
            return self._file.read(self.size)

    def _read_head(self) -> None:
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        line = self._file.readline(_LONGEST_HEAD)
        try:
            head = msgspec.json.decode(line, type=_Head)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            self.forget()
            return
        self.address, self.validator = head.address, head.validator
        self._start, self.size = len(line), end - len(line)
        self._file.seek(end)

    def _put(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]


@contextmanager
def opened_part(path: Path, name: str) -> Iterator[Part]:
    """Open what has come of a model, for one process at a time; an empty part is deleted at the end.

    Raises:
        ModelError: another process is pulling the model.
        ExportError: the file cannot be written.
    """
    if os.path.lexists(path) and not path.is_file():
        raise ExportError(path, "is not a regular file", "delete it")
    with _told(path):
        file = io.FileIO(path, "r+", opener=lambda place, flags: os.open(place, flags | os.O_CREAT, 0o666))
    empty = False
    try:
        if not _lock(file):
            raise ModelError(name, "another cinetag is pulling it", "wait for that one to end")
        part = Part(path, file)
        try:
            yield part
        finally:
            empty = not part.size
    finally:
        file.close()
        if empty:  # Windows deletes no open file
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _lock(file: io.FileIO) -> bool:
    """Keep others out; say whether nobody else is in. The system lets go when the process ends."""
    try:
        if sys.platform == "win32":
            file.seek(_FAR_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks: the checksum at the end must do
        return True
    return True


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        reason = f"cannot be written ({fault.strerror or fault})"
        raise ExportError(path, reason, "make room, or set CINETAG_MODELS to another folder") from fault
