"""Cuts a minute around each shot."""

from fractions import Fraction

import pytest

from cinetag_plugin.shots.rhythm import cut_rates


def test_steady_cutting_has_its_rate_everywhere():
    rates = cut_rates([Fraction(2 * shot) for shot in range(200)])
    assert rates[50:150] == pytest.approx([30] * 100)
    assert min(rates) > 27


def test_the_rate_is_that_of_the_minute_around():
    # ten shots of a second in the middle of three quiet minutes
    times = [Fraction(0), *(Fraction(85 + second) for second in range(11)), Fraction(180)]
    rates = cut_rates(times)
    assert rates[5] == pytest.approx(11)
    assert rates[0] < rates[5]


def test_a_film_of_one_shot_has_no_cuts():
    assert cut_rates([Fraction(0), Fraction(7)]) == [0]
    assert cut_rates([Fraction(3), Fraction(3)]) == [0]
