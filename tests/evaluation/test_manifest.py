"""Manifests: every good row is read, every bad one told."""

import hashlib

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.manifest import read_rows

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
    (row,) = read_rows(path).rows
    assert row.path == tmp_path / "a" / "b.jpg"
    assert row.labels == {"forest", "desert"}
    assert (row.group, row.line) == ("sun", 2)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a.jpg", "line 2 is cut short"),
        ("../a.jpg\tforest\tx", "line 2 names ../a.jpg, which leaves the manifest's folder"),
        ("a/../../b.jpg\tforest\tx", "line 2 names a/../../b.jpg, which leaves the manifest's folder"),
        ("/etc/passwd\tforest\tx", "line 2 names /etc/passwd, which leaves the manifest's folder"),
        ("\tforest\tx", "line 2 names no picture"),
        ("a\0.jpg\tforest\tx", "line 2 names no picture"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(manifest, line, fault):
    found = read_rows(manifest(f"{HEAD}{line}\ngood.jpg\tforest\tx\n"))
    assert found.faults == (fault,)
    assert [row.path.name for row in found.rows] == ["good.jpg"]


def test_a_picture_counts_once_however_its_path_is_spelt(manifest):
    found = read_rows(manifest(f"{HEAD}a.jpg\tforest\tx\n\n./a.jpg\tfood\tx\n"))
    assert [row.labels for row in found.rows] == [{"forest"}]
    assert found.faults == ("line 4 repeats the picture of line 2",)


def test_a_byte_order_mark_is_no_part_of_a_column(manifest):
    assert len(read_rows(manifest(b"\xef\xbb\xbf" + HEAD.encode() + b"a.jpg\t\tx\n")).rows) == 1


def test_the_checksum_is_that_of_the_file(manifest):
    path = manifest(HEAD)
    assert read_rows(path).sha256 == hashlib.sha256(HEAD.encode()).hexdigest()


@pytest.mark.parametrize("content", [b"", b"path\ttags\n", b"\xff\xfe\x00", b"path,tags,source_group\n"])
def test_what_is_no_manifest_is_refused(manifest, content):
    with pytest.raises(DocumentError, match=r"MANIFEST\.tsv"):
        read_rows(manifest(content))
