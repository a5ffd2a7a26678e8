"""``cinetag models``: list, show, add, remove; exit code 5 for what cannot be used."""

import hashlib
import json
import shutil

import pytest

from cinetag_plugin.document.files import read_analysis


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The user's folder of models, empty."""
    monkeypatch.setenv("CINETAG_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def net(shared, tmp_path):
    """A picture network with 1001 outputs, under a name of its own."""
    name = "mobilenet_v1_0.25_224_float.tflite"
    return shutil.copy(shared / "models" / name, tmp_path / "mynet.tflite")


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text("".join(f"thing {number}\n" for number in range(1001)))
    return path


def test_a_model_is_added_listed_shown_and_removed(cinetag, net, labels, folder):
    added = cinetag("models", "add", net, "--labels", labels)
    assert added.code == 0
    assert "cinetag models show mynet" in added.err
    assert {path.name for path in folder.iterdir()} == {"mynet.json", "mynet.tflite"}

    (line,) = [line for line in cinetag("models", "list").out.splitlines() if line.startswith("mynet ")]
    assert line.split()[1:] == ["tags", "user", "1001", "labels"]

    card = json.loads(cinetag("models", "show", "mynet").out)
    assert card["sha256"] == hashlib.sha256(net.read_bytes()).hexdigest()
    assert card["input"]["size"] == [224, 224]
    assert card["output"]["labels"][7] == "thing 7"

    assert cinetag("models", "remove", "mynet").code == 0
    assert not list(folder.iterdir())


def test_a_model_that_was_added_labels_films(cinetag, net, labels, shared, tmp_path):
    cinetag("models", "add", net, "--labels", labels)
    film = shared / "media" / "odd" / "noaudio.mp4"
    told = cinetag("analyze", film, "--only", "tags", "--tag-model", "mynet", "-q", "-o", tmp_path / "out")
    assert told.code == 0
    analysis = read_analysis(tmp_path / "out" / "noaudio.cinetag.json")
    assert [model.name for model in analysis.models] == ["mynet"]
    assert all(tag.tag.startswith("thing_") for key in analysis.key_frames for tag in key.tags)


def test_beat_models_are_listed_with_their_categories(cinetag):
    (line,) = [line for line in cinetag("models").out.splitlines() if line.startswith("cinetag-beats ")]
    assert " built-in " in line
    assert "AP battle 0." in line
    assert "hit@3" not in line


def test_list_is_the_default(cinetag):
    assert cinetag("models").out == cinetag("models", "list").out


def test_a_file_is_shown_without_being_added(cinetag, net, folder):
    told = cinetag("models", "show", net)
    assert told.code == 0
    assert json.loads(told.out)["input"]["size"] == [224, 224]
    assert not folder.exists()


def test_a_second_model_of_one_name_is_refused(cinetag, net, labels):
    cinetag("models", "add", net, "--labels", labels)
    told = cinetag("models", "add", net, "--labels", labels)
    assert told.code == 5
    assert "cinetag models remove mynet" in told.err


def test_labels_that_do_not_fit_are_refused(cinetag, net, labels, folder):
    labels.write_text("one\ntwo\n")
    told = cinetag("models", "add", net, "--labels", labels)
    assert told.code == 5
    assert "1001" in told.err
    assert not folder.exists()


def test_a_card_that_cannot_be_read_is_told_and_the_list_goes_on(cinetag, net, labels, folder):
    cinetag("models", "add", net, "--labels", labels)
    folder.joinpath("broken.json").write_text("{")
    told = cinetag("models", "list")
    assert told.code == 0
    assert "mynet " in told.out
    assert "broken.json" in told.err


@pytest.mark.parametrize(
    "what",
    [
        ["show", "no-such-model"],
        ["remove", "no-such-model"],
        ["remove", "../models"],
        ["add", "no-such-file.tflite"],
        ["add", "labels.txt"],
    ],
)
def test_what_is_not_there_or_no_model_is_5(cinetag, what):
    told = cinetag("models", *what)
    assert told.code == 5
    assert len(told.err.splitlines()) == 1


def test_an_unknown_action_is_2(cinetag):
    assert cinetag("models", "paint").code == 2
