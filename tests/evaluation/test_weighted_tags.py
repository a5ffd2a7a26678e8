"""Figures by weights are those of the pictures written out as often as they count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.evaluation.tags import (
    average_precisions,
    calibration_error,
    hit_rate,
    mean_average_precision,
)
from cinetag_plugin.evaluation.weighted_tags import WeightedTags


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_picture_that_counts_twice_is_two_pictures(seed):
    draw = np.random.default_rng(seed)
    truth = draw.random((12, 3)) < 0.3
    scores = draw.choice([0.0, 0.1, 0.25, 0.5, 0.95, 1.0], (12, 3))
    rows = draw.integers(0, 12, 12)
    weights = np.bincount(rows, minlength=12)
    weighted = WeightedTags(truth, scores, scores >= 0.25)
    precisions = weighted.average_precisions(weights)
    held, said = truth[rows], scores[rows]
    assert precisions == pytest.approx(average_precisions(held, said), nan_ok=True)
    found = weighted.overall(weights, precisions)
    if not held.any():
        assert np.isnan(found).all()
        return
    assert found[:3] == pytest.approx(
        [hit_rate(held, said, 1), hit_rate(held, said, 3), mean_average_precision(held, said)]
    )
    assert found[5] == pytest.approx(calibration_error(held, said))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_f1_is_scikit_learns(seed):
    metrics = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(seed)
    truth, scores = draw.random((12, 3)) < 0.3, draw.random((12, 3))
    given_tags = scores >= 0.5
    occurs = truth.any(axis=0)
    if not occurs.any():
        return
    found = WeightedTags(truth, scores, given_tags).overall(np.ones(12), np.zeros(3))
    of_tags = metrics.f1_score(truth, given_tags, average=None, zero_division=0)
    assert found[3] == pytest.approx(of_tags[occurs].mean())
    assert found[4] == pytest.approx(metrics.f1_score(truth, given_tags, average="micro", zero_division=0))
