"""Files are complete or absent, whatever happens while they are written."""

import os
import sys
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.document.files import refuse_existing, write_whole


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_has_exactly_its_bytes_and_nothing_lies_beside_it(tmp_path):
    write_whole(tmp_path / "a.srt", b"1\r\n\x00\xff")
    assert (tmp_path / "a.srt").read_bytes() == b"1\r\n\x00\xff"
    assert names_in(tmp_path) == ["a.srt"]


def test_an_existing_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "a.srt"
    path.write_bytes(b"old")
    with pytest.raises(ExportError, match=r"exists already: use -y"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.srt"]


def test_an_existing_file_is_replaced_on_request(tmp_path):
    path = tmp_path / "a.srt"
    path.write_bytes(b"old and longer")
    write_whole(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.srt"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_a_dangling_link_counts_as_existing(tmp_path):
    link = tmp_path / "a.srt"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExportError, match="exists already"):
        refuse_existing(link)


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_breaks_off_leaves_the_old_file_and_no_part(tmp_path, monkeypatch, fault):
    path = tmp_path / "a.srt"
    path.write_bytes(b"old")

    def break_off(_handle):
        raise fault

    monkeypatch.setattr(os, "fsync", break_off)
    expected = ExportError if isinstance(fault, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_whole(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.srt"]


def test_the_reason_of_the_system_is_told(tmp_path):
    with pytest.raises(ExportError, match="cannot be written"):
        write_whole(tmp_path / "no" / "folder" / "a.srt", b"x")
    with pytest.raises(ExportError, match="cannot be written"):
        write_whole(tmp_path / ("a" * 300), b"x")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_file_can_have_is_an_export_error(tmp_path, name):
    with pytest.raises(ExportError, match="cannot be written"):
        write_whole(tmp_path / name, b"x")
    assert names_in(tmp_path) == []


def test_a_folder_is_never_replaced_by_a_file(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ExportError, match="not a regular file"):
        write_whole(tmp_path / "a", b"x", overwrite=True)


@pytest.mark.skipif(sys.platform == "win32", reason="no such devices there")
def test_a_device_is_never_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path(os.devnull), tmp_path / "pipe"):
        with pytest.raises(ExportError, match="not a regular file"):
            write_whole(path, b"x", overwrite=True)
        assert path.exists()
        assert not path.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_rights_are_those_that_the_user_gives_new_files(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "a.srt", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.srt").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_that_comes_while_another_is_written_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "film.otio"
    link = os.link

    def somebody_was_faster(part, target):
        path.write_bytes(b"theirs")
        link(part, target)

    monkeypatch.setattr(os, "link", somebody_was_faster)
    with pytest.raises(ExportError, match="exists already"):
        write_whole(path, b"ours")
    assert path.read_bytes() == b"theirs"
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.otio"]
