"""What the tests of the commands share: running one, and a plugin that is broken."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cinetag_plugin.cli.main import main


class Told(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cinetag(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run a command as the program would: its exit code and what it printed."""

    def run(*arguments: object) -> Told:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse ends the program itself
            code = int(end.code or 0)
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Told(code, told.out, told.err)

    return run


@pytest.fixture
def broken_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Install a plugin that cannot be imported; return its name."""
    site = tmp_path / "site"
    facts = site / "cinetag_broken-2.0.dist-info"
    facts.mkdir(parents=True)
    facts.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: cinetag-broken\nVersion: 2.0\n")
    facts.joinpath("entry_points.txt").write_text("[cinetag]\nbroken = cinetag_broken\n")
    site.joinpath("cinetag_broken.py").write_text("raise RuntimeError('out of order')\n")
    monkeypatch.syspath_prepend(str(site))
    return "broken"
