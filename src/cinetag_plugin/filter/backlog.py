"""What has been passed on and waits for the analysis: a bounded number of blocks, used again and again."""

import queue
from collections.abc import Iterator
from dataclasses import dataclass

_BYTES = 64 << 20
_FEWEST, _MOST = 3, 64


@dataclass(slots=True)
class Block:
    """Room for a frame or a piece of the stream; ``view[begin:end]`` is what the analysis gets of it."""

    view: memoryview
    begin: int = 0
    end: int = 0


class Backlog:
    """A queue between the thread that passes bytes on and the one that feeds the analysis.

    Args:
        block_bytes: the size of a block. There are as many as fit into 64 MiB, at least three.
    """

    def __init__(self, block_bytes: int) -> None:
        self._free: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self._full: queue.SimpleQueue[Block | None] = queue.SimpleQueue()
        self._unmade = max(_FEWEST, min(_MOST, _BYTES // block_bytes))
        self._block_bytes = block_bytes

    def room(self, *, wait: bool) -> Block | None:
        """Return a block to fill; without ``wait``, None where the analysis has all of them."""
        try:
            return self._free.get_nowait()
        except queue.Empty:
            if self._unmade:
                self._unmade -= 1
                return self.spare()
        return self._free.get() if wait else None

    def spare(self) -> Block:
        """Return a block beyond those that are counted."""
        return Block(memoryview(bytearray(self._block_bytes)))

    def put(self, block: Block) -> None:
        """Hand a filled block to the analysis."""
        self._full.put(block)

    def end(self) -> None:
        """Say that nothing more comes."""
        self._full.put(None)

    def blocks(self) -> Iterator[memoryview]:
        """Yield what was put, until the end; a block is free again when the next one is asked for."""
        while (block := self._full.get()) is not None:
            try:
                yield block.view[block.begin : block.end]
            finally:
                self._free.put(block)
        self._full.put(None)  # whoever asks again finds the end, too
