"""``cinetag demo``: all of it works, or nothing of it is left in the way of the next one."""

import re
import shutil
from functools import partial
from pathlib import Path

import pytest

from cinetag_plugin.cli import demo
from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.files import read_analysis
from cinetag_plugin.media import synth
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.models.store import BUILTIN
from cinetag_plugin.settings import Settings

_FILES = ["demo.cinetag.json", "demo.csv", "demo.mp4", "demo.otio", "demo.strengths.svg", "demo.timeline.svg"]


@pytest.fixture
def without_a_model(monkeypatch):
    """Let the demo find the shots alone, for tests that are not about tags."""
    monkeypatch.setattr(demo, "Settings", partial(Settings, only=frozenset({"shots"})))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The film of the demo, and where it cuts."""
    film = tmp_path_factory.mktemp("made") / "demo.mp4"
    return film, synth.make_demo_film(film, find_ffmpeg())


@pytest.fixture
def film_at_hand(monkeypatch, made):
    """Let the demo copy its film, for tests that are not about how it is made."""

    def copied(path: Path, ffmpeg: object) -> tuple[int, ...]:
        shutil.copy(made[0], path)
        return made[1]

    monkeypatch.setattr(synth, "make_demo_film", copied)


@pytest.fixture
def run(cinetag, tmp_path):
    """Run the demo into a folder of its own."""
    return lambda *options: cinetag("demo", "-o", tmp_path / "demo", *options)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("without_a_model")
def test_it_makes_a_film_analyses_it_and_says_what_opens_the_results(run, tmp_path):
    told = run()
    folder = tmp_path / "demo"
    assert told.code == 0
    assert _names(folder) == _FILES
    announced = re.search(r"cuts at frames ([\d, ]+)", told.err)
    cuts = [int(frame) for frame in announced[1].split(", ")]
    assert [shot.start for shot in read_analysis(folder / "demo.cinetag.json").shots] == [0, *cuts]
    opened = "".join(told.out.split())  # the table may wrap lines, the folder's name is long
    assert all(f"open{folder / name}in" in opened for name in _FILES if name != "demo.mp4")


@pytest.mark.usefixtures("without_a_model", "film_at_hand")
def test_an_earlier_demo_is_kept_unless_y(run, tmp_path):
    run()
    film = tmp_path / "demo" / "demo.mp4"
    film.write_bytes(b"mine")
    told = run()
    assert told.code == 6
    assert "use -y" in told.err
    assert film.read_bytes() == b"mine"
    assert run("-y").code == 0
    assert film.stat().st_size > 10_000


@pytest.mark.usefixtures("without_a_model")
def test_a_film_of_the_users_is_not_overwritten(run, tmp_path):
    film = tmp_path / "demo" / "demo.mp4"
    film.parent.mkdir()
    film.write_bytes(b"mine")
    assert run().code == 6
    assert film.read_bytes() == b"mine"
    assert _names(film.parent) == ["demo.mp4"]


def _full_disk(*_: object, **__: object) -> None:
    raise ExportError("demo.otio", "cannot be written (no space left on device)", "make room")


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("without_a_model", "film_at_hand")
@pytest.mark.parametrize(("fault", "code"), [(_full_disk, 6), (_interrupted, 130)])
def test_a_demo_that_fails_is_not_in_the_way_of_the_next(run, tmp_path, monkeypatch, fault, code):
    with monkeypatch.context() as broken:
        broken.setattr(demo, "write_all", fault)
        assert run().code == code
    assert not _names(tmp_path / "demo")
    assert run().code == 0


def test_without_the_model_nothing_is_made_and_the_remedy_is_told(run, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "Settings", partial(Settings, tag_model="no-such-model"))
    told = run()
    assert told.code == 5
    assert "the demo needs the tag model that comes with cinetag" in told.err
    assert not (tmp_path / "demo").exists()


def test_with_the_model_that_ships_there_are_tags(run, tmp_path):
    if not any(BUILTIN.glob("*.tflite")):
        pytest.skip("no model is built in")
    assert run().code == 0
    analysis = read_analysis(tmp_path / "demo" / "demo.cinetag.json")
    assert analysis.models
    assert analysis.tags
