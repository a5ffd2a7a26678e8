"""Where models come from, what is copied and what is refused."""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny
from cards import backbone_card, head_card, lay_down
from msgspec.structs import replace

from cinetag_plugin.document.errors import ExportError, ModelError
from cinetag_plugin.models import store as store_module
from cinetag_plugin.models.card import read_card
from cinetag_plugin.models.store import BUILTIN, ModelStore, user_folder

NET = tiny.backbone()
HEAD = tiny.head(np.ones((6, 2)))


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "user", builtin=tmp_path / "builtin")


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text("sea\nforest\ndesert\nhill\n")
    return path


def write_net(folder, name="net", content=NET):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.tflite"
    path.write_bytes(content)
    return path


def names(store):
    return [(model.card.name, model.origin) for model in store.list()]


def test_the_folder_is_the_platforms_unless_the_environment_names_one(monkeypatch, tmp_path):
    monkeypatch.delenv("CINETAG_MODELS", raising=False)
    assert user_folder().parts[-2:] == ("cinetag", "models")
    monkeypatch.setenv("CINETAG_MODELS", str(tmp_path))
    assert user_folder() == tmp_path
    assert ModelStore().folder == tmp_path


def test_without_any_folder_there_is_nothing(store):
    assert store.list() == ()
    assert store.faults() == ()
    with pytest.raises(ModelError, match="known are none"):
        store.find("small")


def test_every_card_that_ships_can_be_read_and_has_its_file_or_an_address():
    store = ModelStore(Path("/nowhere"))
    assert store.faults() == ()
    assert len(store.list()) == len(list(BUILTIN.glob("*.json")))
    for model in store.list():
        assert model.is_here != bool(model.card.address)
        if model.is_here:
            model.content()


def test_built_in_comes_before_a_plugins_before_the_users(store, tmp_path):
    first = lay_down(tmp_path / "builtin", backbone_card("a"), NET)
    lay_down(tmp_path / "user", backbone_card("a", version="2"), NET)
    lay_down(tmp_path / "user", backbone_card("c"), NET)
    plugin = [replace(backbone_card(name), file=str(tmp_path / f"{name}.tflite")) for name in ("a", "b")]
    store = ModelStore(tmp_path / "user", plugin, tmp_path / "builtin")
    assert names(store) == [("a", "built-in"), ("b", "plugin"), ("c", "user")]
    assert store.find("a").card == first


def test_a_plugins_card_names_its_file_by_an_absolute_path(tmp_path):
    card = backbone_card("small", file="small.tflite")
    store = ModelStore(
        tmp_path, [card, replace(card, file=str(tmp_path / "x.tflite"), sha256="bad")], tmp_path
    )
    assert store.list() == ()
    assert [fault.subject for fault in store.faults()] == ["small", "small"]


def test_a_broken_card_hides_no_other_and_is_told(store, tmp_path):
    lay_down(tmp_path / "user", backbone_card("good"), NET)
    (tmp_path / "user" / "bad.json").write_text("{")
    assert names(store) == [("good", "user")]
    assert [Path(fault.subject).name for fault in store.faults()] == ["bad.json"]


def test_a_users_card_under_another_name_is_a_fault(store, tmp_path):
    lay_down(tmp_path / "user", backbone_card("good"), NET)
    (tmp_path / "user" / "good.json").rename(tmp_path / "user" / "other.json")
    assert store.list() == ()
    assert "rename it to good.json" in str(store.faults()[0])


def test_a_file_is_added_with_a_card_written_for_it(store, tmp_path, labels):
    path = write_net(tmp_path)
    added = store.add(path, labels=labels)
    assert names(store) == [("net", "user")]
    assert store.find("net") == added
    assert added.card == read_card(tmp_path / "user" / "net.json")
    assert added.card.output.labels == ("sea", "forest", "desert", "hill")
    assert added.content() == NET
    assert added.path.parent == tmp_path / "user"


def test_a_file_without_labels_is_added_as_an_embedding(store, tmp_path):
    assert store.add(write_net(tmp_path)).card.role == "embedding"


def test_a_file_with_a_card_beside_it_is_added_with_that_card(store, tmp_path):
    card = lay_down(tmp_path / "made", backbone_card("small", limits="as trained"), NET)
    assert store.add(tmp_path / "made" / "small.tflite").card == card
    store.remove("small")
    assert store.add(tmp_path / "made" / "small.json").card == card


def test_a_name_that_is_taken_is_not_added_again(store, tmp_path):
    path = write_net(tmp_path)
    store.add(path)
    with pytest.raises(ModelError, match="models remove net"):
        store.add(path)
    builtin = ModelStore(tmp_path / "other", builtin=tmp_path / "user")
    with pytest.raises(ModelError, match="here already: rename yours"):
        builtin.add(path)


def test_a_head_is_added_only_where_its_backbone_is(store, tmp_path):
    lay_down(tmp_path / "made", head_card(["a", "b"]), HEAD)
    with pytest.raises(ModelError, match="needs the backbone small"):
        store.add(tmp_path / "made" / "head.tflite")
    lay_down(tmp_path / "user", backbone_card(), NET)
    assert store.add(tmp_path / "made" / "head.tflite").card.backbone == "small"


@pytest.mark.parametrize(
    "content", [b"", b"not a model", NET[: len(NET) // 2], b"\x1c\0\0\0TFL3" + bytes(99)]
)
def test_what_is_no_model_is_not_added_and_leaves_nothing(store, tmp_path, content):
    path = write_net(tmp_path, content=content)
    with pytest.raises(ModelError):
        store.add(path)
    assert not (tmp_path / "user").exists()


def test_a_file_that_is_not_there_is_refused(store, tmp_path):
    for name in ("none.tflite", "none.json"):
        with pytest.raises(ModelError, match="no such"):
            store.add(tmp_path / name)


def test_nothing_is_added_in_part(store, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ExportError("card", "disk full")

    monkeypatch.setattr(store_module, "write_card", fail)
    with pytest.raises(ExportError, match="disk full"):
        store.add(write_net(tmp_path))
    assert store.list() == ()
    assert list((tmp_path / "user").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders without rights are a matter of POSIX here")
def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    store = ModelStore(tmp_path / "file" / "models", builtin=tmp_path)
    with pytest.raises(ExportError, match="cannot be written"):
        store.add(write_net(tmp_path))


def test_a_changed_file_is_refused_with_both_checksums(store, tmp_path):
    added = store.add(write_net(tmp_path))
    added.path.write_bytes(NET + b"\0")
    found = hashlib.sha256(NET + b"\0").hexdigest()
    with pytest.raises(ModelError, match=f"{found}.*{added.card.sha256}"):
        store.find("net").content()


def test_a_card_whose_file_is_not_the_one_it_speaks_of_is_not_added(store, tmp_path):
    lay_down(tmp_path / "made", backbone_card("small"), NET)
    (tmp_path / "made" / "small.tflite").write_bytes(NET + b"\0")
    with pytest.raises(ModelError, match="SHA-256"):
        store.add(tmp_path / "made" / "small.tflite")
    assert store.list() == ()


def test_removed_is_gone(store, tmp_path):
    store.add(write_net(tmp_path))
    store.remove("net")
    assert list((tmp_path / "user").iterdir()) == []
    with pytest.raises(ModelError, match="no model of this name in your folder"):
        store.remove("net")


@pytest.mark.parametrize("name", ["../secret", "secret/../../secret", "", ".", "..", "/etc/passwd"])
def test_only_names_can_be_removed(store, tmp_path, name):
    (tmp_path / "user").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    with pytest.raises(ModelError):
        store.remove(name)
    assert (tmp_path / "secret.json").exists()


def test_built_in_models_cannot_be_removed(store, tmp_path):
    lay_down(tmp_path / "builtin", backbone_card(), NET)
    with pytest.raises(ModelError, match="in your folder"):
        store.remove("small")


def test_a_path_serves_as_a_name(store, tmp_path):
    path = write_net(tmp_path)
    found = store.find(str(path))
    assert (found.origin, found.card.role, found.content()) == ("file", "embedding", NET)
    card = lay_down(tmp_path / "made", backbone_card("small"), NET)
    assert store.find(tmp_path / "made" / "small.json").card == card
    assert store.find(tmp_path / "made" / "small.tflite").card == card


def test_a_card_that_reaches_out_of_its_folder_is_refused(store, tmp_path):
    lay_down(tmp_path / "made", backbone_card("small"), NET)
    path = tmp_path / "made" / "small.json"
    path.write_bytes(path.read_bytes().replace(b'"small.tflite"', b'"../net.tflite"'))
    with pytest.raises(ModelError, match="no folder"):
        store.find(path)


def test_a_heads_backbone_is_found_beside_it_first(store, tmp_path):
    lay_down(tmp_path / "user", backbone_card(limits="in the folder"), NET)
    lay_down(tmp_path / "made", head_card(["a", "b"]), HEAD)
    head = store.find(tmp_path / "made" / "head.json")
    assert store.backbone_of(head).card.limits == "in the folder"
    lay_down(tmp_path / "made", backbone_card(limits="beside"), NET)
    assert store.backbone_of(head).card.limits == "beside"


def test_a_model_for_one_thing_is_not_taken_for_another(store, tmp_path):
    lay_down(tmp_path / "user", backbone_card(), NET)
    lay_down(tmp_path / "user", head_card(["a", "b"]), HEAD)
    assert store.giving("tags", "head") == store.find("head")
    with pytest.raises(ModelError, match="gives tags, not beats"):
        store.giving("beats", "head")
    with pytest.raises(ModelError, match="gives an embedding, not tags"):
        store.giving("tags", "small")


def test_a_card_beside_no_file_is_told(store, tmp_path):
    lay_down(tmp_path / "made", backbone_card(), NET)
    (tmp_path / "made" / "small.tflite").unlink()
    with pytest.raises(ModelError, match=r"its file is not here: lay small\.tflite beside its card"):
        store.find(tmp_path / "made" / "small.json").content()


def test_a_backbone_that_gives_scores_is_refused(store, tmp_path):
    lay_down(tmp_path / "user", backbone_card(), NET)
    lay_down(tmp_path / "user", head_card(["a", "b"], backbone="other"), HEAD)
    lay_down(tmp_path / "user", head_card(["a", "b"], name="other"), HEAD)
    with pytest.raises(ModelError, match="needs the embedding of other, which gives tags"):
        store.backbone_of(store.find("head"))
