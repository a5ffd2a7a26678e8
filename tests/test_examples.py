"""The examples in the documentation run as they stand."""

import subprocess
import sys

import pytest

from cinetag_plugin.cli.main import main
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.synth import make_demo_film


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "demo.mp4"
    make_demo_film(path, find_ffmpeg())
    return path


def _output_of(request, name, *arguments):
    script = request.config.rootpath / "docs" / "examples" / name
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_shots_and_tags(film, request):
    assert "shot 2 begins at 00:00:" in _output_of(request, "shots_and_tags.py", film)


def test_only_the_shots(film, request):
    assert "shots" in _output_of(request, "only_the_shots.py", film)


def test_longest_shots(film, request, tmp_path):
    assert main(["analyze", str(film), "-o", str(tmp_path), "--only", "shots", "-q"]) == 0
    assert _output_of(request, "longest_shots.py", tmp_path / "demo.cinetag.json").startswith("demo: shot ")


def test_every_example_is_run_here(request):
    names = {path.name for path in (request.config.rootpath / "docs" / "examples").glob("*.py")}
    assert names == {"shots_and_tags.py", "only_the_shots.py", "longest_shots.py"}
