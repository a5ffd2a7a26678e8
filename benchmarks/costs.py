"""What a command with its children uses: CPU, wall time, memory."""

import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.02
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024**2


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process with its children used.

    Attributes:
        cpu: seconds, user and system.
        wall: seconds.
        peak_mb: most memory resident in all of them together, looked at fifty times a second; where
            the system does not tell, the largest of them.
    """

    cpu: float
    wall: float
    peak_mb: float


def cost_of(command: list[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and return what it used.

    Raises:
        SystemExit: it failed.
    """
    began = time.monotonic()
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    pid = os.posix_spawnp(command[0], command, dict(environment or os.environ), file_actions=quiet)
    watch = _Watch(pid)
    _, status, usage = os.wait4(pid, 0)
    peak = max(watch.ended(), usage.ru_maxrss / 1024)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, peak)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the medians of CPU and wall time, and the most memory."""
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.peak_mb for cost in costs),
    )


class _Watch:
    """Looks at the memory of a process and all below it until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def ended(self) -> float:
        """Stop looking and return the most that was seen, in MB; 0 where nothing could be."""
        self._end.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._end.wait(_PAUSE):
            self._peak = max(self._peak, sum(map(_resident_mb, _with_children(self._pid))))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listing.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _with_children(int(child))


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return 0.0
