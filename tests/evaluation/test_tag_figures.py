"""All figures of a tag model, counted by hand on few pictures."""

import json

import numpy as np
import pytest

from cinetag_plugin.evaluation.tag_figures import OVERALL, OperatingPoint, figures_of

POINT = OperatingPoint(best=2, probability=0.2)
TAGS = ("forest", "food", "weapon", "music")
TRUTH = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]], bool)
SAID = np.array(
    [
        [0.8, 0.1, 0.0, 0.0],  # right
        [0.3, 0.6, 0.0, 0.0],  # right, and forest wrongly given
        [0.9, 0.4, 0.3, 0.0],  # forest wrongly first
        [0.1, 0.0, 0.7, 0.0],  # weapon right, forest below the floor
        [0.5, 0.0, 0.0, 0.0],  # of no tag: forest wrongly given
    ]
)
SOURCES = ("a", "a", "b", "b", "c")


@pytest.fixture(scope="module")
def figures():
    return figures_of(TRUTH, SAID, TAGS, SOURCES, POINT, rounds=50)


def row_of(figures, tag):
    return next(row for row in figures.rows if row.tag == tag)


def test_a_tag_is_given_among_the_best_with_enough_probability():
    said = np.array([[0.5, 0.4, 0.3], [0.5, 0.1, 0.0], [0.3, 0.3, 0.3]])
    expected = [[True, True, False], [True, False, False], [True, True, False]]
    assert POINT.given(said).tolist() == expected


def test_precision_recall_and_f1_of_a_tag(figures):
    forest = row_of(figures, "forest")
    # given in pictures 1, 2, 3 and 5; true in 1 and 4
    assert (forest.n, forest.precision, forest.recall) == (2, 1 / 4, 1 / 2)
    assert forest.f1 == pytest.approx(2 * 1 / (2 + 4))
    # scores fall .9 .8 .5 .3 .1, true in second and last place
    assert forest.ap == pytest.approx((1 / 2 + 2 / 5) / 2)
    assert forest.chance == 2 / 5
    food = row_of(figures, "food")
    assert (food.precision, food.recall, food.f1, food.ap) == (1, 1, 1, 1)


def test_figures_of_the_whole(figures):
    assert (figures.n, figures.tagged, figures.sources) == (5, 4, 3)
    assert figures.overall["hit1"] == 3 / 4
    assert figures.overall["hit3"] == 1
    assert figures.overall["map"] == pytest.approx((0.45 + 1 + 1) / 3)
    assert figures.overall["macro_f1"] == pytest.approx((1 / 3 + 1 + 1) / 3)
    # right 1 + 2 + 1, true 2 + 2 + 1, given 4 + 2 + 1: the weapon of picture 3 is its third best
    assert figures.overall["micro_f1"] == pytest.approx(2 * 4 / (5 + 7))


def test_a_tag_without_pictures_has_no_figures_and_is_in_no_mean(figures):
    music = figures.rows[-1]
    assert (music.tag, music.n, music.ap, music.recall, music.f1) == ("music", 0, None, None, None)
    assert music.precision is None


def test_tags_stand_from_the_best_to_the_weakest(figures):
    assert [row.tag for row in figures.rows] == ["food", "weapon", "forest", "music"]


def test_the_majority_answers_the_most_frequent_tags(figures):
    # of equally frequent ones the first: forest, in two of the four pictures with a tag
    assert figures.majority["hit1"] == 2 / 4
    assert figures.majority["hit3"] == 1
    assert figures.majority["map"] == pytest.approx((2 / 5 + 2 / 5 + 1 / 5) / 3)


def test_mistakes_are_best_answers_that_the_picture_lacks(figures):
    assert [(m.tag, m.taken_for, m.count, m.share) for m in figures.mistakes] == [("food", "forest", 1, 0.5)]


def test_intervals_hold_the_figure_and_need_two_sources(figures):
    low, high = figures.intervals["hit1"]
    assert low <= figures.overall["hit1"] <= high
    assert row_of(figures, "forest").interval is not None
    assert row_of(figures, "weapon").interval is None
    alone = figures_of(TRUTH, SAID, TAGS, ["a"] * 5, POINT, rounds=5)
    assert set(alone.intervals.values()) == {None}


def test_the_same_pictures_give_the_same_intervals(figures):
    assert figures_of(TRUTH, SAID, TAGS, SOURCES, POINT, rounds=50).intervals == figures.intervals


def test_json_has_every_figure_and_no_nan(figures):
    told = figures.as_json()
    assert {"n", *OVERALL, "intervals", "per_tag", "operating_point", "majority"} <= told.keys()
    assert {"n", "ap", "precision", "recall"} <= told["per_tag"]["forest"].keys()
    json.dumps(told, allow_nan=False)


def test_pictures_without_any_known_tag_are_refused():
    with pytest.raises(ValueError, match="no picture has a tag"):
        figures_of(np.zeros((2, 1), bool), np.zeros((2, 1)), ["a"], ["x", "y"], POINT)
