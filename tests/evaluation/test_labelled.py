"""Labelled pictures: every good row of a manifest is read, every bad one told; folders are labels."""

import hashlib
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.labelled import read_labelled

HEAD = "path\ttags\tsource_group\n"


@pytest.fixture
def manifest(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "MANIFEST.tsv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_rows_have_their_picture_labels_and_group(manifest, tmp_path):
    path = manifest("source_group\tpath\tlicence\ttags\nsun\ta/b.jpg\t?\tforest, desert,\r\n")
    (row,) = read_labelled(path).pictures
    assert row.path == tmp_path / "a" / "b.jpg"
    assert row.labels == {"forest", "desert"}
    assert (row.room, row.group, row.line) == ("a", "sun", 2)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a.jpg", "line 2 is cut short"),
        ("../a.jpg\tforest\tx", "line 2 names ../a.jpg, which leaves the manifest's folder"),
        ("a/../../b.jpg\tforest\tx", "line 2 names a/../../b.jpg, which leaves the manifest's folder"),
        ("/etc/passwd\tforest\tx", "line 2 names /etc/passwd, which leaves the manifest's folder"),
        ("..\\a.jpg\tforest\tx", "line 2 names ..\\a.jpg, which leaves the manifest's folder"),
        ("\tforest\tx", "line 2 names no picture"),
        (".\tforest\tx", "line 2 names no picture"),
        ("a\0.jpg\tforest\tx", "line 2 names no picture"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(manifest, line, fault):
    found = read_labelled(manifest(f"{HEAD}{line}\ngood.jpg\tforest\tx\n"))
    assert found.faults == (fault,)
    assert [row.path.name for row in found.pictures] == ["good.jpg"]


def test_a_picture_counts_once_however_its_path_is_spelt(manifest):
    found = read_labelled(manifest(f"{HEAD}a.jpg\tforest\tx\n\n./a.jpg\tfood\tx\n"))
    assert [row.labels for row in found.pictures] == [{"forest"}]
    assert found.faults == ("line 4 repeats the picture of line 2",)


def test_a_byte_order_mark_is_no_part_of_a_column(manifest):
    assert len(read_labelled(manifest(b"\xef\xbb\xbf" + HEAD.encode() + b"a.jpg\t\tx\n")).pictures) == 1


def test_the_checksum_is_that_of_the_file(manifest):
    path = manifest(HEAD)
    assert read_labelled(path).sha256 == hashlib.sha256(HEAD.encode()).hexdigest()


@pytest.mark.parametrize("content", [b"", b"path\ttags\n", b"\xff\xfe\x00", b"path,tags,source_group\n"])
def test_what_is_no_manifest_is_refused(manifest, content):
    with pytest.raises(DocumentError, match=r"MANIFEST\.tsv"):
        read_labelled(manifest(content))


def test_a_path_cannot_leave_the_folder_that_is_worked_in(manifest, tmp_path, monkeypatch):
    manifest(f"{HEAD}../up.jpg\tforest\tx\n/etc/passwd\tforest\tx\na.jpg\tforest\tx\n")
    monkeypatch.chdir(tmp_path)
    found = read_labelled(Path("MANIFEST.tsv"))
    assert len(found.faults) == 2
    assert [picture.path for picture in found.pictures] == [Path("a.jpg")]


def test_who_takes_the_whole_is_told_the_first_fault(manifest):
    path = manifest(f"{HEAD}a.jpg\tforest\tx\na.jpg\tfood\tx\nb.jpg\n")
    with pytest.raises(DocumentError, match=r"MANIFEST\.tsv: line 3 repeats the picture of line 2: .* twice"):
        read_labelled(path).whole()
    assert len(read_labelled(manifest(f"{HEAD}a.jpg\tforest\tx\n")).whole()) == 1


def test_a_manifest_may_call_its_labels_label(manifest):
    found = read_labelled(manifest("path\tlabel\tsource_group\r\na.jpg\tforest,war\tx\r\n"))
    assert [picture.labels for picture in found.pictures] == [{"forest", "war"}]


def test_folders_are_labels_and_the_folders_below_are_groups(tmp_path):
    for name in ("Beach/b/x/c.jpg", "Beach/a.PNG", "loose.jpg", "Beach/notes.txt", "Beach/.hidden.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = read_labelled(tmp_path)
    assert [(p.path, p.labels, p.group) for p in found.whole()] == [
        (tmp_path / "Beach" / "a.PNG", {"Beach"}, ""),
        (tmp_path / "Beach" / "b" / "x" / "c.jpg", {"Beach"}, "b"),
    ]
    assert found.sha256 == ""
