"""A plugin's measure of pieces of sound becomes a measure of shots."""

import math

import numpy as np
import pytest
from sounds import fed, silence, tone

from cinetag_plugin.evidence.pieces import PieceMeter
from cinetag_plugin.evidence.spans import Stretch


class Peak:
    """Measures the largest sample, or as many as it is told to, and then fails."""

    def __init__(self, most=math.inf):
        self.left = most

    def hear(self, samples):
        self.left -= 1
        return float(np.abs(samples).max()) if self.left >= 0 else math.nan


@pytest.fixture
def meter():
    return fed(PieceMeter("peak", Peak()), silence(1), tone(1, 1.0), silence(0.25), start=10)


def test_a_shot_has_the_mean_of_its_pieces(meter):
    assert meter.measures(Stretch(10, 11)) == {"peak": 0.0}
    assert meter.measures(Stretch(11, 12)) == {"peak": pytest.approx(1.0, abs=0.01)}


def test_pieces_count_by_how_much_of_the_shot_they_fill(meter):
    assert meter.measures(Stretch(10.9, 11.3)) == {"peak": pytest.approx(0.75, abs=0.01)}
    assert meter.measures(Stretch(11.75, 12.25)) == {"peak": pytest.approx(0.5, abs=0.01)}


def test_where_there_is_no_sound_there_is_no_measure(meter):
    assert meter.measures(Stretch(0, 10)) == {}
    assert meter.measures(Stretch(12.25, 20)) == {}
    assert fed(PieceMeter("peak", Peak()), silence(0)).measures(Stretch(0, 1)) == {}


def test_a_plugin_that_fails_measures_nothing_from_there_on():
    meter = fed(PieceMeter("peak", Peak(2)), tone(3, 1.0))
    assert meter.measures(Stretch(0, 1)) == {"peak": pytest.approx(1.0, abs=0.01)}
    assert meter.measures(Stretch(1, 2)) == {}
