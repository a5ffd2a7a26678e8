"""A card for a file that has none: what the file tells, and nothing made up."""

from pathlib import Path

import numpy as np
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.inspection import inspected_card, unique_labels

HERE = Path("net.tflite")


def classifier(activation=None, count=4, **picture):
    """A picture straight into dense scores."""
    net = tiny.Net()
    taken = net.tensor("picture", (1, 8, 8, 3), **picture)
    scores = net.dense(net.mean(taken, "pooled", 3), np.ones((3, count)), "scores")
    if activation is not None:
        scores = net.activation(scores, "probabilities", count, activation)
    return net.content([taken], [scores])


def test_a_real_classifier_with_a_label_file(shared):
    path = shared / "models" / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
    labels = (shared / "models" / "imagenet_labels.txt").read_text().splitlines()
    card = inspected_card(path.read_bytes(), path, labels)
    assert (card.name, card.role, card.file) == (path.stem, "tags", path.name)
    assert (card.input.size, card.input.layout, card.input.dtype) == ((224, 224), "NHWC", "uint8")
    assert (len(card.output.labels), card.output.activation) == (1001, "none")
    assert card.output.labels[0] == "background"


def test_a_real_embedding_in_channel_first_layout(shared):
    path = shared / "models" / "efficientnet_lite0_features_int8_nchw.tflite"
    card = inspected_card(path.read_bytes(), path)
    assert (card.role, card.output.kind, card.output.size) == ("embedding", "embedding", 1280)
    assert (card.input.size, card.input.layout, card.input.dtype) == ((224, 224), "NCHW", "float32")
    assert (card.input.mean, card.input.std) == ((0.0,) * 3, (255.0,) * 3)  # the README's 0 to 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("yamnet", "not one picture"),
        ("deeplabv3_257_float", "not a list of values"),
        ("face_detection_short_range", "not a list of values"),
    ],
)
def test_real_models_of_other_kinds_are_refused(shared, name, fault):
    path = shared / "models" / f"{name}.tflite"
    with pytest.raises(ModelError, match=fault):
        inspected_card(path.read_bytes(), path)


@pytest.mark.parametrize(
    ("activation", "expected"),
    [(None, "softmax"), (tiny.OPERATORS.SOFTMAX, "none"), (tiny.OPERATORS.LOGISTIC, "none")],
)
def test_scores_that_are_no_probabilities_yet_get_a_softmax(activation, expected):
    card = inspected_card(classifier(activation), HERE, ["a", "b", "c", "d"])
    assert card.output.activation == expected


def test_float_pictures_are_brought_around_zero_and_the_card_says_that_this_is_a_guess():
    card = inspected_card(classifier(), HERE, ["a", "b", "c", "d"])
    assert card.input.mean == card.input.std == (127.5, 127.5, 127.5)
    assert "guess" in card.limits


def quantising(dtype, scale, zero):
    """A picture of real numbers that the first operator turns into eight bits."""
    net = tiny.Net()
    taken = net.tensor("picture", (1, 8, 8, 3))
    steps = net.tensor("steps", (1, 8, 8, 3), dtype=dtype, scale=scale, zero=zero)
    back = net.tensor("back", (1, 8, 8, 3))
    net.operator(tiny.OPERATORS.QUANTIZE, [taken], [steps])
    net.operator(tiny.OPERATORS.DEQUANTIZE, [steps], [back])
    return net.content([taken], [net.mean(back, "means", 3)])


@pytest.mark.parametrize(
    ("steps", "mean", "std"),
    [
        (("int8", 1 / 255, -128), 0.0, 255.0),
        (("int8", 2 / 255, 0), 127.5, 127.5),
        (("int8", 1.97 / 255, -1), 127.5, 127.5),
        (("uint8", 1.0, 0), 0.0, 1.0),
    ],
)
def test_the_steps_that_a_float_input_is_put_into_tell_its_scaling(steps, mean, std):
    card = inspected_card(quantising(*steps), HERE)
    assert (card.input.mean, card.input.std) == ((mean,) * 3, (std,) * 3)
    assert "guess" not in card.limits


def test_steps_of_no_usual_range_tell_nothing():
    assert "guess" in inspected_card(quantising("int8", 7 / 255, 0), HERE).limits


def test_probabilities_without_labels_are_said_to_be_a_poor_embedding():
    assert "poor embedding" in inspected_card(classifier(tiny.OPERATORS.SOFTMAX), HERE).limits
    assert "poor embedding" not in inspected_card(classifier(), HERE).limits


def test_normalisation_that_the_metadata_tells_is_no_guess():
    from test_metadata import WHOLE

    card = inspected_card(WHOLE, HERE)
    assert (card.input.mean, card.input.std) == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    assert card.output.labels == ("sea", "forest", "desert", "hill")
    assert "guess" not in card.limits


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (["Pursuit", "battle", "Good Argue (Bad)", "victory_good"], "beats"),
        (["Preparation", "Arrows' War", "Victory", "none"], "beats"),
        (["Pursuit", "battle", "sea", "victory_good"], "tags"),
    ],
)
def test_labels_that_are_all_beat_categories_make_a_beat_model(labels, role):
    assert inspected_card(classifier(), HERE, labels).role == role


def test_another_number_of_labels_is_refused_with_both_numbers():
    with pytest.raises(ModelError, match="gives 4 values, but has 3 labels"):
        inspected_card(classifier(), HERE, ["a", "b", "c"])
    with pytest.raises(ModelError, match="gives 4 values, but has 0 labels"):
        inspected_card(classifier(), HERE, [])


@pytest.mark.parametrize("stem", ["my model (2)", "../../x", "ä", "-", "a" * 300])
def test_the_name_is_made_plain(tmp_path, stem):
    from cinetag_plugin.models.card import is_plain_name

    card = inspected_card(classifier(), Path(f"{stem}.tflite".replace("/", "_")), ["a", "b", "c", "d"])
    assert is_plain_name(card.name)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", " a ", "", "a (2)", "c"])))
def test_unique_labels_are_unique_and_as_many(labels):
    unique = unique_labels(labels)
    assert len(set(unique)) == len(unique)
    assert len(unique) <= len(labels)
    assert not unique or unique[-1]


def test_a_label_that_comes_again_is_numbered():
    assert unique_labels(["crane", "crow", "crane", ""]) == ("crane", "crow", "crane (2)")
