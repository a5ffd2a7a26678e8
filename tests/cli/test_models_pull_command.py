"""``cinetag models pull``: what people are told, and what an interrupted run leaves."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from cinetag_plugin.cli import transfer
from cinetag_plugin.cli.transfer import transfer_of
from served import Server, closed_port

CONTENT = bytes(range(256)) * 1000
HALF = len(CONTENT) // 2


@pytest.fixture
def server():
    server = Server(CONTENT)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path, server):
    """The user's folder, with the card of a model whose file is still on the server."""
    folder = tmp_path / "models"
    folder.mkdir()
    card = {
        "name": "net",
        "role": "embedding",
        "file": "net.tflite",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "bytes": len(CONTENT),
        "address": server.address,
        "input": {"kind": "picture", "size": [8, 8]},
        "output": {"kind": "embedding", "size": 6},
    }
    folder.joinpath("net.json").write_text(json.dumps(card))
    monkeypatch.setenv("CINETAG_MODELS", str(folder))
    return folder


def row(cinetag, name):
    (line,) = [line for line in cinetag("models", "list").out.splitlines() if line.startswith(f"{name} ")]
    return line


def test_the_list_says_what_is_not_here_and_how_it_is_had(cinetag, folder):
    assert row(cinetag, "net").endswith("not here: cinetag models pull net")
    assert row(cinetag, "mobilenet-v2").endswith("not here: cinetag models pull mobilenet-v2")
    told = cinetag("models", "pull", "net")
    assert (told.code, told.out) == (0, "")
    assert folder.joinpath("net.tflite").read_bytes() == CONTENT
    assert "not here" not in row(cinetag, "net")
    assert cinetag("models", "pull", "net").code == 0


def test_what_is_to_be_pulled_stands_apart_in_info(cinetag):
    (line,) = [line for line in cinetag("info").out.splitlines() if line.startswith("models ")]
    here, _, others = line.partition("; to be pulled: ")
    assert "cinetag-small" in here
    assert {"mobilenet-v2", "net"} <= set(others.split(", "))


def test_no_net_is_5_and_one_line(cinetag, folder):
    told = cinetag("models", "pull", "net", "--from", closed_port())
    assert told.code == 5
    assert told.err.splitlines()[-1].endswith("cinetag models pull net --from FILE")
    assert [path.name for path in folder.iterdir()] == ["net.json"]


def test_an_address_without_encryption_is_wrong_usage(cinetag):
    assert cinetag("models", "pull", "net", "--from", "http://elsewhere.example/net").code == 2


@pytest.mark.parametrize("name", ["mobilenet-v2", "net"])
def test_an_analysis_that_needs_it_is_5_with_the_remedy(cinetag, name, tmp_path):
    told = cinetag("analyze", tmp_path / "none.mp4", "--tag-model", name)
    assert told.code == 5
    (line,) = told.err.splitlines()
    assert line.endswith(f": cinetag models pull {name}")


def test_nothing_but_pull_reaches_out(cinetag, monkeypatch, server, tmp_path):
    def reach(*_):
        raise AssertionError("reached out")

    monkeypatch.setattr(socket, "socket", reach)
    monkeypatch.setattr(socket, "getaddrinfo", reach)
    commands = (
        ["models"],
        ["models", "show", "net"],
        ["info"],
        ["plugins"],
        ["analyze", tmp_path / "none.mp4", "--tag-model", "net"],
    )
    for command in commands:
        cinetag(*command)
    assert server.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_pull_that_somebody_ends_keeps_the_part_and_is_gone_on_with(cinetag, folder, server, number, code):
    server.hangs_after = HALF
    command = [sys.executable, "-m", "cinetag_plugin", "models", "pull", "net"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert server.reached.wait(60)
    part = folder / "net.tflite.part"
    while not part.exists() or part.stat().st_size < HALF:
        assert process.poll() is None
    process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert "Traceback" not in told
    assert f"{HALF} bytes are kept: run it again to go on" in told
    assert sorted(path.name for path in folder.iterdir()) == ["net.json", "net.tflite.part"]

    server.hangs_after = None
    assert cinetag("models", "pull", "net").code == 0
    assert server.requests[-1]["Range"] == f"bytes={HALF}-"
    assert folder.joinpath("net.tflite").read_bytes() == CONTENT
    assert not part.exists()


def test_people_without_a_terminal_get_lines_with_an_estimate(capsys, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS_BETWEEN_LINES", 0.0)
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(transfer.time, "monotonic", lambda: next(clock))
    with transfer_of("net") as report:
        report(4_000_000, 10_000_000)  # what an earlier run brought
        report(6_000_000, 10_000_000)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "cinetag: net: 6.0 of 10.0 MB, 1.00 MB a second, about 4 s left"


def test_a_size_that_nobody_knows_has_no_estimate(capsys, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS_BETWEEN_LINES", 0.0)
    with transfer_of("net") as report:
        report(0, None)
    assert "left" not in capsys.readouterr().err


def test_on_a_terminal_there_is_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with transfer_of("net") as report:
        report(1000, 2000)
    assert "net" in capsys.readouterr().err
