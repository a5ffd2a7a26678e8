"""Names of results: distinct, and refused before any work where they cannot be written."""

from pathlib import Path

import pytest

from cinetag_plugin.cli.outputs import chosen_exporters, make_folder, planned
from cinetag_plugin.document.errors import ExportError, UsageError
from cinetag_plugin.export.formats import EXPORTERS

KNOWN = {exporter.slug: exporter for exporter in EXPORTERS}
OTIO = [KNOWN["otio"]]


def test_formats_are_named_once_each_in_the_order_asked():
    chosen = chosen_exporters(["otio, csv", "json,otio"], KNOWN)
    assert [exporter.slug for exporter in chosen] == ["otio", "csv", "json"]


def test_all_is_every_format():
    assert chosen_exporters(["otio,all"], KNOWN) == list(KNOWN.values())


def test_an_unknown_format_is_refused_with_the_choice():
    with pytest.raises(UsageError, match="choose from otio"):
        chosen_exporters(["betamax"], KNOWN)


def test_films_of_one_stem_are_told_apart_by_path_and_new_name(tmp_path, capsys):
    films = [Path("a/film.mp4"), Path("b/FILM.mkv"), Path("c/film.mov")]
    plans = planned([film.stem for film in films], OTIO, tmp_path, overwrite=False, inputs=films)
    assert [plan.stem for plan in plans] == ["film", "FILM-2", "film-3"]
    assert plans[1].paths == {"otio": tmp_path / "FILM-2.otio"}
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "b/FILM.mkv" in told[0]
    assert "FILM-2" in told[0]
    assert "c/film.mov" in told[1]


def test_a_name_made_distinct_is_itself_kept_distinct(tmp_path):
    plans = planned(["film", "film", "film-2"], OTIO, tmp_path, overwrite=False)
    assert len({plan.paths["otio"] for plan in plans}) == 3


def test_for_no_format_nothing_is_made_said_or_tried(tmp_path, capsys):
    folder = tmp_path / "missing"
    planned(["film", "film"], [], folder, overwrite=False)
    assert not folder.exists()
    assert capsys.readouterr().err == ""


def test_an_existing_result_is_refused_unless_it_is_to_be_overwritten(tmp_path):
    (tmp_path / "film.otio").touch()
    with pytest.raises(ExportError, match="exists already"):
        planned(["film"], OTIO, tmp_path, overwrite=False)
    assert planned(["film"], OTIO, tmp_path, overwrite=True)


def test_a_folder_in_the_place_of_a_result_is_refused_at_once(tmp_path):
    (tmp_path / "film.otio").mkdir()
    with pytest.raises(ExportError, match="is not a regular file"):
        planned(["film"], OTIO, tmp_path, overwrite=True)


def test_a_name_that_is_too_long_is_refused_at_once(tmp_path):
    with pytest.raises(ExportError, match=r"cannot be written \("):
        planned(["x" * 300], OTIO, tmp_path, overwrite=False)


def test_trying_a_folder_leaves_nothing_in_it(tmp_path):
    folder = tmp_path / "new" / "results"
    make_folder(folder)
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_files_is_refused(tmp_path, monkeypatch):
    def read_only(*args, **options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", read_only)
    with pytest.raises(ExportError, match=r"cannot be written to \(Read-only file system\)"):
        make_folder(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(ExportError, match="cannot be made"):
        planned(["film"], OTIO, tmp_path / "results", overwrite=False)
