"""Several runs of FFmpeg, one after the other, read as one: the parts of a film."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from cinetag_plugin.media.process import Child


class Relay:
    """Starts the next child when the one before has ended; there is never more than one.

    Args:
        starts: each starts a child; at least one. The first is called at once.
    """

    def __init__(self, starts: Iterable[Callable[[], Child]]) -> None:
        self._left = iter(starts)
        self._child = next(self._left)()

    @property
    def pid(self) -> int:
        """The process id of the child that runs now."""
        return self._child.pid

    def read_into(self, buffer: memoryview, unit: int) -> int:
        """Fill ``buffer`` with whole frames; return the bytes read, fewer only at the end of the last run.

        A frame that one run left unfinished is dropped where another run follows.

        Args:
            buffer: has room for some frames.
            unit: bytes of a frame.

        Raises:
            MediaError: a child made no progress, or the next cannot be started.
        """
        filled = self._child.read_into(buffer)
        while filled < len(buffer):
            self._child.wait()
            start = next(self._left, None)
            if start is None:
                break
            filled -= filled % unit
            self._child.end()
            self._child = start()
            filled += self._child.read_into(buffer[filled:])
        return filled

    def wait(self) -> int:
        """Wait for the last child; see :meth:`Child.wait`."""
        return self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.__exit__(kind, fault, trace)
