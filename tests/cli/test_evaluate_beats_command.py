"""``cinetag evaluate beats``: a model that answers the strongest colour, and matrices from elsewhere."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_models import lay_colour_model, lay_picture


@pytest.fixture
def model(tmp_path) -> Path:
    return lay_colour_model(tmp_path / "model", ["battle", "Good Argue Good", "romance"], role="beats")


@pytest.fixture
def manifest(tmp_path) -> Path:
    """Two battles (one taken for romance), an argument, and pictures that cannot be used."""
    lay_picture(tmp_path / "red.png", 200, 0, 0)
    lay_picture(tmp_path / "blue.png", 0, 0, 200)
    lay_picture(tmp_path / "green.png", 0, 200, 0)
    lay_picture(tmp_path / "both.png", 0, 200, 0)
    lay_picture(tmp_path / "other.png", 0, 200, 0)
    path = tmp_path / "beats.tsv"
    path.write_text(
        "path\ttags\tsource_group\n"
        "red.png\tbattle,sports\tone\n"
        "blue.png\tbattle\ttwo\n"
        "green.png\tgood_argue_good\ttwo\n"
        "both.png\tbattle,romance\ttwo\n"
        "other.png\tpursuit\tone\n"
    )
    return path


@pytest.fixture
def matrix(tmp_path) -> Path:
    path = tmp_path / "matrix.json"
    path.write_text('{"labels": ["battle", "romance"], "matrix": [[3, 1], [0, 4]]}')
    return path


def test_a_model_is_scored_on_pictures_of_one_category(cinetag, manifest, model):
    told = cinetag("evaluate", "beats", manifest, "--model", model, "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert found["confusion"] == {
        "labels": ["battle", "good_argue_good", "romance"],
        "matrix": [[1, 0, 1], [0, 1, 0], [0, 0, 0]],
    }
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["mean_f"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found["per_category"]["battle"]["recall"] == 1 / 2
    assert found["per_category"]["romance"]["f"] == 0
    assert (found["model"], found["n"], found["sources"]) == ("colours", 3, 2)
    assert found["left_out"] == {"rows": 0, "unlabelled": 2, "broken": 0}
    assert found["untrained_n"] == {"pursuit": 1, "sports": 1}
    assert found["intervals"].keys() == {"mean_f", "accuracy"}


def test_folders_are_categories_too(cinetag, model, tmp_path):
    lay_picture(tmp_path / "set" / "battle" / "film" / "1.png", 200, 0, 0)
    lay_picture(tmp_path / "set" / "romance" / "film" / "1.png", 200, 0, 0)
    told = cinetag("evaluate", "beats", tmp_path / "set", "--model", model, "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["confusion"]["matrix"] == [[1, 0, 0], [0, 0, 0], [1, 0, 0]]


def test_without_a_model_that_of_the_package_is_asked(cinetag, manifest):
    told = cinetag("evaluate", "beats", manifest, "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["model"] == "cinetag-beats"


def test_parts_count_as_their_category_and_add_up(cinetag, manifest, tmp_path):
    """Half red, half blue: two parts of battle have more together than romance alone."""
    model = lay_colour_model(tmp_path / "parts", ["physical_war", "romance", "fire_attack"], role="beats")
    lay_picture(tmp_path / "red.png", 150, 160, 150)
    found = json.loads(cinetag("evaluate", "beats", manifest, "--model", model, "--json").out)
    assert found["confusion"]["labels"] == ["battle", "romance"]
    assert found["confusion"]["matrix"] == [[2, 0], [0, 0]]


def test_a_tag_model_is_no_beat_model(cinetag, manifest):
    assert cinetag("evaluate", "beats", manifest, "--model", "cinetag-tags").code == 5


def test_a_matrix_is_scored_as_it_stands(cinetag, matrix):
    found = json.loads(cinetag("evaluate", "beats", "--confusion", matrix, "--json").out)
    assert {"per_category", "mean_f", "accuracy", "confusion"} <= found.keys()
    assert found["accuracy"] == 7 / 8
    assert found["per_category"]["romance"]["precision"] == 4 / 5


def test_people_get_the_figures_and_the_matrix(cinetag, matrix):
    told = cinetag("evaluate", "beats", "--confusion", matrix)
    lines = [line.split() for line in told.out.splitlines()]
    assert ["accuracy", "0.875"] in lines
    assert ["Battle", "4", "3", "1.000", "0.750", "0.857"] in lines
    assert ["Batt", "Rom"] in lines
    assert ["Battle", "3", "1"] in lines


def test_the_matrix_is_drawn(cinetag, matrix, tmp_path):
    picture = tmp_path / "matrix.svg"
    assert cinetag("evaluate", "beats", "--confusion", matrix, "--picture", picture).code == 0
    texts = {text.strip() for text in ElementTree.fromstring(picture.read_bytes()).itertext()}
    assert {"Battle", "Romance", "Battle, answered Romance: 1 time"} <= texts
    assert cinetag("evaluate", "beats", "--confusion", matrix, "--picture", picture).code == 6


@pytest.mark.parametrize("content", ["{}", '{"labels": ["a"], "matrix": []}', "\x00"])
def test_what_is_no_matrix_is_4(cinetag, matrix, content):
    matrix.write_text(content)
    told = cinetag("evaluate", "beats", "--confusion", matrix)
    assert told.code == 4
    assert "matrix.json: " in told.err


def test_a_manifest_and_a_matrix_exclude_each_other(cinetag, manifest, matrix):
    assert cinetag("evaluate", "beats").code == 2
    assert cinetag("evaluate", "beats", manifest, "--confusion", matrix).code == 2
    assert cinetag("evaluate", "beats", "--confusion", matrix, "--model", "x").code == 2


def test_pictures_of_no_known_category_are_refused(cinetag, manifest, model):
    manifest.write_text("path\ttags\tsource_group\nother.png\tpursuit\tone\n")
    told = cinetag("evaluate", "beats", manifest, "--model", model)
    assert told.code == 4
    assert "no picture has a category that the model knows" in told.err
