"""The mapping from labelled pictures to beats that the shipped heads were trained by."""

import csv
import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from cinetag_plugin.document.vocabulary import NO_BEAT, builtin_vocabulary

FOLDER = Path(__file__).parents[2] / "models" / "cinetag-beats"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    if not FOLDER.is_dir():
        pytest.skip("the recipes are no part of this copy")
    spec = importlib.util.spec_from_file_location("beat_recipe_pictures", FOLDER / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def config(recipe):
    return json.loads((FOLDER / "config.json").read_text())


def row(path, tags="", finer=""):
    return {"path": f"{path}/0.jpg", "tags": tags, "class": finer}


@pytest.mark.parametrize(
    ("given", "beat"),
    [
        (row("film", "weapon,drama"), "battle"),
        (row("film", "weapon,war"), "war_destruction"),
        (row("film", "animation,hiking,weapon"), ""),
        (row("film", "military"), ""),
        (row("film", "drama"), NO_BEAT),
        (row("film", "romance,drinking"), "romance"),
        (row("film", "sci_fi,sword_fight"), "physical_war"),
        (row("tagset/weapon", "weapon"), ""),
        (row("tagset/wedding", "wedding", "French weddings"), ""),
        (row("tagset/wedding", "wedding", "couple"), "romance"),
        (row("tagset/sports", "sports", "fencing"), ""),
        (row("tagset/food", "food"), NO_BEAT),
        (row("beats/horse_pursuit", "horse_pursuit,sports,animal"), "horse_pursuit"),
        (row("beats/joy_happy_face", "joy_happy_face"), ""),
        (row("beats/fear_face", "fear_face"), ""),
        (row("generic", ""), ""),
    ],
)
def test_a_picture_shows_what_the_first_rule_that_fits_says(recipe, config, given, beat):
    assert recipe.class_of(given, config["mapping"]) == beat


def test_rules_give_classes_of_the_vocabulary_and_every_stand_in_says_so(config):
    classes = {known.slug for known in builtin_vocabulary().categories}
    for rule in config["mapping"]:
        assert rule["gives"] in {*classes, NO_BEAT, ""}
        assert rule["gives"] in {NO_BEAT, ""} or rule["remark"]
    assert set(config["never"]) <= classes
    assert sum(config["shares"].values()) < 0.5


def test_shares_are_those_of_the_published_action_films(config, shared):
    """60 % of the footage of the 20 films has a label; the counts are the rows of the published matrix."""
    text = (shared / "research" / "seed_tables" / "beat_results.tsv").read_text()
    counts = {
        line["slug"]: int(line["n_truth"]) for line in csv.DictReader(text.splitlines(), delimiter="\t")
    }
    total = counts.pop("MEAN_published")
    counts["victory"] = counts["victory_good"] + counts["victory_bad"]
    for category, share in config["shares"].items():
        assert share == pytest.approx(0.6 * counts[category] / total, abs=0.001)


def test_grey_face_crops_are_neither_beat_nor_background(recipe, config, shared):
    found = Counter()
    with (shared / "images" / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        for picture in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            beat = recipe.class_of(picture, config["mapping"])
            found[beat] += 1
            assert picture["source_group"] != "muxspace" or beat == ""
    assert found[NO_BEAT] > 2000
    assert found["romance"] > found["horse_pursuit"] > 20
