"""Reading the times that FFmpeg's ``metadata`` filter prints, one line a frame.

The filter writes past FFmpeg's log, straight to standard error, each line in one piece; a line may
still begin inside an unfinished one of the log.
"""

import re

_FRAME = re.compile(r"frame:(\d+) +pts:(-?\d+|NOPTS) +pts_time:\S+$")
_MARK = "cinetag=frame"


class PrintedTimes:
    """Picks the time of every frame out of the lines of a run, in order.

    The filter begins anew when the size of the pictures changes, and counts from 0 again.
    """

    def __init__(self) -> None:
        self._next = 0

    def take(self, line: str) -> tuple[bool, int | None]:
        """Return whether the line is a frame's, and its pts; None for a frame without one."""
        match = _FRAME.search(line)
        if match is None or int(match[1]) not in {self._next, 0}:
            return False, None
        self._next = int(match[1]) + 1
        return True, None if match[2] == "NOPTS" else int(match[2])

    @staticmethod
    def is_mark(line: str) -> bool:
        """Tell whether the line is the metadata printed after a frame's time."""
        return line == _MARK
