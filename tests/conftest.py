"""What all tests share: where the real films, models and pictures lie, if they lie anywhere."""

import os
from pathlib import Path

import pytest

_SHARED = Path(os.environ.get("CINETAG_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real films, models and pictures; tests that need it are skipped without it."""
    if not _SHARED.is_dir():
        pytest.skip(f"no shared material at {_SHARED}; set CINETAG_SHARED to the folder")
    return _SHARED
