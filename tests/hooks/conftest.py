"""What the tests of the scripts for FFmpeg share: a folder with a film, and what runs a script in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.synth import make_demo_film

SCRIPTS = Path(__file__).parents[2] / "hooks" / "ffmpeg"
HOSTILE = 'it\'s: 50% "q", %{n} \\ ; [x]'

Span = tuple[str, int, int]


@pytest.fixture(scope="session")
def at_work(tmp_path_factory):
    """A folder with a film of 288 frames and its analysis, and what runs a script in it."""
    ffmpeg = find_ffmpeg()
    if shutil.which("sh") is None or "libx264" not in ffmpeg.encoders:
        pytest.skip("needs a shell and libx264")
    folder = tmp_path_factory.mktemp("it's at work")
    make_demo_film(folder / "the film.mp4", ffmpeg)
    path = stand_in(folder / "bin" / "cinetag", f'exec "{sys.executable}" -m cinetag_plugin "$@"')
    analyze = [folder / "bin" / "cinetag", "analyze", "-q", "--only", "shots", "-o", folder]
    subprocess.run([*analyze, folder / "the film.mp4"], check=True)
    return Scripts(folder, os.environ | {"PATH": path, "FFMPEG": ffmpeg.path})


@pytest.fixture
def silent_cinetag(tmp_path):
    """What makes a cinetag that only ends with a code; returns the PATH that it is found on."""
    return lambda code: stand_in(tmp_path / "bin" / "cinetag", f"echo cinetag: no >&2; exit {code}")


def stand_in(program: Path, line: str) -> str:
    """Write a program of one line of shell; return a PATH on which it comes first."""
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def _minding_signals() -> None:
    """Mind signals that whoever runs the tests has ignored, as nohup does: a shell could not trap them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Scripts:
    """A folder to work in, with ``the film.mp4`` and ``told.cinetag.json``."""

    def __init__(self, folder: Path, surroundings: dict[str, str]) -> None:
        self.folder, self.surroundings = folder, surroundings
        self.document = json.loads((folder / "the film.cinetag.json").read_text(encoding="utf-8"))
        beats, tags = [("battle", 30, 90), ("pursuit", 200, 288)], [("war", 60, 100), (HOSTILE, 150, 151)]
        self.tell("told.cinetag.json", beats=beats, tags=tags)

    def tell(
        self,
        name: str,
        *,
        beats: Iterable[Span] = (),
        tags: Iterable[Span] = (),
        cuts: Sequence[int] | None = None,
        frames: int = 288,
    ) -> None:
        """Write an analysis; ``cuts`` are the first frames of shots, the film's own unless given."""
        film, shots = self.document["film"], self.document["shots"]
        if cuts is not None:
            film = film | {"frames": frames, "timing": [film["timing"][0]]}
            ends = [*cuts[1:], frames]
            shots = [_shot(shots[0], n, *span) for n, span in enumerate(zip(cuts, ends, strict=True))]
        told = self.document | {
            "film": film,
            "analysed": {"start": 0, "end": film["frames"]},
            "shots": [shot | {"key_frames": []} for shot in shots],
            "key_frames": [],
            "beats": [_beat(*span) for span in beats],
            "tag_spans": [_tag(*span) for span in tags],
        }
        (self.folder / name).write_text(json.dumps(told), encoding="utf-8")

    def start(self, script: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a script in the folder; ``more`` are variables of its environment."""
        return subprocess.Popen(
            ["sh", SCRIPTS / script, *arguments],
            cwd=self.folder,
            env=self.surroundings | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_minding_signals,  # noqa: PLW1509
        )

    def run(self, script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a script to its end."""
        with self.start(script, *arguments, **more) as run:
            said = run.communicate()
        return subprocess.CompletedProcess(run.args, run.returncode, *said)

    def ffmpeg(self, *arguments: str) -> str:
        """Run FFmpeg in the folder; return what it wrote to standard output."""
        run = [self.surroundings["FFMPEG"], "-v", "error", "-nostdin", *arguments]
        return subprocess.run(run, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def pictures(self, film: str) -> list[str]:
        """Return a checksum for each frame."""
        lines = self.ffmpeg("-i", film, "-map", "0:v:0", "-f", "framemd5", "-").splitlines()
        return [line.split(",")[-1] for line in lines if line[0] != "#"]

    def titles(self, film: str) -> list[str]:
        """Return the names of the chapters."""
        lines = self.ffmpeg("-i", film, "-f", "ffmetadata", "-").partition("[CHAPTER]")[2].splitlines()
        return [line.removeprefix("title=") for line in lines if line.startswith("title=")]

    def frames(self, film: str) -> int:
        """Return how many pictures a film has."""
        return len(read_packets(probe(self.folder / film, find_ffmpeg()), find_ffmpeg()))

    def everything(self) -> dict[str, bytes]:
        """Return the files and folders of the folder, with what the files hold."""
        paths = sorted(self.folder.rglob("*"))
        return {str(path): path.read_bytes() if path.is_file() else b"" for path in paths}


def _shot(pattern: dict[str, Any], index: int, start: int, end: int) -> dict[str, Any]:
    kind = "cut" if start else "start"
    transition = {"kind": kind, "start": start, "end": start}
    return pattern | {"index": index, "start": start, "end": end, "transition_in": transition}


def _beat(category: str, start: int, end: int) -> dict[str, Any]:
    facts = {"confidence": 0.5, "shots": [], "key_shot": None}
    return {"category": category, "start": start, "end": end} | facts


def _tag(tag: str, start: int, end: int) -> dict[str, Any]:
    return {"tag": tag, "start": start, "end": end, "strength": 0.5, "probability": 0.5, "shots": []}
