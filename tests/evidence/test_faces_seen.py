"""From boxes to the measures of a shot."""

import numpy as np
import pytest

from cinetag_plugin.evidence.faces import Faces, face_measures, seen
from cinetag_plugin.models.blaze_face import Boxes


def test_the_largest_is_the_highest():
    corners = np.array([[0.1, 0.2, 0.4, 0.3], [0.5, 0.1, 0.6, 0.6]])
    assert seen(Boxes(corners, np.array([0.9, 0.8]))) == (2, pytest.approx(0.5))


def test_no_face_is_none_of_no_height():
    assert seen(Boxes(np.zeros((0, 4)), np.zeros(0))) == (0, 0.0)


def test_measures_are_means_over_key_frames_that_were_looked_at():
    found = face_measures([Faces(2, 0.4), Faces(0, 0.0), Faces(1, 0.2)])
    assert found == {"faces": pytest.approx(1.0), "face_size": pytest.approx(0.2)}


def test_a_shot_whose_key_frames_were_all_refused_has_none():
    assert face_measures([]) == {}
