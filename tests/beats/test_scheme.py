"""What a model of the first stage says becomes one of the 11 categories, or waits to be split."""

import json

import pytest

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.document.contracts import Category
from cinetag_plugin.document.records import BeatScore
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary, slug_of


@pytest.fixture
def scheme() -> Scheme:
    return Scheme(builtin_vocabulary().categories)


def scores(**given) -> tuple[BeatScore, ...]:
    return tuple(BeatScore(category=name, probability=p) for name, p in given.items())


def as_dict(found) -> dict[str, float]:
    return {score.category: pytest.approx(score.probability) for score in found}


def test_the_scheme_is_the_published_one(shared):
    published = json.loads((shared / "research/seed_tables/beat_categories.json").read_text())
    names = Names([builtin_vocabulary()])
    assert [entry.slug for entry in names.categories] == [entry["slug"] for entry in published["categories"]]
    first_stage = {slug_of(name) for name in published["first_stage_classes_implied"]}
    assert first_stage <= {entry.slug for entry in names.beat_classes}
    parts = {entry.slug: entry.within for entry in names.beat_classes if entry.within}
    wanted = published["split_into_subcategories"]
    assert parts == {slug_of(part): whole for whole, some in wanted.items() for part in some}
    merged = {entry.slug: list(entry.merges) for entry in names.beat_classes if entry.merges}
    assert merged == published["merged_for_first_stage"]
    for label, slug in (("Preparation", "battle_preparation"), ("Arrows' War", "arrows_war")):
        assert names.resolve_category(label) == slug


def test_parts_add_up_to_their_category(scheme):
    rolled = scheme.rolled_up(scores(physical_war=0.3, fire_attack=0.2, romance=0.4))
    assert as_dict(rolled) == {"battle": 0.5, "romance": 0.4}
    assert rolled[0].category == "battle"


def test_a_class_that_merges_one_category_is_that_category(scheme):
    assert scheme.raised("despair_in_jail") == "despair_good"
    assert scheme.raised("joy") == "joy_bad"
    assert scheme.raised("argument") == "argument"
    assert scheme.raised("never heard of") == "never heard of"


def test_sums_never_pass_one(scheme):
    (battle,) = scheme.rolled_up(scores(physical_war=0.9, fire_attack=0.8))
    assert battle.probability == 1.0


def test_a_second_stage_splits_what_is_merged(scheme):
    found = scheme.split(
        scores(argument=0.6, battle=0.3),
        {"good_argue_good": 0.2, "good_argue_bad": 0.6, "bad_argue_bad": 0.0},
    )
    assert as_dict(found) == {
        "good_argue_bad": 0.45,
        "battle": 0.3,
        "good_argue_good": 0.15,
        "bad_argue_bad": 0.0,
    }


def test_what_the_second_stage_knows_nothing_of_stays_merged(scheme):
    assert as_dict(scheme.split(scores(victory=0.6), {"good_argue_bad": 1.0})) == {"victory": 0.6}
    assert as_dict(scheme.split(scores(victory=0.6), {"victory_bad": 0.0})) == {"victory": 0.6}


def test_a_vocabulary_that_goes_in_circles_ends():
    scheme = Scheme([Category(slug="x", name="X", within="y"), Category(slug="y", name="Y", within="x")])
    assert scheme.raised("x") in {"x", "y"}
