"""``cinetag analyze --evidence``: what is printed and written, resuming, and how it ends when interrupted."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.pipeline import Analyzer
from cinetag_plugin.settings import Settings


@pytest.fixture(autouse=True)
def no_models(tmp_path, monkeypatch):
    monkeypatch.setenv("CINETAG_MODELS", str(tmp_path / "models"))


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Forty seconds of ten shots, with a tone."""
    path = tmp_path_factory.mktemp("film") / "tone.mp4"
    colours = ["red", "green", "blue", "white", "gray"] * 2
    shots = "".join(f"color={c}:s=64x48:r=25:d=4[v{i}];" for i, c in enumerate(colours))
    graph = f"{shots}{''.join(f'[v{i}]' for i in range(10))}concat=n=10[v];sine=d=40[a]"
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-filter_complex", graph]
    subprocess.run([*command, "-map", "[v]", "-map", "[a]", "-g", "25", str(path)], check=True)
    return path


def test_json_has_the_measures_and_stderr_the_way_to_the_model(cinetag, film, tmp_path):
    told = cinetag("analyze", film, "--only", "shots", "--evidence", "sound", "--json", "--no-plugins")
    assert told.code == 0
    analysis = json.loads(told.out)
    assert len(analysis["shots"]) == 10
    assert all({"loudness", "onsets", "silence"} <= set(shot["measures"]) for shot in analysis["shots"])
    (line,) = [line for line in told.err.splitlines() if "yamnet" in line]
    assert line.startswith(f"cinetag: {film}: ")
    assert line.endswith("cinetag models pull yamnet")


@pytest.mark.parametrize("names", ["smell", "sound,smell"])
def test_unknown_evidence_is_wrong_usage(cinetag, film, names):
    told = cinetag("analyze", film, "--evidence", names, "--json", "--no-plugins")
    assert told.code == 2
    assert (
        told.err.splitlines()[-1]
        == "cinetag: --evidence smell: no such evidence: choose from sound, faces, subtitles, motion"
    )
    assert not told.out


class Stop(BaseException):
    """Stands in for a signal."""


def test_an_analysis_that_goes_on_has_the_sound_of_the_whole_film(film, tmp_path):
    settings = Settings(only="shots", plugins=False, evidence="sound")
    part = tmp_path / "tone.cinetag.part"
    frames = []

    def stop(done, expected):
        if done == 900:
            raise Stop

    with Analyzer(settings) as analyzer:
        whole = analyzer.analyze(film)
        with pytest.raises(Stop):
            analyzer.analyze(film, on_progress=stop, checkpoint=part)
        resumed = analyzer.analyze(
            film, on_progress=lambda done, expected: frames.append(done), checkpoint=part, resume=True
        )
    assert frames[0] > 1
    assert resumed == whole


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the kernel does not tell its processes")
def test_an_interrupted_run_leaves_neither_decoder(film, tmp_path):
    command = [sys.executable, "-m", "cinetag_plugin", "analyze", "--only", "shots", "--evidence", "sound"]
    long_film = tmp_path / "long.mp4"
    loops = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-nostdin",
        "-stream_loop",
        "40",
        "-i",
        str(film),
        "-c",
        "copy",
    ]
    subprocess.run([*loops, str(long_film)], check=True)
    command += [str(long_film), "-o", str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        deadline = time.monotonic() + 60
        while len(decoders := _decoders_of(child.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        try:
            _, err = child.communicate(timeout=30)
        finally:
            child.kill()
    assert len(decoders) == 2
    assert child.returncode == 130
    assert "interrupted" in err
    deadline = time.monotonic() + 10
    while (alive := [pid for pid in decoders if _runs(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive


def _decoders_of(pid: int) -> list[int]:
    """Return the children, of any thread, that write raw pictures or raw sound."""
    found = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listing.read_text(encoding="ascii").split()
            found += [c for c in children if _writes_raw(Path(f"/proc/{c}/cmdline").read_bytes())]
        except OSError:
            continue
    return [int(child) for child in found]


def _writes_raw(command: bytes) -> bool:
    return b"rawvideo" in command or b"f32le" in command


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
