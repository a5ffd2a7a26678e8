"""Programs that are not ours, for the tests that let them read what we write."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE = 120.0
"""Seconds that such a program has; some never end by themselves."""


def program(name: str, package: str) -> str:
    """Return where a program lies; skip the test where it is missing.

    Args:
        name: what it is called.
        package: Debian's package that has it.
    """
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: {package})")
    return found


def run(command: Sequence[str | Path], patience: float = PATIENCE, **surroundings: str) -> bytes:
    """Run a program without input; return what it prints, or fail with what it complained of."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=patience,
        env=os.environ | surroundings,
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-2000:]
    return done.stdout
