"""Faces in pictures: where the finder looks, how places come back, and what it says of real frames."""

import numpy as np
import pytest
from cards import backbone_card
from PIL import Image

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models import faces
from cinetag_plugin.models.blaze_face import ANCHORS, SIDE, VALUES, anchors, overlaps
from cinetag_plugin.models.faces import OVERLAP, FaceFinder, windows
from cinetag_plugin.models.pull import pull
from cinetag_plugin.models.store import ModelStore, StoredModel
from cinetag_plugin.models.tensors import TensorFacts

NAME = "face-detection"


class SeesWhite:
    """Takes the extent of what is white for a face, and tells it by the anchor nearest to its middle."""

    delegate = "cpu"
    input = TensorFacts("input", (1, SIDE, SIDE, 3), "float32", 0.0, 0)
    outputs = (
        TensorFacts("classificators", (1, ANCHORS, 1), "float32", 0.0, 0),
        TensorFacts("regressors", (1, ANCHORS, VALUES), "float32", 0.0, 0),
    )

    def run_each(self, array):
        raw = np.zeros((1, ANCHORS, VALUES), np.float32)
        logits = np.full((1, ANCHORS, 1), -9, np.float32)
        rows, columns = np.nonzero(array[0].mean(axis=2) > 0)
        if len(rows) > 20:
            corners = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)
            middle, size = (corners[:2] + corners[2:]) / 2, corners[2:] - corners[:2]
            place = int(np.argmin(np.abs(anchors() * SIDE - middle).sum(axis=1)))
            raw[0, place, :4] = *(middle - anchors()[place] * SIDE), *size
            logits[0, place] = 5
        return logits, raw

    def close(self):
        pass


@pytest.fixture
def stored(tmp_path):
    store = ModelStore(tmp_path)
    return store.named(NAME)


@pytest.fixture
def finder(stored, monkeypatch):
    monkeypatch.setattr(faces, "open_interpreter", lambda content, **_: SeesWhite())
    monkeypatch.setattr(StoredModel, "content", lambda self: b"")
    with FaceFinder(stored) as found:
        yield found


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    store = ModelStore(tmp_path_factory.mktemp("models"))
    model = pull(
        store, NAME, str(shared / "models/face_detection_short_range.tflite"), tell=print, report=print
    )
    with FaceFinder(model) as found:
        yield found


@pytest.mark.parametrize(("height", "width"), [(320, 569), (320, 765), (569, 320), (320, 321), (7, 400)])
def test_squares_cover_the_picture_and_overlap(height, width):
    whole, *squares = windows(height, width)
    assert tuple(whole) == (0, 0, width, height)
    along = 0 if width > height else 1
    starts, ends = [w[along] for w in squares], [w[along + 2] for w in squares]
    assert (starts[0], ends[-1]) == (0, max(height, width))
    assert {w.right - w.left for w in squares} == {w.bottom - w.top for w in squares} == {min(height, width)}
    shared_by_two = [end - start for end, start in zip(ends, starts[1:], strict=False)]
    assert min(shared_by_two) >= OVERLAP * min(height, width) - 1


def test_a_square_picture_is_looked_at_once():
    assert len(windows(320, 320)) == 1


@pytest.mark.parametrize("place", [(10, 60, 90, 150), (255, 100, 315, 190), (440, 30, 540, 130)])
def test_places_come_back_from_wherever_they_were_seen(finder, place):
    left, top, right, bottom = place
    picture = np.zeros((320, 569, 3), np.uint8)
    picture[top:bottom, left:right] = 255
    found = finder.find(picture)
    assert len(found.scores) == 1
    assert found.corners[0] * [569, 320, 569, 320] == pytest.approx(place, abs=5)


def test_an_upright_picture_is_no_other(finder):
    picture = np.zeros((569, 320, 3), np.uint8)
    picture[400:500, 100:180] = 255
    assert finder.find(picture).corners[0] * [320, 569, 320, 569] == pytest.approx(
        (100, 400, 180, 500), abs=5
    )


def test_a_box_beyond_the_edge_ends_at_it(finder, monkeypatch):
    monkeypatch.setattr(SeesWhite, "run_each", lambda self, array: _too_large())
    found = finder.find(np.zeros((100, 100, 3), np.uint8))
    assert found.corners.tolist() == [[0, 0, 1, 1]]


def _too_large():
    raw, logits = np.zeros((1, ANCHORS, VALUES), np.float32), np.full((1, ANCHORS, 1), -9, np.float32)
    raw[0, 0, 2:4], logits[0, 0] = 900, 5
    return logits, raw


def test_what_is_no_number_is_an_error(finder, monkeypatch):
    monkeypatch.setattr(SeesWhite, "run_each", lambda self, array: tuple(a * np.nan for a in _too_large()))
    with pytest.raises(ModelError, match="face-detection: gave values that are no numbers"):
        finder.find(np.zeros((100, 100, 3), np.uint8))


def test_another_network_is_refused(stored, monkeypatch):
    monkeypatch.setattr(faces, "open_interpreter", lambda content, **_: SeesWhite())
    monkeypatch.setattr(StoredModel, "content", lambda self: b"")
    monkeypatch.setattr(SeesWhite, "outputs", SeesWhite.outputs[:1])
    with pytest.raises(ModelError, match="is not BlazeFace"):
        FaceFinder(stored)


def test_without_its_file_it_says_how_to_get_it(tmp_path):
    with pytest.raises(ModelError, match="its file is not here: cinetag models pull face-detection"):
        FaceFinder(ModelStore(tmp_path).giving("faces", NAME))


def test_a_model_of_another_role_is_refused(tmp_path):
    assert backbone_card().role == "embedding"
    with pytest.raises(ModelError, match="gives tags, not faces"):
        ModelStore(tmp_path).giving("faces", "cinetag-tags")


# where a person's face was seen by eye: left, top, right, bottom as shares of the frame
SEEN = {
    "436c57b52b58.jpg": [(0.21, 0.03, 0.67, 0.84)],
    "f055c860c000.jpg": [(0.10, 0.40, 0.27, 0.70), (0.66, 0.27, 0.89, 0.67)],
    "2726f63db005.jpg": [(0.37, 0.49, 0.46, 0.66), (0.53, 0.12, 0.69, 0.41)],
    "0a5f12380b01.jpg": [],
    "9475d159aad5.jpg": [],
    "8db5386e614d.jpg": [],
    "01bc089f5a09.jpg": [],
}


@pytest.mark.parametrize("name", SEEN)
def test_faces_of_film_frames_are_found_where_they_are(shared, real, name):
    picture = np.asarray(Image.open(shared / "images/film" / name).convert("RGB"))
    found = real.find(picture)
    assert len(found.scores) == len(SEEN[name])
    for face in SEEN[name]:
        assert overlaps(np.array(face), found.corners).max() > 0.5


def test_a_face_too_small_in_the_whole_is_found_in_a_square(shared, real):
    """The woman of this frame is missed when the whole is all that is looked at."""
    picture = np.asarray(Image.open(shared / "images/film/2726f63db005.jpg").convert("RGB"))
    height, width = picture.shape[:2]
    square = np.zeros((width, width, 3), np.uint8)
    square[(width - height) // 2 :][:height] = picture
    assert len(real.find(square).scores) < len(real.find(picture).scores)
