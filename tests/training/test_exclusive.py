"""Softmax classes with a background: shares, odds, and what is answered for what, reckoned by hand."""

import numpy as np
import pytest

from cinetag_plugin.training.exclusive import fit_shares, known_errors, log_odds
from cinetag_plugin.training.fit import softmax


def drawn(count, draw):
    """Draw pictures of three classes as frequent as each other; the logits are the true log likelihoods."""
    label = draw.integers(0, 3, count)
    values = 1.5 * np.eye(3)[label] + draw.normal(size=(count, 3))
    return 1.5 * values, np.eye(3, dtype=bool)[label]


def test_probabilities_hold_at_the_shares_of_the_weights():
    logits, truth = drawn(40_000, np.random.default_rng(2))
    weights = truth @ np.array([0.05, 0.15, 0.8])
    slope, shifts = fit_shares(logits, truth, weights, 2, np.ones(len(truth), bool))
    assert slope == pytest.approx(1.0, abs=0.05)
    given = softmax(slope * logits + shifts)
    assert weights @ given / weights.sum() == pytest.approx([0.05, 0.15, 0.8], abs=0.01)
    often = (given[:, 0] > 0.4) & (given[:, 0] < 0.6)
    assert weights[often] @ truth[often, 0] / weights[often].sum() == pytest.approx(0.5, abs=0.06)


def test_pictures_of_untaught_classes_count_for_the_shares_alone():
    logits, truth = drawn(3000, np.random.default_rng(4))
    weights = np.ones(len(truth))
    found = fit_shares(logits, truth, weights, 2, np.ones(len(truth), bool))
    untaught = truth[:, 0] & (np.arange(len(truth)) % 2 == 0)
    spoilt = np.where(untaught[:, None], -20.0 * np.eye(3)[0], logits)
    slope, shifts = fit_shares(spoilt, truth, weights, 2, ~untaught)
    assert slope == pytest.approx(found[0], abs=0.1)
    assert shifts[:2] == pytest.approx(found[1][:2])


def test_odds_are_exact_where_probabilities_round_to_one():
    assert log_odds(np.array([[60.0, 0.0, 0.0]]))[0, 0] == pytest.approx(60 - np.log(2))
    logits = np.array([[0.3, -1.0, 2.0]])
    p = softmax(logits)
    assert log_odds(logits) == pytest.approx(np.log(p / (1 - p)))


LABELS = ["battle", "fire_attack", "romance", "none"]
CATEGORIES = ["battle", "battle", "romance", "none"]


def truth_of(*labels):
    return np.array([[label in given for label in LABELS] for given in labels])


def test_parts_add_up_and_little_is_no_beat():
    said = np.array(
        [
            [0.25, 0.25, 0.3, 0.2],  # battle by its parts
            [0.2, 0.1, 0.3, 0.4],  # nothing reaches the point
            [0.1, 0.0, 0.8, 0.1],
            [0.0, 0.5, 0.0, 0.5],
        ]
    )
    found = known_errors(said, truth_of("battle", "fire_attack", "romance", "none"), CATEGORIES)
    assert found.labels == ("battle", "romance", "none")
    assert found.counts == ((1, 0, 1), (0, 1, 0), (1, 0, 0))


def test_what_is_never_answered_is_among_the_true_of_its_category_alone():
    said = np.array([[0.1, 0.8, 0.0, 0.1], [0.9, 0.0, 0.0, 0.1], [0.0, 0.0, 0.9, 0.1]])
    truth = truth_of("fire_attack", "battle", "romance")
    found = known_errors(said, truth, CATEGORIES, [True, False, False, False])
    assert found.labels == ("battle", "none")
    assert found.counts == ((1, 1), (0, 0))


def test_without_a_background_the_best_category_is_answered():
    said, truth = np.array([[0.1, 0.2], [0.3, 0.1]]), np.eye(2, dtype=bool)
    found = known_errors(said, truth, ["battle", "romance"])
    assert found.counts == ((0, 1), (1, 0))


def test_pictures_that_were_not_tested_or_are_of_two_categories_do_not_count():
    said = np.array([[np.nan, np.nan], [0.3, 0.1]])
    found = known_errors(said, np.array([[True, False], [True, True]]), ["battle", "romance"])
    assert found.counts == ((0, 0), (0, 0))
