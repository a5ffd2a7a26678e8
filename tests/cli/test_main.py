"""The program: usage, errors in one line, exit codes, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cinetag_plugin.cli import faults
from cinetag_plugin.cli import main as program
from cinetag_plugin.cli.main import COMMANDS, main
from cinetag_plugin.document.errors import (
    CinetagError,
    ExportError,
    MediaError,
    ModelError,
    UsageError,
)


def _failing_with(fault, monkeypatch):
    """Make ``cinetag info`` fail in a chosen way."""
    from cinetag_plugin.cli import info

    def run(args):
        raise fault

    monkeypatch.setattr(info, "run", run)
    return main(["info"])


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (UsageError("--top", "is 1 or more"), 2),
        (MediaError("a.mp4", "no picture"), 4),
        (ModelError("net.tflite", "no labels"), 5),
        (ExportError("a.otio", "exists already", "use -y"), 6),
        (KeyboardInterrupt(), 130),
        (program.Terminated(), 143),
    ],
)
def test_each_kind_of_fault_has_its_exit_code_and_one_line(fault, code, monkeypatch, capsys):
    assert _failing_with(fault, monkeypatch) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("cinetag: ")
    if isinstance(fault, CinetagError):
        assert fault.subject in lines[0]
        assert fault.fault in lines[0]


def test_a_fault_of_ours_is_one_line_that_names_a_log(monkeypatch, capsys):
    assert _failing_with(ZeroDivisionError("oops"), monkeypatch) == 1
    (line,) = capsys.readouterr().err.splitlines()
    log = Path(line.rsplit(" ", 1)[1])
    assert "ZeroDivisionError: oops" in log.read_text(encoding="utf-8")
    log.unlink()


def test_a_fault_of_ours_is_told_where_no_log_can_be_written(monkeypatch, capsys):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(faults.tempfile, "NamedTemporaryFile", full)
    assert _failing_with(ZeroDivisionError("oops"), monkeypatch) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError: oops" in line
    assert "no log could be written (No space left on device)" in line


def test_a_name_cannot_forge_a_line(monkeypatch, capsys):
    _failing_with(MediaError("a\ncinetag: all is well\x1b[2J.mp4", "no picture"), monkeypatch)
    (line,) = capsys.readouterr().err.splitlines()
    assert "\\n" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_can_be_pasted(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"example: cinetag {command}" in capsys.readouterr().out


def _usage_line(arguments, capsys):
    """Run a command that is wrong usage; return the one line that tells so."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze"], ["FILM", "see cinetag analyze --help"]),
        (["analyse-everything"], ["analyse-everything", "see cinetag --help"]),
        (["analyze", "f.mp4", "--betamax"], ["--betamax", "see cinetag analyze --help"]),
        (["analyze", "f.mp4", "--threshold", "abc"], ["--threshold", "'abc' is not a number"]),
        (["analyze", "f.mp4", "--threshold", "0"], ["--threshold", "'0' is not above 0"]),
        (["analyze", "f.mp4", "--threads", "1.5"], ["--threads", "'1.5' is not a whole number"]),
        (["analyze", "f.mp4", "--rate", "abc"], ["--rate", "abc"]),
        (["analyze", "f.mp4", "-o", ""], ["-o", "is an empty name"]),
        (["models", "burn"], ["burn", "see cinetag models --help"]),
    ],
)
def test_wrong_usage_is_one_line_that_names_the_help_to_read(arguments, words, capsys):
    line = _usage_line(arguments, capsys)
    assert line.startswith("cinetag: ")
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    "arguments", [["analyze", "f.mp4", "--thresh", "3"], ["models", "add", "--lab", "x"]]
)
def test_an_option_is_not_guessed_from_its_beginning(arguments, capsys):
    assert "cinetag: " in _usage_line(arguments, capsys)


def test_a_name_that_looks_like_an_option_cannot_drive_the_terminal(capsys):
    line = _usage_line(["info", "--\x1b[2J\ncinetag:all-is-well"], capsys)
    assert "\x1b" not in line


def _program(*arguments, cwd, **options):
    """Run the program as a process of its own; the shell opens and closes its streams as ``streams`` says."""
    streams = options.pop("streams", "")
    command = ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "cinetag_plugin", *arguments]
    environment = {**os.environ, **options.pop("environment", {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False, **options)


needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")


@needs_full_device
@pytest.mark.parametrize("arguments", [["info"], ["plugins", "--no-plugins"], ["--help"], ["info", "--help"]])
@pytest.mark.parametrize("streams", [">/dev/full", ">&-"])
def test_output_that_cannot_be_written_is_6_and_one_line(arguments, streams, tmp_path):
    done = _program(*arguments, cwd=tmp_path, streams=streams)
    assert done.returncode == 6
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("cinetag: stdout: cannot be written (")


@needs_full_device
@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "2>&- <&-"])
def test_talk_that_nobody_can_hear_changes_nothing(streams, tmp_path):
    assert _program("info", cwd=tmp_path, streams=streams).returncode == 0
    assert _program("info", "no-such-film.mp4", cwd=tmp_path, streams=streams).returncode == 4
    assert _program("analyze", cwd=tmp_path, streams=streams).returncode == 2


def test_with_every_stream_closed_the_exit_code_still_tells(tmp_path):
    assert _program("info", cwd=tmp_path, streams="<&- >&- 2>&-").returncode == 6


def test_a_reader_that_leaves_is_not_complained_about(tmp_path):
    script = '("$@"; echo "$?" >code) | true; cat code'
    command = ["sh", "-c", f"{script}", "sh", sys.executable, "-m", "cinetag_plugin", "info"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("6", "")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_name_that_the_encoding_lacks_is_spelled_out(encoding, shared, tmp_path):
    film = tmp_path / "ж😀.mp4"
    film.write_bytes((shared / "media" / "odd" / "noaudio.mp4").read_bytes())
    done = _program("info", film.name, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u0436\\U0001f600.mp4" in done.stdout
    done = _program("info", "no" + film.name, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    assert done.returncode == 4
    assert b"no\\u0436\\U0001f600.mp4" in done.stderr


def test_the_module_does_not_load_plugins_from_the_working_folder(tmp_path):
    info = tmp_path / "evil-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text("[cinetag]\nevil = evil\n")
    tmp_path.joinpath("evil.py").write_text("import pathlib; pathlib.Path('ran').touch()\n")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "cinetag_plugin", "plugins"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "evil" not in done.stdout
    assert not tmp_path.joinpath("ran").exists()


@pytest.mark.parametrize("name", ["pathlib", "argparse", "signal"])
def test_the_module_does_not_load_modules_from_the_working_folder(name, tmp_path):
    tmp_path.joinpath(f"{name}.py").write_text("open('ran', 'w').close()\n")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "cinetag_plugin", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not tmp_path.joinpath("ran").exists()
