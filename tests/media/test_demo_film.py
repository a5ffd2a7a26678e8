"""The film that ``cinetag demo`` makes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.synth import make_demo_film


def test_the_demo_has_its_cuts_where_it_says(tmp_path: Path, ffmpeg: Ffmpeg, decode: Callable) -> None:
    cuts = make_demo_film(tmp_path / "demo.mp4", ffmpeg)
    got = decode(tmp_path / "demo.mp4")
    largest = sorted(range(len(got.changes)), key=lambda frame: -got.changes[frame])[: len(cuts)]
    assert sorted(largest) == list(cuts)
    assert (got.film.frames, got.film.rate, got.film.width, got.film.height) == (288, 24, 640, 360)
    assert got.film.has_audio
    assert not got.warnings
    assert [path.name for path in tmp_path.iterdir()] == ["demo.mp4"]


def test_a_demo_that_cannot_be_written(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        make_demo_film(tmp_path / "absent" / "demo.mp4", ffmpeg)
