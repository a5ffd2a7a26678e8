"""Draws of how a story may have run: against exact sums over all stories, and against known makings."""

from itertools import pairwise, product

import numpy as np
import pytest

from cinetag_plugin.beats import storylines
from cinetag_plugin.beats.storylines import Beliefs, Effort, drawn
from cinetag_plugin.beats.viterbi import likeliest

CERTAIN = 1e9
"""A count so large that what it says is fixed."""


def frozen(stay: float, clumps: float) -> Beliefs:
    """Beliefs that leave nothing to learn: one kind of event, one way of erring."""
    return Beliefs(
        other_errors=1e-9,
        categories=CERTAIN,
        passing_goes_on=(CERTAIN * stay, CERTAIN * (1 - stay)),
        lasting_goes_on=(CERTAIN * stay, CERTAIN * (1 - stay)),
        is_passing=(CERTAIN, CERTAIN),
        clumps=(max(CERTAIN * clumps, 1e-6), CERTAIN * (1 - clumps)),
    )


def exact(answers, rates, stay, clumps, turns) -> np.ndarray:
    """Return the probability of each label at each shot, by adding up all stories."""
    shots, kinds = len(answers), len(rates)
    total = np.zeros((shots, kinds))
    for story in product(range(kinds), repeat=shots):
        chance = (rates @ answers[0])[story[0]] / kinds
        for place in range(1, shots):
            odds = (1 - stay) / stay * turns[place]
            ends = odds / (1 + odds)
            own = rates[story[place]] @ answers[place]
            if story[place] == story[place - 1]:
                alike = answers[place] @ answers[place - 1]
                chance *= (1 - ends) * ((1 - clumps) * own + clumps * alike)
            else:
                chance *= ends / (kinds - 1) * own
        for place, label in enumerate(story):
            total[place, label] += chance
    return total / total.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("clumps", [0.0, 0.4])
@pytest.mark.parametrize("turns", [[1, 1, 1, 1, 1], [1, 0.3, 4, 1, 0.5]])
def test_labels_are_drawn_as_often_as_they_are_probable(clumps, turns):
    stay = float(storylines._GOES_ON[18])  # on the grid, so that it can be held
    counts = np.array([[7, 2, 1], [1, 8, 1], [2, 2, 6]]) * CERTAIN
    answers = np.array([[1, 0, 0], [0.2, 0.7, 0.1], [0, 1, 0], [0, 0.5, 0.5], [1, 0, 0]])
    draws = drawn(
        answers[None],
        counts,
        turns=np.array(turns, float),
        effort=Effort(chains=60, sweeps=120, unused=5),
        beliefs=frozen(stay, clumps),
    )[0]
    found = np.stack([(draws == label).mean(axis=0) for label in range(3)], axis=1)
    wanted = exact(answers, counts / counts.sum(axis=1, keepdims=True), stay, clumps, turns)
    np.testing.assert_allclose(found, wanted, atol=0.03)


def test_probabilities_that_hold_speak_by_how_far_they_lie_above_their_shares():
    """Two shots, no clumps: the posterior in closed form."""
    stay, shares = float(storylines._GOES_ON[18]), np.array([0.1, 0.9])
    answers = np.array([[0.3, 0.7], [0.2, 0.8]])
    draws = drawn(
        answers[None],
        np.eye(2),
        shares=shares,
        effort=Effort(chains=60, sweeps=120, unused=5),
        beliefs=frozen(stay, 0.0),
    )[0]
    first, second = answers / shares
    joint = np.array([[stay, 1 - stay], [1 - stay, stay]]) * np.outer(first * shares, second)
    assert (draws[:, 0] == 0).mean() == pytest.approx(joint[0].sum() / joint.sum(), abs=0.03)


def test_the_same_input_gives_the_same_draws():
    answers = np.eye(3)[np.random.default_rng(3).integers(0, 3, (1, 40))]
    counts = 6.0 * np.eye(3) + 1
    assert np.array_equal(drawn(answers, counts), drawn(answers, counts))


def test_films_side_by_side_do_not_touch_each_other():
    quiet = np.eye(2)[np.zeros(60, int)]
    lively = np.eye(2)[np.arange(60) // 6 % 2]
    draws = drawn(np.stack([quiet, lively]), np.array([[95.0, 5], [5, 95]]))
    assert draws.shape[0] == 2
    assert (draws[0] == 0).mean() > 0.97
    assert (draws[1] == np.arange(60) // 6 % 2).mean() > 0.9


def test_likeliest_course_is_that_of_all_courses():
    rng = np.random.default_rng(8)
    rates = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    for _ in range(20):
        answers = rng.dirichlet([0.4] * 3, 6)
        seen = np.log(answers @ rates.T)

        def chance(course, seen=seen):
            stays = sum(a == b for a, b in pairwise(course))
            return (
                sum(seen[place, label] for place, label in enumerate(course))
                + stays * np.log(0.8)
                + (len(course) - 1 - stays) * np.log(0.1)
            )

        best = max(product(range(3), repeat=6), key=chance)
        assert chance(tuple(likeliest(answers, rates, stay=0.8))) == pytest.approx(chance(best))
