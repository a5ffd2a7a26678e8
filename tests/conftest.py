"""What all tests share: where the real films, models and pictures lie, if they lie anywhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chromium import PROGRAMS, Browser, browser, program

_SHARED = Path(os.environ.get("CINETAG_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real films, models and pictures; tests that need it are skipped without it."""
    if not _SHARED.is_dir():
        pytest.skip(f"no shared material at {_SHARED}; set CINETAG_SHARED to the folder")
    return _SHARED


@pytest.fixture(scope="session")
def chromium(tmp_path_factory) -> Iterator[Browser]:
    """A browser with one page; tests that run a page in it are skipped without one."""
    found = program()
    if found is None:
        pytest.skip(f"none of {', '.join(PROGRAMS)} is installed: pages are not run")
    with browser(found, tmp_path_factory.mktemp("chromium")) as page:
        yield page
