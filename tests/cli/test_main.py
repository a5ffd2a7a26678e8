"""The program: usage, errors in one line, exit codes, whatever happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_wrong_usage_is_2(capsys):
    with pytest.raises(SystemExit) as end:
        main(["analyze"])
    assert end.value.code == 2


def test_an_unknown_command_is_2(capsys):
    with pytest.raises(SystemExit) as end:
        main(["analyse-everything"])
    assert end.value.code == 2


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
