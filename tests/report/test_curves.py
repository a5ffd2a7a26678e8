from xml.etree import ElementTree

import pytest

from cinetag_plugin.report.curves import MOST_POINTS, learning_curves

SVG = "{http://www.w3.org/2000/svg}"


def lines(picture):
    """Return the points of the four curves."""
    found = ElementTree.fromstring(picture).iter(f"{SVG}polyline")
    return [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for line in list(found)[:4]
    ]


def test_curves_rise_and_fall_as_their_figures_do():
    moments = [(1, 2.0, 3.0, 0.25, 0.1), (2, 1.0, 2.0, 0.5, 0.3), (3, 0.5, 2.5, 1.0, 0.2)]
    accuracy, validation, loss, _ = lines(learning_curves("head", "epoch", 2, moments))
    heights = [y for _, y in accuracy]
    assert heights[0] - heights[1] == pytest.approx((heights[1] - heights[2]) / 2, abs=0.1)
    assert validation[1][1] < validation[2][1] < validation[0][1]
    assert loss[0][1] < loss[1][1] < loss[2][1]


def test_words_name_the_kept_step():
    text = learning_curves(
        "<head>\n", "epoch", 2, [(1, 1.0, 1.0, 0.1, 0.1), (2, 1.0, 1.0, 0.1, 0.1)]
    ).decode()
    assert "kept: epoch 2" in text
    assert "&lt;head&gt;" in text
    for word in ("training", "validation", "accuracy", "cross-entropy"):
        assert word in text


def test_values_that_are_no_numbers_are_left_out_and_many_are_thinned():
    nan = float("nan")
    moments = [(step, 1.0, nan, 0.5, nan) for step in range(1, 5001)]
    curves = lines(learning_curves("head", "epoch", 1, moments))
    assert len(curves[0]) <= MOST_POINTS
    assert curves[1] == []
