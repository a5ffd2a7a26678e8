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

    def read_into(self, buffer: memoryview) -> int:
        """Fill ``buffer`` with the next frame; return the bytes read, fewer only at the end of the last run.

        A frame that one run left unfinished is dropped where another run follows.

        Raises:
            MediaError: a child made no progress, or the next cannot be started.
        """
        while (count := self._child.read_into(buffer)) < len(buffer):
            self._child.wait()
            start = next(self._left, None)
            if start is None:
                return count
            self._child.end()
            self._child = start()
        return count

    def wait(self) -> int:
        """Wait for the last child; see :meth:`Child.wait`."""
        return self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.__exit__(kind, fault, trace)
