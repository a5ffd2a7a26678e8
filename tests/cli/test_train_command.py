"""``cinetag train``: from folders of pictures to a head that works at once."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.store import ModelStore

COLOURS = {"forest": (20, 120, 30), "desert": (210, 180, 120), "dragons": (120, 20, 20)}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("CINETAG_EMBEDDINGS", str(tmp_path / "embeddings"))
    monkeypatch.setenv("CINETAG_MODELS", str(tmp_path / "models"))


@pytest.fixture
def pictures(tmp_path):
    """Make three labels of four sources, three pictures each."""
    draw = np.random.default_rng(3)
    folder = tmp_path / "pictures"
    for label, colour in COLOURS.items():
        for source in "wxyz":
            place = folder / label / f"{source}"
            place.mkdir(parents=True)
            for number in range(3):
                noise = draw.integers(-20, 20, (40, 60, 3))
                pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    return folder


@pytest.fixture
def train(cinetag, pictures, tmp_path):
    def run(*options, role="tags", dataset=pictures):
        return cinetag(
            *("train", role, dataset, "--backbone", "cinetag-small", "--delegate", "cpu"),
            *("-o", tmp_path / "out" / "mine.tflite", "--least", 5, *options),
        )

    return run


def card_of(tmp_path):
    return json.loads((tmp_path / "out" / "mine.json").read_text())


def test_a_head_a_card_and_curves_are_written_and_told(train, tmp_path):
    told = train()
    assert told.code == 0, told.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "mine.tflite",
        "mine.json",
        "mine.curves.svg",
    }
    card = card_of(tmp_path)
    assert card["output"]["labels"] == ["desert", "dragons", "forest"]
    assert card["trained_on"]["pictures"] == 36
    assert card["trained_on"]["sources"] == 4
    assert card["trained_on"]["backbone_sha256"] == ModelStore().find("cinetag-small").card.sha256
    assert card["measured"]["head"]["hit_at_1"][0] > 0.9
    assert card["measured"]["difference_from_training"] < 1e-4
    assert card["untrained"]["war"] == "no pictures in the data set"
    assert "dragons" in told.out
    assert "mean average precision" in told.out
    assert str(tmp_path / "out" / "mine.curves.svg") in told.err


@pytest.mark.parametrize("options", [(), ("--recipe", "paper", "--epochs", 3)])
def test_the_head_works_at_once(train, cinetag, shared, tmp_path, options):
    assert train(*options).code == 0
    film = shared / "media" / "odd" / "noaudio.mp4"
    told = cinetag("analyze", film, "--tag-model", tmp_path / "out" / "mine.tflite", "-q", "-o", tmp_path)
    assert told.code == 0, told.err
    scores = json.loads((tmp_path / f"noaudio{SUFFIX}").read_text())["key_frames"][0]["tags"]
    assert {score["tag"] for score in scores} == set(COLOURS)


def test_the_papers_recipe_says_what_it_did(train, tmp_path):
    assert train("--recipe", "paper", "--epochs", 4, "--activation", "linear", "--seed", 7).code == 0
    recipe = card_of(tmp_path)["trained_on"]["recipe"]
    assert (
        recipe["schedule"] | {"rate": 0.005, "batch": 500, "dropout": 0.5, "epochs": 4} == recipe["schedule"]
    )
    assert (recipe["bounded"], recipe["seed"]) == (False, 7)


def test_an_earlier_layer_comes_with_a_backbone_of_its_own(train, tmp_path, cinetag, shared):
    assert train("--layer", "layer3").code == 0
    backbone = json.loads((tmp_path / "out" / "mine-backbone.json").read_text())
    assert backbone["trained_on"]["layer"] == "layer3"
    assert card_of(tmp_path)["backbone"] == "mine-backbone"
    film = shared / "media" / "odd" / "noaudio.mp4"
    told = cinetag("analyze", film, "--tag-model", tmp_path / "out" / "mine.tflite", "-q", "-o", tmp_path)
    assert told.code == 0, told.err


def test_a_backbone_given_as_a_file_is_laid_beside_the_head(train, tmp_path):
    model = ModelStore().find("cinetag-small")
    card = json.loads(model.path.with_suffix(".json").read_text()) | {"name": "elsewhere", "file": "e.tflite"}
    (tmp_path / "e.tflite").write_bytes(model.content())
    (tmp_path / "e.json").write_text(json.dumps(card))
    assert train("--backbone", tmp_path / "e.json").code == 0
    assert (tmp_path / "out" / "elsewhere.tflite").read_bytes() == model.content()
    store = ModelStore()
    assert store.backbone_of(store.find(tmp_path / "out" / "mine.tflite")).card.name == "elsewhere"


def test_nothing_is_overwritten_unasked(train, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.curves.svg").write_text("kept")
    told = train()
    assert told.code == 6
    assert "exists already" in told.err
    assert not (tmp_path / "embeddings").exists()
    assert train("-y").code == 0


def test_broken_pictures_are_told_one_by_one_and_counted(train, pictures, tmp_path):
    (pictures / "forest" / "w" / "broken.jpg").write_text("no picture")
    told = train()
    assert told.code == 0
    assert "broken.jpg: is no picture of a known kind" in told.err
    assert "1 of 37 pictures could not be read" in told.err
    assert card_of(tmp_path)["trained_on"]["broken"] == 1


def test_no_picture_that_can_be_read_is_4(train, tmp_path):
    (tmp_path / "bad" / "forest").mkdir(parents=True)
    (tmp_path / "bad" / "forest" / "a.jpg").write_text("no picture")
    told = train(dataset=tmp_path / "bad")
    assert told.code == 4
    assert "no picture can be read" in told.err


def test_pictures_without_sources_are_warned_of(train, pictures, tmp_path):
    for label in COLOURS:
        for path in list((pictures / label).rglob("*.png")):
            path.rename(pictures / label / f"{path.parent.name}{path.name}")
    told = train()
    assert told.code == 0
    assert "the figures will flatter" in told.err
    assert card_of(tmp_path)["trained_on"]["sources"] == "unknown"


def test_labels_with_few_pictures_and_of_one_source_are_marked(train, pictures, tmp_path):
    (pictures / "war" / "only").mkdir(parents=True)
    (pictures / "monster" / "only").mkdir(parents=True)
    draw = np.random.default_rng(9)
    for label, count in (("war", 5), ("monster", 4)):
        for number in range(count):
            pixels = draw.integers(0, 256, (30, 30, 3), np.uint8)
            Image.fromarray(pixels).save(pictures / label / "only" / f"{number}.png")
    told = train()
    assert "war *" in told.out
    assert "too few pictures: monster" in told.out
    card = card_of(tmp_path)
    assert card["untrained"]["monster"] == "too few pictures to train on: 4 of 5"
    assert card["measured"]["single_source"] == ["war"]


def test_beats_get_a_head_of_their_own_role(train, pictures, tmp_path):
    (pictures / "BEATS.tsv").write_text("label\tcategory\nforest\tbattle\ndesert\tpursuit\n")
    assert train(role="beats").code == 0
    card = card_of(tmp_path)
    assert (card["role"], card["output"]["labels"]) == ("beats", ["battle", "pursuit"])


def test_pictures_without_a_beat_are_taught_and_never_answered(train, pictures, tmp_path):
    (pictures / "BEATS.tsv").write_text(
        "label\tcategory\nforest\tfire_attack\ndesert\tpursuit\ndragons\tnone\n"
    )
    told = train(role="beats")
    assert told.code == 0, told.err
    card = card_of(tmp_path)
    assert card["output"]["labels"] == ["fire_attack", "none", "pursuit"]
    assert "never an answer" in card["untrained"]["none"]
    assert "pursuit" not in card["untrained"]
    assert set(card["measured"]["each_label"]) == {"fire_attack", "pursuit"}
    assert card["errors"]["labels"] == ["battle", "pursuit", "none"]
    assert sum(map(sum, card["errors"]["counts"])) == 36
    with Image.open(pictures / "dragons" / "x" / "0.png") as image:
        pixels = np.asarray(image.convert("RGB"))
    store = ModelStore(tmp_path / "out")
    with Classifier([store.find("mine")], store, delegate="cpu") as classifier:
        assert {label for label, _ in classifier.classify(pixels).scores["mine"]} == {
            "fire_attack",
            "pursuit",
        }
    assert train("--relations", "-y", role="beats").code == 2


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--epochs", 3), 2, "--recipe paper"),
        (("--activation", "linear"), 2, "--recipe paper"),
        (("-o", "x.bin"), 2, "NAME.tflite"),
        (("-o", "cinetag-small.tflite"), 2, "the backbone's name"),
        (("--least", 0), 2, "1 or more"),
        (("--least", 1000), 4, "lower --least"),
        (("--part", "elsewhere"), 4, "no picture with a label"),
        (("--backbone", "unheard-of"), 5, "no model of this name"),
        (("--backbone", "cinetag-tags"), 5, "takes no pictures"),
        (("--layer", "unheard-of"), 5, "unheard-of"),
    ],
)
def test_what_cannot_be_done_is_told(train, options, code, said, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = train(*options)
    assert told.code == code
    assert said in told.err


def test_relations_are_for_refining(train, cinetag, tmp_path):
    assert train("--relations").code == 0
    relations = card_of(tmp_path)["output"]["relations"]
    assert [len(row) for row in relations["matrix"]] == [3, 3, 3]


def test_a_fine_tuned_model_takes_pictures_and_is_measured_beside_the_frozen_backbone(train, tmp_path):
    pytest.importorskip("torch", reason="fine-tuning needs torch (the extra train)")
    done = train("--fine-tune", 50)
    assert done.code == 0, done.err
    assert "frozen backbone" in done.out
    card = card_of(tmp_path)
    assert (card["backbone"], card["input"]["kind"], card["trained_on"]["layers_fixed"]) == (
        "",
        "picture",
        50,
    )
    store = ModelStore(tmp_path / "none")
    with Classifier([store.find(tmp_path / "out" / "mine.tflite")], store, delegate="cpu") as classifier:
        green = np.full((40, 60, 3), COLOURS["forest"], np.uint8)
        (scores,) = classifier.classify(green).scores.values()
    assert {label for label, _ in scores} == set(COLOURS)
    assert scores[0][0] == "forest"


def test_fine_tuning_without_torch_says_how_to_get_it(train, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    done = train("--fine-tune", 3)
    assert done.code == 5
    assert "pip install 'cinetag-plugin[train]'" in done.err
    assert not (tmp_path / "out" / "mine.tflite").exists()


@pytest.mark.parametrize(
    "options", [("--fine-tune", 3, "--recipe", "paper"), ("--relations", "--recipe", "paper")]
)
def test_what_the_papers_recipe_has_not_is_refused(train, options):
    assert train(*options).code == 2


def test_a_source_is_a_labels_folder_with_all_below(train, pictures, tmp_path):
    for label in COLOURS:
        (pictures / label / "w" / "day2").mkdir()
        for number in range(3):
            (pictures / label / "w" / f"{number}.png").rename(
                pictures / label / "w" / "day2" / f"{number}.png"
            )
    assert train().code == 0
    assert card_of(tmp_path)["trained_on"]["sources"] == 4
