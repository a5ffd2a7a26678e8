"""The scripts for FFmpeg on a made film: chapters, names in the picture, a file a shot, whole folders."""

import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.synth import make_demo_film

FRAMES = 288
HOSTILE = 'it\'s: 50% "q", %{n} \\ ; [x]'


@pytest.fixture(scope="module")
def at_work(tmp_path_factory):
    """A folder with a film and its analysis, and what runs a script in it."""
    ffmpeg = find_ffmpeg()
    if shutil.which("sh") is None or "libx264" not in ffmpeg.encoders:
        pytest.skip("needs a shell and libx264")
    folder = tmp_path_factory.mktemp("it's at work")
    make_demo_film(folder / "the film.mp4", ffmpeg)
    program = folder / "bin" / "cinetag"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cinetag_plugin "$@"\n')
    program.chmod(0o755)
    surroundings = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "FFMPEG": ffmpeg.path}
    subprocess.run(
        [program, "analyze", "-q", "--only", "shots", "-o", folder, folder / "the film.mp4"], check=True
    )
    return Scripts(folder, os.environ | surroundings)


class Scripts:
    def __init__(self, folder: Path, surroundings: dict[str, str]) -> None:
        self.folder, self.surroundings = folder, surroundings
        self.document = json.loads((folder / "the film.cinetag.json").read_text(encoding="utf-8"))
        told = self.document | {
            "beats": [_beat("battle", 30, 90), _beat("pursuit", 200, FRAMES)],
            "tag_spans": [_tag("war", 60, 100), _tag(HOSTILE, 150, 151)],
        }
        (folder / "told.cinetag.json").write_text(json.dumps(told), encoding="utf-8")

    def run(self, script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        path = Path(__file__).parents[2] / "hooks" / "ffmpeg" / script
        return subprocess.run(
            ["sh", path, *arguments],
            cwd=self.folder,
            env=self.surroundings | more,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def ffmpeg(self, *arguments: str) -> str:
        run = [self.surroundings["FFMPEG"], "-v", "error", "-nostdin", *arguments, "-"]
        return subprocess.run(run, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def pictures(self, film: str) -> list[str]:
        """Return a checksum for each frame."""
        lines = self.ffmpeg("-i", film, "-map", "0:v:0", "-f", "framemd5").splitlines()
        return [line.split(",")[-1] for line in lines if line[0] != "#"]


def _beat(category: str, start: int, end: int) -> dict[str, object]:
    return {
        "category": category,
        "start": start,
        "end": end,
        "confidence": 0.5,
        "shots": [],
        "key_shot": None,
    }


def _tag(tag: str, start: int, end: int) -> dict[str, object]:
    return {"tag": tag, "start": start, "end": end, "strength": 0.5, "probability": 0.5, "shots": []}


def test_chapters_are_those_of_the_beats(at_work):
    done = at_work.run("add_chapters.sh", "the film.mp4", "chaptered.mkv", "told.cinetag.json")
    assert done.returncode == 0, done.stderr
    found = at_work.ffmpeg("-i", "chaptered.mkv", "-f", "ffmetadata")
    assert [line for line in found.splitlines() if line.startswith("title=")] == [
        "title=Battle",
        "title=Pursuit",
    ]
    assert len(read_packets(probe(at_work.folder / "chaptered.mkv", find_ffmpeg()), find_ffmpeg())) == FRAMES


def test_names_are_in_the_picture_on_just_their_frames(at_work):
    if "drawtext" not in find_ffmpeg().filters:
        pytest.skip(f"{find_ffmpeg().path} has no drawtext")
    done = at_work.run("burn_in_tags.sh", "the film.mp4", "named.mkv", "told.cinetag.json", ENCODER="ffv1")
    assert done.returncode == 0, done.stderr
    plain, named = (at_work.pictures(film) for film in ("the film.mp4", "named.mkv"))
    assert len(plain) == len(named) == FRAMES
    marked = [n for n, (a, b) in enumerate(zip(plain, named, strict=True)) if a != b]
    assert marked == [*range(30, 100), 150, *range(200, FRAMES)]


def test_every_shot_is_a_file_of_its_frames(at_work):
    done = at_work.run("split_at_shots.sh", "the film.mp4", "pieces", "the film.cinetag.json")
    assert done.returncode == 0, done.stderr
    borders = [0, *(shot["end"] for shot in at_work.document["shots"])]
    files = sorted((at_work.folder / "pieces").glob("*.mkv"))
    counts = [len(read_packets(probe(file, find_ffmpeg()), find_ffmpeg())) for file in files]
    assert len(counts) > 2
    assert counts == [b - a for a, b in pairwise(borders)]


def test_a_folder_is_done_in_spite_of_what_fails_in_it(at_work):
    films = at_work.folder / "films"
    films.mkdir()
    (films / "a bad one.mp4").write_text("no film")
    shutil.copy(at_work.folder / "the film.mp4", films / "good; one.mp4")
    done = at_work.run("chapters_for_folder.sh", "films", "done")
    assert done.returncode == 3, done.stderr
    ((code, name, said),) = [
        line.split("\t") for line in (at_work.folder / "done" / "failed.tsv").read_text().splitlines()
    ]
    assert (code, name) == ("4", "a bad one.mp4")
    assert said.startswith("cinetag: ")
    assert sorted(file.name for file in (at_work.folder / "done").iterdir()) == [
        "failed.tsv",
        "good; one.mp4",
    ]
    assert "title=Shot 001" in at_work.ffmpeg("-i", "done/good; one.mp4", "-f", "ffmetadata")


@pytest.mark.parametrize("script", ["add_chapters", "burn_in_tags", "split_at_shots", "chapters_for_folder"])
def test_wrong_usage_says_what_is_right(at_work, script):
    done = at_work.run(f"{script}.sh")
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: {script}.sh ")


def test_every_call_of_ffmpeg_leaves_the_terminal_alone(request):
    for path in (request.config.rootpath / "hooks" / "ffmpeg").glob("*.sh"):
        text = path.read_text(encoding="utf-8")
        assert text.count('"${FFMPEG:-ffmpeg}" ') == text.count('"${FFMPEG:-ffmpeg}" -nostdin')
