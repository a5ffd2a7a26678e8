"""Anchors, boxes and the merging of BlazeFace, against its published description."""

from itertools import pairwise

import numpy as np
import pytest

from cinetag_plugin.models.blaze_face import (
    ANCHORS,
    VALUES,
    Boxes,
    anchors,
    decoded,
    merged,
    overlaps,
    without_nested,
)


def boxes(*rows):
    """Rows of left, top, right, bottom, score."""
    table = np.array(rows, float).reshape(-1, 5)
    return Boxes(table[:, :4], table[:, 4])


def answer(**told):
    """Raw output and logits where nothing is seen but what ``told`` has: index and box in pixels."""
    raw, logits = np.zeros((ANCHORS, VALUES), np.float32), np.full(ANCHORS, -20, np.float32)
    for index, (box, logit) in told.items():
        raw[int(index[1:]), :4], logits[int(index[1:])] = box, logit
    return raw, logits


def test_anchors_are_those_of_two_grids_row_by_row():
    found = anchors()
    assert found.shape == (896, 2)
    assert found[:2].tolist() == [[0.5 / 16, 0.5 / 16]] * 2
    assert found[2].tolist() == [1.5 / 16, 0.5 / 16]
    assert found[2 * 16].tolist() == [0.5 / 16, 1.5 / 16]
    assert found[512:518].tolist() == [[0.5 / 8, 0.5 / 8]] * 6
    assert found[518].tolist() == [1.5 / 8, 0.5 / 8]
    assert found[-1].tolist() == [7.5 / 8, 7.5 / 8]


def test_a_box_is_told_in_pixels_from_its_anchor():
    """Anchor 512 lies at 8, 8 of 128 pixels; 24 right, 40 down, 32 wide and 16 high is 16..48, 40..56."""
    found = decoded(*answer(a512=((24, 40, 32, 16), 3.0)), least=0.5)
    assert found.corners.tolist() == [[16 / 128, 40 / 128, 48 / 128, 56 / 128]]
    assert found.scores == pytest.approx([0.9525741], abs=1e-7)  # 1 / (1 + exp(-3))


def test_only_what_is_sure_enough_is_kept_and_the_surest_comes_first():
    raw, logits = answer(a3=((0, 0, 9, 9), 0.5), a7=((0, 0, 9, 9), 2.0), a9=((0, 0, 9, 9), -0.5))
    assert len(decoded(raw, logits, least=0.5).scores) == 2
    assert np.all(np.diff(decoded(raw, logits, least=0.0).scores) <= 0)


def test_a_score_beyond_what_a_float_can_raise_is_no_error():
    raw, logits = answer(a0=((0, 0, 9, 9), 1e4))
    logits[1] = -1e4
    with np.errstate(all="raise"):
        assert decoded(raw, logits, least=0.5).scores.tolist() == [1.0]


def test_overlap_is_intersection_over_union():
    box = np.array([0.0, 0.0, 2.0, 2.0])
    others = np.array([[1, 1, 3, 3], [0, 0, 2, 2], [2, 0, 4, 2], [5, 5, 5, 5]], float)
    assert overlaps(box, others) == pytest.approx([1 / 7, 1, 0, 0])


def test_boxes_of_one_face_become_their_weighted_mean_with_the_best_score():
    found = merged(boxes([0, 0, 10, 10, 0.9], [2, 0, 12, 10, 0.6], [50, 50, 60, 60, 0.7]))
    assert found.corners == pytest.approx(np.array([[0.8, 0, 10.8, 10], [50, 50, 60, 60]]))
    assert found.scores.tolist() == [0.9, 0.7]


def test_two_faces_side_by_side_stay_two():
    assert len(merged(boxes([0, 0, 10, 10, 0.9], [8, 0, 18, 10, 0.8])).scores) == 2


@pytest.mark.parametrize("step", [merged, without_nested])
def test_no_boxes_are_no_faces(step):
    found = step(boxes())
    assert found.corners.shape == (0, 4)
    assert found.scores.shape == (0,)


def test_a_mouth_within_a_face_is_no_face_and_neither_is_the_head_around_it():
    face, mouth, head = [10, 10, 30, 30, 0.9], [15, 20, 22, 27, 0.8], [5, 0, 35, 35, 0.7]
    assert without_nested(boxes(face, mouth, head)).scores.tolist() == [0.9]


def test_boxes_in_falling_order_stay_so():
    draw = np.random.default_rng(5)
    corners = draw.uniform(0, 90, (40, 2))
    rows = np.concatenate([corners, corners + 15, np.sort(draw.uniform(0.5, 1, (40, 1)), axis=0)[::-1]], 1)
    scores = without_nested(merged(boxes(*rows))).scores
    assert all(left >= right for left, right in pairwise(scores))
