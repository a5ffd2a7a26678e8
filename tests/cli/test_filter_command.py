"""``cinetag filter`` as a program between two others: bytes, results, exit codes, signals."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cinetag_plugin.document.files import read_analysis
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.pipeline import analyze
from cinetag_plugin.settings import Settings

FILTER = [sys.executable, "-m", "cinetag_plugin", "filter", "--no-plugins", "--only", "shots"]
Y4M = ["-f", "yuv4mpegpipe", "-strict", "-1", "-"]


@pytest.fixture(scope="module")
def stream() -> bytes:
    """Two shots of 12 and 13 frames."""
    second = "color=c=navy:s=64x48,format=rgb24,trim=end_frame=13[b]"
    graph = f"testsrc=s=64x48,trim=end_frame=12[a];{second};[a][b]concat"
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-filter_complex", graph, "-pix_fmt", "yuv420p"]
    return subprocess.run([*command, *Y4M], check=True, capture_output=True).stdout


def _run(stream: bytes, *options: object) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run([*FILTER, *map(str, options)], input=stream, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done


def _lines(report: Path) -> list[dict]:
    return [json.loads(line) for line in report.read_text().splitlines()]


def test_all_results_lie_beside_a_stream_that_went_through_unchanged(tmp_path, stream):
    report, printed = tmp_path / "found.jsonl", tmp_path / "printed.txt"
    files = [
        "--report",
        report,
        "--print",
        printed,
        "--otio",
        tmp_path / "t.otio",
        "--analysis",
        tmp_path / "a.json",
    ]
    more = ["--to", "csv,json", "--results", tmp_path / "more", "--name", "films/two.mov"]
    done = _run(stream, *files, *more, "--progress", tmp_path / "progress")
    assert (done.returncode, done.stdout) == (0, stream)
    kinds = [line["kind"] for line in _lines(report)]
    assert kinds == ["stream", "shot", "shot", "summary"]
    shots = [line for line in _lines(report) if line["kind"] == "shot"]
    assert [(shot["start"], shot["end"]) for shot in shots] == [(0, 12), (12, 25)]
    assert all(shot["lag"] >= 0 for shot in shots)
    assert _lines(report)[-1]["complete"] is True
    assert "lavfi.scd.time=0.48" in printed.read_text()
    analysis = read_analysis(tmp_path / "a.json")
    assert (analysis.film.name, Path(analysis.film.path).name) == ("two", "two.mov")
    assert "films/two.mov" in (tmp_path / "t.otio").read_text()
    assert sorted(path.name for path in (tmp_path / "more").iterdir()) == ["two.cinetag.json", "two.csv"]
    block = dict(line.split("=") for line in (tmp_path / "progress").read_text().splitlines()[-7:])
    assert (block["frame"], block["out_time"], block["progress"]) == ("25", "00:00:01.000000", "end")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("option", ["--report", "--print", "--progress"])
def test_what_cannot_be_told_meanwhile_costs_neither_frames_nor_results(tmp_path, stream, option):
    long = stream + stream[stream.index(b"\n") + 1 :] * 20  # more than pipes hold
    done = _run(long, option, "/dev/full", "--analysis", tmp_path / "a.json")
    assert (done.returncode, done.stdout) == (6, long)
    assert f"{option} /dev/full: cannot be written" in done.stderr.decode()
    assert read_analysis(tmp_path / "a.json").film.frames == 25 * 21


def test_a_format_that_does_not_fit_the_film_is_no_fault_of_all(tmp_path, stream):
    assert _run(stream, "--to", "all", "--results", tmp_path).returncode == 0  # too short for YouTube
    assert _run(stream, "--to", "youtube", "--results", tmp_path).returncode == 6


@pytest.mark.parametrize("options", [["--report", "x", "--print", "./x"], ["--otio", "x", "--analysis", "x"]])
def test_two_results_do_not_go_to_one_place(tmp_path, stream, options):
    done = subprocess.run([*FILTER, *options], input=stream, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_file_is_called_as_the_user_says(tmp_path, stream):
    files = [tmp_path / "film: one.otio", tmp_path / "film: one.json"]
    assert _run(stream, "--otio", files[0], "--analysis", files[1]).returncode == 0
    done = subprocess.run(
        [*FILTER, "--otio", "film: two.otio"], input=stream, cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, sorted(path.name for path in tmp_path.iterdir())) == (
        0,
        ["film: one.json", "film: one.otio", "film: two.otio"],
    )


def test_what_is_no_target_is_told_by_its_own_option(stream):
    done = _run(stream, "--report", "http://a.b/c")
    assert done.returncode == 2
    assert b"cinetag: --report http://a.b/c: cannot be written to" in done.stderr


def test_a_result_is_not_written_over_the_film(tmp_path, stream):
    film = tmp_path / "own.mp4"
    film.write_bytes(b"a film")
    done = _run(stream, "--name", film, "--otio", film, "-y")
    assert (done.returncode, film.read_bytes()) == (2, b"a film")


def test_a_result_does_not_go_where_the_frames_go(tmp_path, stream):
    with (tmp_path / "out.y4m").open("wb") as out:
        command = [*FILTER, "--report", tmp_path / "out.y4m", "-y"]
        done = subprocess.run(command, input=stream, stdout=out, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2


def test_a_result_that_exists_is_refused_before_anything_is_passed_on(tmp_path, stream):
    (tmp_path / "found").write_text("mine")
    for option in ("--report", "--print", "--otio", "--analysis"):
        done = _run(stream, option, tmp_path / "found", "-n")
        assert (done.returncode, done.stdout) == (6, b"")
    assert (tmp_path / "found").read_text() == "mine"


@pytest.mark.parametrize(
    "options",
    [
        ["--report", "-"],
        ["--print", "pipe:1"],
        ["--progress", "-"],
        ["--detector", "fast"],
        ["--evidence", "sound"],
        ["--key-frames", "3", "--sampling", "iframes"],
    ],
)
def test_what_cannot_be_had_of_a_stream_is_wrong_usage(cinetag, options):
    told = cinetag("filter", *options)
    assert told.code == 2
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(("given", "code"), [([], 0), (["--strict"], 4)])
def test_what_cannot_be_analysed_is_passed_on(tmp_path, given, code):
    done = _run(b"neither this nor that" * 999, "--report", tmp_path / "r", *given)
    assert (done.returncode, done.stdout) == (code, b"neither this nor that" * 999)
    assert _lines(tmp_path / "r")[-1]["complete"] is False
    assert done.stderr.count(b"\n") == 1


def test_a_stream_that_ends_inside_a_frame_ends_with_4(tmp_path, stream):
    done = _run(stream[:-10], "--report", tmp_path / "r", "-v", "error")
    assert (done.returncode, done.stdout) == (4, stream[:-10])
    assert (_lines(tmp_path / "r")[-1]["complete"], _lines(tmp_path / "r")[-1]["frames"]) == (False, 24)
    assert done.stderr.decode().splitlines() == ["cinetag: the input: ends inside frame 24"]


@contextmanager
def _endless(*options: object, **streams: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the filter behind a program that makes frames for ever."""
    source = "testsrc=s=320x240:r=1000"
    making = [
        find_ffmpeg().path,
        "-v",
        "quiet",
        "-nostdin",
        "-f",
        "lavfi",
        "-i",
        source,
        "-pix_fmt",
        "yuv420p",
    ]
    command = [*FILTER, *map(str, options)]
    with (
        subprocess.Popen([*making, *Y4M], stdout=subprocess.PIPE) as maker,
        subprocess.Popen(command, stdin=maker.stdout, stderr=subprocess.PIPE, **streams) as program,
    ):
        maker.stdout.close()  # the maker is to learn when the filter has ended
        yield program


@pytest.mark.parametrize(("given", "code"), [([], 6), (["--allow-close"], 0)])
def test_a_reader_that_closes_our_output_ends_us_with_a_partial_report(tmp_path, given, code):
    with _endless("--report", tmp_path / "r", *given, stdout=subprocess.PIPE) as program:
        program.stdout.read(5_000_000)
        program.stdout.close()
        told = program.stderr.read()
        assert program.wait(60) == code
    assert b"Traceback" not in told
    summary = _lines(tmp_path / "r")[-1]
    assert summary["complete"] is False
    assert summary["frames"] > 40


def _awaited_children(pid: int, report: Path) -> list[int]:
    """Return the children of a program once its report has begun and the child that decodes runs."""
    deadline = time.monotonic() + 60
    children: list[int] = []
    while not children and time.monotonic() < deadline:
        time.sleep(0.05)
        if report.exists() and report.stat().st_size:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with suppress(OSError):  # the thread has ended meanwhile
                    children += map(int, (thread / "children").read_text().split())
    return children


@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_us_with_a_partial_report_and_no_child(tmp_path, number, code):
    report = tmp_path / "r"
    with _endless("--report", report, stdout=subprocess.DEVNULL) as program:
        children = _awaited_children(program.pid, report)
        program.send_signal(number)
        told = program.stderr.read().decode()
        assert program.wait(60) == code
    assert children
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    assert _lines(report)[-1]["complete"] is False
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("name", ["tears_of_steel_battle.webm", "venus_transit_nasa.mov"])
def test_a_film_and_its_frames_in_a_pipe_have_the_same_shots(shared, tmp_path, name):
    film = shared / "media" / "edited" / name
    decode = [find_ffmpeg().path, "-v", "error", "-nostdin", "-i", film, *Y4M]
    with subprocess.Popen(decode, stdout=subprocess.PIPE) as decoding:
        command = [*FILTER, "--report", tmp_path / "r"]
        done = subprocess.run(command, stdin=decoding.stdout, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
    found = [
        (line["start"], line["end"], line["transition_in"])
        for line in _lines(tmp_path / "r")
        if line["kind"] == "shot"
    ]
    expected = analyze(film, Settings(only={"shots"}, plugins=False)).shots
    assert len(expected) > 1
    assert found == [
        (
            shot.start,
            shot.end,
            {
                "kind": shot.transition_in.kind,
                "start": shot.transition_in.start,
                "end": shot.transition_in.end,
            },
        )
        for shot in expected
    ]


def _documented(page: Path) -> str:
    """Return the first command of a page."""
    match = re.search(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return match[1]


@pytest.mark.skipif(sys.platform == "win32", reason="the page is for a POSIX shell")
def test_the_pipe_of_the_page_can_be_pasted(request, shared, tmp_path):
    command = _documented(request.config.rootpath / "docs" / "filter.md")
    assert command.count("|") == 2
    short = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-nostdin",
        "-t",
        "2",
        "-i",
        shared / "media/edited/leaf_and_deer.mp4",
    ]
    subprocess.run([*short, "-an", "-s", "160x90", tmp_path / "in.mov"], check=True)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ffmpeg").symlink_to(find_ffmpeg().path)
    (tools / "cinetag").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cinetag_plugin "$@"\n')
    (tools / "cinetag").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert _lines(tmp_path / "found.jsonl")[-1]["frames"] == 60
    count = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-i",
        tmp_path / "out.mov",
        "-map",
        "0:v",
        "-f",
        "framemd5",
        "-",
    ]
    listing = subprocess.run(count, check=True, capture_output=True).stdout.decode()
    assert len([line for line in listing.splitlines() if not line.startswith("#")]) == 60
