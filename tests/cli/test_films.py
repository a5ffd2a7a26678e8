"""Which films the user means."""

from pathlib import Path

import pytest

from cinetag_plugin.cli.films import named_films
from cinetag_plugin.document.errors import UsageError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("a.mp4", "b.mkv", "notes.txt"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_its_films_in_order(folder):
    assert named_films([str(folder)]) == [folder / "a.mp4", folder / "b.mkv"]


def test_one_file_by_several_names_is_one_film(folder):
    names = ["a.mp4", "./a.mp4", str(folder / "a.mp4"), f"../{folder.name}/a.mp4", "."]
    assert named_films(names) == [Path("a.mp4"), Path("b.mkv")]


def test_a_link_with_a_name_of_its_own_is_another_film(folder):
    (folder / "c.mp4").symlink_to(folder / "a.mp4")
    assert named_films(["a.mp4", "c.mp4"]) == [Path("a.mp4"), Path("c.mp4")]


def test_what_is_missing_stays_to_be_refused_in_its_turn(folder):
    (folder / "empty").mkdir()
    assert named_films(["gone.mp4", "empty"]) == [Path("gone.mp4"), Path("empty")]


@pytest.mark.parametrize("names", [[""], ["a.mp4", ""]])
@pytest.mark.usefixtures("folder")
def test_an_empty_name_is_wrong_usage_not_the_current_folder(names):
    with pytest.raises(UsageError, match="is an empty name"):
        named_films(names)


def test_a_cinema_package_is_one_film(folder):
    package = folder / "A feature.v2"
    package.mkdir()
    for name in ("ASSETMAP.xml", "reel1.mxf", "reel2.mxf"):
        (package / name).touch()
    assert named_films([str(package)]) == [package]
    assert named_films(["."]) == [Path("A feature.v2"), Path("a.mp4"), Path("b.mkv")]
