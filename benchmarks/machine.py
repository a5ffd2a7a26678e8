"""What the machine is that a benchmark ran on."""

import os
import platform
from pathlib import Path


def described() -> dict[str, object]:
    """Return the system, the processor, its cores and the Python, for the head of a file of figures."""
    return {
        "machine": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
