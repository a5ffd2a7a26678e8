"""XML of strangers: what is read of it, and that nothing in it can hurt."""

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.xml_documents import (
    DEEPEST,
    LARGEST,
    LONGEST_TEXT,
    MOST_ELEMENTS,
    parsed,
    read_document,
)

SAMPLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<a:List xmlns:a="urn:one"><Asset xmlns="urn:two"><Id> urn:x </Id><!-- c --><Id>second</Id></Asset>
<Asset/></a:List>"""


def check_line(refusal):
    assert "\n" not in str(refusal)
    assert refusal.remedy


def test_names_texts_and_nesting_are_read_and_namespaces_dropped():
    root = parsed(SAMPLE, "sample")
    assert (root.name, [child.name for child in root.children]) == ("List", ["Asset", "Asset"])
    assert root.word("Asset", "Id") == "urn:x"
    assert [found.text for found in root.child("Asset").all("Id")] == [" urn:x ", "second"]
    assert (root.child("Asset", "Nothing", "Id"), root.word("Nothing")) == (None, "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encodings_of_real_packages(encoding):
    name = "iso-8859-1" if encoding == "iso-8859-1" else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?><t>Amélie</t>'
    assert parsed(text.encode(encoding), "sample").text == "Amélie"


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE t>",
        '<!DOCTYPE t SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE t [<!ENTITY a "b">]>',
        '<!DOCTYPE t [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>',
    ],
)
def test_a_document_type_is_refused_whatever_it_declares(declared):
    with pytest.raises(MediaError, match="DOCTYPE"):
        parsed(f"<?xml version='1.0'?>{declared}<t>&a;</t>".encode(), "sample")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "well-formed"),
        (b"<a>", "well-formed"),
        (b"<a/><b/>", "well-formed"),
        (b"<a>&undeclared;</a>", "well-formed"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "well-formed"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "well-formed"),
        (b"\xff\xfe\x00", "well-formed"),
        (b"<a>" * (DEEPEST + 1), "too deep"),
        (b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>", "too many"),
    ],
)
def test_what_is_no_decent_xml_is_refused_in_a_line(content, fault):
    with pytest.raises(MediaError, match=fault) as refusal:
        parsed(content, "sample")
    check_line(refusal.value)


def test_long_texts_take_no_memory():
    content = b"<a>" + b"x<b/>y" * 100_000 + b"z" * (4 << 20) + b"</a>"
    tracemalloc.start()
    root = parsed(content, "sample")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(root.text) <= 2 * LONGEST_TEXT
    assert peak < 64 << 20


@given(st.binary(max_size=300) | st.text("<>/&;!?ab='\" -[]", max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(content):
    try:
        parsed(content, "sample")
    except MediaError as refusal:
        check_line(refusal)


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_damaged_document_is_read_or_refused(place, byte, cut):
    content = SAMPLE[:place] if cut else SAMPLE[:place] + bytes([byte]) + SAMPLE[place + 1 :]
    try:
        parsed(content, "sample")
    except MediaError as refusal:
        check_line(refusal)


def test_files_that_are_no_documents_are_refused(tmp_path: Path):
    large, folder, pipe = tmp_path / "large.xml", tmp_path / "folder.xml", tmp_path / "pipe.xml"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    folder.mkdir()
    os.mkfifo(pipe)
    faults = {large: "larger than 16 MiB", folder: "not a regular file", pipe: "not a regular file"}
    for path, fault in {**faults, tmp_path / "absent.xml": "no such file"}.items():
        with pytest.raises(MediaError, match=fault):
            read_document(path)
