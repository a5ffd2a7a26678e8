"""The example plugin installs, is listed, and everything it offers works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def cinetag(request, tmp_path_factory):
    """Install the example beside cinetag; return a function that runs cinetag with it."""
    folder = tmp_path_factory.mktemp("plugin")
    source = request.config.rootpath / "hooks" / "pluggy" / "cinetag-example"
    # built from a copy: setuptools leaves its folders beside the sources
    shutil.copytree(source, folder / "source")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", str(folder / "site"), str(folder / "source")], check=True)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder / "site"), os.environ.get("PYTHONPATH")])),
        "CINETAG_EXAMPLE_LOG": str(folder / "log"),
    }

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cinetag_plugin", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    run.log = folder / "log"
    return run


@pytest.fixture
def film(shared) -> Path:
    return shared / "media" / "odd" / "rate_25.mp4"


def test_it_is_listed_with_its_distribution(cinetag):
    listed = cinetag("plugins").stdout
    (line,) = [line for line in listed.splitlines() if line.startswith("example ")]
    assert "cinetag-example 1.0" in line
    assert "register_detectors" in line
    assert "metronome" in listed
    assert "markdown" in listed


def test_its_detector_format_evidence_and_gate_are_used(cinetag, film, tmp_path):
    cinetag("analyze", film, "-o", tmp_path, "--detector", "metronome", "--to", "markdown")
    analysis = json.loads((tmp_path / "rate_25.cinetag.json").read_text(encoding="utf-8"))
    assert [shot["start"] for shot in analysis["shots"]] == [0, 25, 50]
    assert all(0 <= shot["measures"]["example_light"] <= 1 for shot in analysis["shots"])
    assert analysis["detector"]["name"] == "metronome"
    assert (tmp_path / "rate_25.markdown.md").read_text(encoding="utf-8").startswith("# rate_25\n")
    assert "rate_25: 3 shots" in cinetag.log.read_text(encoding="utf-8")


def test_its_evidence_of_sound_is_fed(cinetag, shared, tmp_path):
    film = shared / "media" / "nocuts" / "dialogue_bw_friday.mp4"
    cinetag("analyze", film, "-o", tmp_path, "--only", "shots")
    analysis = json.loads((tmp_path / "dialogue_bw_friday.cinetag.json").read_text(encoding="utf-8"))
    assert all(0 < shot["measures"]["example_peak"] <= 1 for shot in analysis["shots"])
    assert "loudness" not in analysis["shots"][0]["measures"]
    assert not analysis["warnings"]


def test_its_command_is_added(cinetag, film, tmp_path):
    cinetag("analyze", film, "-o", tmp_path, "--only", "shots")
    assert cinetag("count", tmp_path / "rate_25.cinetag.json").stdout == "3\n"


def test_without_plugins_it_stays_out(cinetag, film, tmp_path):
    cinetag("analyze", film, "-o", tmp_path, "--only", "shots", "--no-plugins")
    analysis = json.loads((tmp_path / "rate_25.cinetag.json").read_text(encoding="utf-8"))
    assert "example_light" not in analysis["shots"][0]["measures"]
