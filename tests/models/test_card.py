"""Cards: what is said is kept, and what cannot be is refused before anything acts on it."""

import msgspec
import pytest
from cards import backbone_card, head_card, picture_input
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cinetag_plugin.document.contracts import ModelInput, ModelOutput
from cinetag_plugin.document.errors import ExportError, ModelError
from cinetag_plugin.document.records import KnownErrors
from cinetag_plugin.models.card import check_card, is_plain_name, read_card, write_card

TAGS = head_card(["beach_sea", "forest"])


def test_a_card_is_read_as_it_was_written(tmp_path):
    card = replace(TAGS, untrained={"murder": "no pictures"}, measured={"map": 0.5}, limits="Stills only.")
    write_card(tmp_path / "head.json", card)
    assert read_card(tmp_path / "head.json") == card


def test_fields_of_later_versions_are_kept(tmp_path):
    path = tmp_path / "head.json"
    write_card(path, TAGS)
    later = msgspec.json.decode(path.read_bytes()) | {"colour_space": "bt2020"}
    path.write_bytes(msgspec.json.encode(later))
    write_card(path, read_card(path), overwrite=True)
    assert msgspec.json.decode(path.read_bytes())["colour_space"] == "bt2020"


def test_an_existing_card_is_not_overwritten_unasked(tmp_path):
    write_card(tmp_path / "head.json", TAGS)
    with pytest.raises(ExportError, match="exists already"):
        write_card(tmp_path / "head.json", TAGS)


def test_a_card_that_cannot_be_is_not_written(tmp_path):
    with pytest.raises(ModelError):
        write_card(tmp_path / "head.json", replace(TAGS, sha256=""))
    assert list(tmp_path.iterdir()) == []


def output(**changes):
    return {"output": replace(TAGS.output, **changes)}


def taken(**changes):
    return {"input": replace(picture_input(), **changes), "backbone": ""}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "../head"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 200}, "name"),
        ({"file": "../head.tflite"}, "file"),
        ({"file": "/etc/passwd"}, "file"),
        ({"file": "sub/head.tflite"}, "file"),
        ({"file": "C:\\head.tflite"}, "file"),
        ({"file": "head.tflite\n"}, "file"),
        ({"backbone": "../small"}, "backbone"),
        ({"backbone": ""}, "backbone"),
        ({"sha256": "0" * 63}, "SHA-256"),
        ({"sha256": "A" * 64}, "SHA-256"),
        ({"sha256": ""}, "SHA-256"),
        ({"sha256": "", "address": "https://a.example/net"}, "SHA-256"),
        ({"sha256": "", "git_blob": "0" * 40}, "SHA-256"),
        ({"git_blob": "0" * 39}, "git blob"),
        ({"git_blob": "G" * 40}, "git blob"),
        ({"bytes": -1}, "-1 bytes"),
        ({"bytes": 2**40}, "bytes"),
        ({"address": "http://a.example/net"}, "not encrypted"),
        ({"role": "embedding"}, "role"),
        (output(labels=()), "0 labels"),
        (output(labels=("a", "a")), "twice"),
        (output(labels=("a", " ")), "empty"),
        (output(size=3), "2 labels for 3 scores"),
        ({"input": ModelInput(kind="embedding", size=())}, "impossible size"),
        ({"input": ModelInput(kind="embedding", size=(0,))}, "impossible size"),
        ({"input": ModelInput(kind="embedding", size=(6, 6))}, "impossible size"),
        (taken(size=(224,)), "impossible size"),
        (taken(size=(-1, 224)), "impossible size"),
        (taken(size=(224, 10**9)), "impossible size"),
        (taken(mean=(1.0,)), "three channels"),
        (taken(std=(1.0, 0.0, 1.0)), "std of 0"),
        (taken(mean=(float("nan"), 0.0, 0.0)), "no number"),
        (
            {"role": "embedding", "output": ModelOutput(kind="embedding", size=0)} | taken(),
            "embedding of 0 values",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes, fault):
    with pytest.raises(ModelError, match=fault):
        check_card(replace(TAGS, **changes), "head.json")


def test_good_cards_pass():
    check_card(TAGS, "head")
    check_card(backbone_card(), "small")
    check_card(replace(TAGS, input=picture_input(), backbone=""), "whole")
    check_card(replace(TAGS, sha256="", git_blob="0" * 40, address="https://a.example/net"), "to be pulled")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"name": "x"}', b"\xff\xfe", b"[" * 100000, b'{"name": 1, "role": "tags"}'],
)
def test_a_file_that_is_no_card_is_refused(tmp_path, content):
    (tmp_path / "card.json").write_bytes(content)
    with pytest.raises(ModelError, match="not a valid card"):
        read_card(tmp_path / "card.json")


def test_a_missing_card_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        read_card(tmp_path / "none.json")
    with pytest.raises(ModelError, match="not a regular file"):
        read_card(tmp_path)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_a_plain_name_stays_in_its_folder(tmp_path_factory, name):
    folder = tmp_path_factory.getbasetemp()
    if is_plain_name(name):
        assert (folder / name).parent == folder
        assert (folder / name).resolve().parent == folder.resolve()
        assert name.isascii()


@pytest.mark.parametrize("name", ["..", ".", ".hidden", "a.", "a/b", "a\\b", "a b", "a\n", "é", "CON:"])
def test_names_that_could_mean_more_than_a_file_are_not_plain(name):
    assert not is_plain_name(name)


LABELS = ("battle", "romance", "none")
COUNTS = ((5, 1, 1), (1, 5, 1), (1, 1, 5))


@pytest.mark.parametrize(
    ("errors", "fault"),
    [
        ({"counts": ((1, 2), (3, 4))}, "no square"),
        ({"counts": ((5, 1, 1), (1, 5, 1), (1, 1, -5))}, "no square"),
        ({"labels": ("battle", "battle", "none")}, "twice"),
        ({"shares": (0.1, 0.9)}, "shares"),
        ({"shares": (0.0, 0.1, 0.9)}, "shares"),
        ({"shares": (0.9, 0.9, 0.9)}, "shares"),
        ({"shares": (1e-300, 0.1, 0.9)}, "shares"),
    ],
)
def test_errors_that_cannot_have_been_counted_are_refused(errors, fault):
    sound = KnownErrors(labels=LABELS, counts=COUNTS, shares=(0.1, 0.1, 0.8))
    card = replace(TAGS, role="beats", errors=sound)
    check_card(card, "card")
    with pytest.raises(ModelError, match=fault):
        check_card(replace(card, errors=replace(sound, **errors)), "card")
