"""The published names, and labels as people write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Category, Tag, Vocabulary
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary, slug_of

GROUPS = {
    "action": "action bomb_explosion car_chase destruction sword_fight vehicle_crash violence military war "
    "weapon",
    "crime": "abduction heist murder police prison",
    "nature": "adventure animal beach_sea climbing desert hiking forest valleys_hills",
    "people": "children family wedding college_university hospital",
    "leisure": "club_bar dance music drinking food smoking exercise sports swimming glamor_fashion",
    "intimacy": "nudity romance sex",
    "horror": "horror monster",
    "science": "lab_experiment sci_fi super_hero technology robot",
    "form": "animation drama",
}


@pytest.fixture
def names() -> Names:
    return Names([builtin_vocabulary()])


def test_the_tags_are_those_of_the_published_table_in_its_order(shared, names):
    table = json.loads((shared / "research/seed_tables/tags.json").read_text(encoding="utf-8"))
    assert [(t.slug, t.name) for t in names.tags] == [(t["slug"], t["name"]) for t in table["tags"]]


def test_the_categories_are_the_published_eleven(shared, names):
    table = json.loads((shared / "research/seed_tables/beat_categories.json").read_text(encoding="utf-8"))
    published = {c["slug"]: c["name"] for c in table["categories"]}
    assert {c.slug: c.name for c in names.categories} == published


def test_every_tag_has_the_group_that_gives_its_colour(names):
    expected = {slug: group for group, slugs in GROUPS.items() for slug in slugs.split()}
    assert {tag.slug: tag.group for tag in names.tags} == expected
    assert len(expected) == 50


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Beach/Sea", "beach_sea"),
        ("  beach ", "beach_sea"),
        ("car crash", "vehicle_crash"),
        ("CAR-CRASH", "vehicle_crash"),
        ("modeling", "glamor_fashion"),
        ("outdoor/nature/forest", "forest"),
        ("child", "children"),
        ("College/Univ.", "college_university"),
        ("crowd", "crowd"),
        ("映画", "映画"),
        ("//", "unnamed"),
    ],
)
def test_labels_and_aliases_find_their_tag_and_unknown_ones_are_kept(names, label, slug):
    assert names.resolve(label) == slug


def test_every_name_and_alias_resolves_to_its_own_tag(names):
    for tag in names.tags:
        for label in (tag.slug, tag.name, *tag.aliases):
            assert names.resolve(label) == tag.slug


@given(st.text(max_size=40))
def test_a_slug_is_its_own_slug(label):
    slug = slug_of(label)
    assert slug
    assert slug_of(slug) == slug


def test_an_unknown_tag_is_shown_readably_in_the_group_other(names):
    assert names.tag_name("steam_train") == "Steam train"
    assert names.category_name("heist_plan") == "Heist plan"
    assert names.group("steam_train") == "other"


def test_the_first_vocabulary_that_knows_a_slug_wins():
    mine = Vocabulary(
        name="mine",
        tags=(Tag(slug="war", name="Battlefield", group="horror"), Tag(slug="train", name="Train")),
        categories=(Category(slug="pursuit", name="Chase"),),
    )
    names = Names([mine, builtin_vocabulary()])
    assert (names.tag_name("war"), names.group("war")) == ("Battlefield", "horror")
    assert names.category_name("pursuit") == "Chase"
    assert names.resolve("Train") == "train"
    assert names.resolve("car crash") == "vehicle_crash"
    assert len(names.tags) == 51


def test_every_beat_class_belongs_to_one_of_the_eleven(names):
    eleven = {category.slug for category in names.categories}
    assert {names.beat_family(known.slug) for known in names.beat_classes} == eleven


def test_classes_that_lie_within_each_other_end_somewhere():
    round_about = (Category(slug="a", name="A", within="b"), Category(slug="b", name="B", within="a"))
    assert Names([Vocabulary(name="round", categories=round_about)]).beat_family("a") in {"a", "b"}
