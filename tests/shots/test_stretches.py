"""What is decoded: the most doubt for the fewest pictures, and no more than is needed."""

import numpy as np
import pytest

from cinetag_plugin.shots.stretches import MOST_DECODED, START_COST, Stretch, planned

CONTEXT = 12
KEYS = np.arange(0, 5000, 100)


def chances(**at: float) -> np.ndarray:
    found = np.zeros(5000)
    found[KEYS[1:]] = 1.0
    for place, chance in at.items():
        found[int(place.removeprefix("p"))] = chance
    return found


def test_certain_films_need_no_decoding() -> None:
    plan = planned(chances(), KEYS, CONTEXT, 0.0)
    assert plan.stretches == ()
    assert plan.loss == 0


def test_a_doubtful_key_picture_is_decided_from_the_group_before_it() -> None:
    assert planned(chances(p300=0.6), KEYS, CONTEXT, 0.0).stretches == (Stretch(200, 300),)


def test_a_doubtful_picture_is_decoded_from_its_key_picture() -> None:
    assert planned(chances(p310=0.4), KEYS, CONTEXT, 0.0).stretches == (Stretch(300, 310),)


def test_a_likely_cut_between_key_pictures_is_believed_where_a_key_picture_shows_its_shot() -> None:
    probable = chances(p350=0.9, p400=0.0)
    assert planned(probable, KEYS, CONTEXT, 1.0).stretches == ()
    assert planned(probable, KEYS, CONTEXT, 0.0).stretches == (Stretch(300, 350),)


def test_a_shot_without_any_key_picture_is_always_decoded() -> None:
    assert planned(chances(p350=0.9), KEYS, CONTEXT, 1.0).stretches == (Stretch(300, 350),)
    assert planned(chances(p350=0.9, p370=0.9), KEYS, CONTEXT, 1.0).stretches == (Stretch(300, 370),)


def test_verdicts_known_to_be_too_sure_are_paid_for_more() -> None:
    plan = planned(chances(p300=0.6), KEYS, CONTEXT, 0.01, understated=3.0)
    assert plan.stretches == (Stretch(200, 300),)
    assert planned(chances(p300=0.6), KEYS, CONTEXT, 1.0, understated=3.0).wrong == pytest.approx(1.2)


def test_a_loss_that_is_allowed_is_not_paid_for() -> None:
    plan = planned(chances(p300=0.6), KEYS, CONTEXT, 0.01)
    assert plan.stretches == ()
    assert plan.wrong == pytest.approx(0.4)
    assert plan.loss == pytest.approx(0.4 / (2 * 48.6))


def test_no_more_is_decoded_than_pays() -> None:
    doubtful = np.full(5000, 0.01)
    doubtful[KEYS] = 0.6
    plan = planned(doubtful, KEYS, CONTEXT, 0.0)
    assert plan.loss > 0
    assert plan.cost(CONTEXT) <= MOST_DECODED * 5000


def test_what_costs_least_for_its_doubt_is_decoded_first() -> None:
    plan = planned(chances(p110=0.4, p280=0.4), KEYS, CONTEXT, 0.45 / (2 * 49.8))
    assert plan.stretches == (Stretch(100, 110),)
    assert plan.cost(CONTEXT) == 11 + CONTEXT + START_COST


def test_the_rest_of_a_group_is_not_had_for_less_because_its_beginning_was_too_dear() -> None:
    long = np.zeros(5000)
    long[1:4000] = 0.001
    long[3900] = 0.4
    plan = planned(long, np.array([0, 4000]), CONTEXT, 0.0)
    assert plan.cost(CONTEXT) <= MOST_DECODED * 5000
