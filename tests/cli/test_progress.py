"""``--progress``: where it may go, what a block holds, and whose faults it tells."""

import os
from pathlib import Path

import pytest

from cinetag_plugin.cli.faults import RunEnded
from cinetag_plugin.cli.progress import goes_to_stdout, opened, progress_of
from cinetag_plugin.document.errors import ExportError, UsageError


def _blocks(text: str) -> list[dict[str, str]]:
    """Read progress as scripts do: key=value lines; ``progress`` closes a block."""
    blocks: list[dict[str, str]] = [{}]
    for line in text.splitlines():
        key, _, value = line.partition("=")
        blocks[-1][key] = value
        if key == "progress":
            blocks.append({})
    assert blocks.pop() == {}
    return blocks


def _report(target: str, *frames: int) -> None:
    with opened(target) as sink, progress_of("film", quiet=True, target=sink) as report:
        for frame in frames:
            report(frame, None)


@pytest.fixture
def no_pause(monkeypatch):
    """Let every frame be told, however fast they come."""
    monkeypatch.setattr("cinetag_plugin.cli.progress._SECONDS_BETWEEN_BLOCKS", 0.0)


@pytest.mark.usefixtures("no_pause")
def test_blocks_carry_frame_and_speed_and_end_with_end(tmp_path):
    _report(str(tmp_path / "told"), 1, 2)
    blocks = _blocks((tmp_path / "told").read_text())
    assert [(block["frame"], block["progress"]) for block in blocks] == [
        ("1", "continue"),
        ("2", "continue"),
        ("2", "end"),
    ]
    assert all(float(block["fps"]) > 0 for block in blocks)


def test_the_films_of_a_batch_follow_each_other(tmp_path):
    target = str(tmp_path / "told")
    with opened(target) as sink:
        for last in (7, 9):
            with progress_of("film", quiet=True, target=sink) as report:
                report(last, 10)
    ends = [block["frame"] for block in _blocks(Path(target).read_text()) if block["progress"] == "end"]
    assert ends == ["7", "9"]


@pytest.mark.parametrize("spelling", ["{}", "file:{}"])
def test_a_path_may_be_a_url(spelling, tmp_path):
    _report(spelling.format(tmp_path / "told"), 1)
    assert (tmp_path / "told").exists()


def test_a_relative_path_may_hold_a_colon(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _report("./a:b", 1)
    assert Path("a:b").exists()


@pytest.mark.parametrize("target", ["-", "pipe:", "pipe:1"])
def test_stdout_has_three_names(target, capsys):
    assert goes_to_stdout(target)
    _report(target, 3)
    assert _blocks(capsys.readouterr().out)[-1]["frame"] == "3"


def test_a_numbered_pipe_gets_the_blocks_and_stays_open():
    reader, writer = os.pipe()
    _report(f"pipe:{writer}", 5)
    os.close(writer)  # raises where it was closed before
    with os.fdopen(reader) as told:
        assert _blocks(told.read())[-1]["frame"] == "5"


@pytest.mark.parametrize(
    "target", ["http://host/told", "tcp:host", "pipe:x", "pipe:-1", "pipe:1e3", "file:", ""]
)
def test_what_is_no_file_is_wrong_usage(target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="pipe:N, file:PATH"):
        _report(target)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("target", ["no/such/folder/told", ".", "pipe:4321"])
def test_what_cannot_be_opened_is_refused_before_the_work(target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExportError, match="--progress"), opened(target):
        pytest.fail("the work began")


def test_a_reader_that_leaves_ends_the_run():
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(RunEnded) as end:
        _report(f"pipe:{writer}", 1)
    os.close(writer)
    assert end.value.error.exit_code == 6


def test_a_fault_of_the_work_stays_what_it_is(tmp_path):
    target = str(tmp_path / "told")

    def fail() -> None:
        with opened(target) as sink, progress_of("film", quiet=True, target=sink):
            raise OSError("of the film")

    with pytest.raises(OSError, match="of the film") as fault:
        fail()
    assert type(fault.value) is OSError
    assert _blocks(Path(target).read_text())[-1]["progress"] == "end"


def test_people_are_told_in_lines_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr("cinetag_plugin.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    with progress_of("fi\nlm", quiet=False, target=None) as report:
        report(50, 100)
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert "50 of about 100 frames" in line


def test_what_is_counted_need_not_be_frames(capsys, monkeypatch):
    monkeypatch.setattr("cinetag_plugin.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    with progress_of("set", quiet=False, target=None, unit="pictures") as report:
        report(50, 100)
    assert "50 of about 100 pictures" in capsys.readouterr().err


def test_quiet_tells_people_nothing(capsys, monkeypatch):
    monkeypatch.setattr("cinetag_plugin.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    with progress_of("film", quiet=True, target=None) as report:
        report(50, 100)
    assert capsys.readouterr() == ("", "")
