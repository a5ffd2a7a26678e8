"""These tests start no FFmpeg."""

import pytest


@pytest.fixture(autouse=True)
def no_process_left() -> None:
    """Take the place of the watch on FFmpeg, for which every test would run twice."""
