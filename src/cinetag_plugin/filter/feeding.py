"""Handing a stream to FFmpeg on its standard input, from a thread of its own."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from cinetag_plugin.filter.copying import widen

_PIECE = 1 << 20


class Feed:
    """A pipe that is filled with a file and then with blocks, until they end or nobody reads it any more.

    Args:
        beginning: goes first.
        blocks: go after it.

    Attributes:
        reader: the end to read; whoever starts a child with it closes it here.
    """

    def __init__(self, beginning: Path, blocks: Iterator[memoryview]) -> None:
        self._beginning = beginning
        self._blocks = blocks
        reader, writer = os.pipe()
        widen(writer)
        self.reader = io.FileIO(reader, "rb")
        self._writer = io.FileIO(writer, "wb")
        self._thread = threading.Thread(target=self._fill, name="feed", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reader.close()
        self._thread.join()

    def _fill(self) -> None:
        with self._writer, contextlib.suppress(BrokenPipeError):
            with self._beginning.open("rb") as file:
                while piece := file.read(_PIECE):
                    self._write(memoryview(piece))
            for block in self._blocks:
                self._write(block)

    def _write(self, rest: memoryview) -> None:
        while rest:
            rest = rest[self._writer.write(rest) :]
