import numpy as np
import pytest

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.training.cards import largest_difference, ship
from cinetag_plugin.training.convert import backbone_file, head_file
from cinetag_plugin.training.fit import Head
from cinetag_plugin.training.writer import Convolution


def convolved(picture, layer):
    """One convolution, place by place, as its definition and TensorFlow's of "same" say."""
    half, stride = layer.kernel.shape[2] // 2, layer.stride
    first = half if stride == 1 else half - 1
    padded = np.pad(picture, ((first, half), (first, half), (0, 0)))
    height, width = -(-picture.shape[0] // stride), -(-picture.shape[1] // stride)
    result = np.zeros((height, width, len(layer.bias)))
    size = 2 * half + 1
    for y in range(height):
        for x in range(width):
            patch = padded[y * stride : y * stride + size, x * stride : x * stride + size]
            if layer.depthwise:
                result[y, x] = np.einsum("hwc,chw->c", patch, layer.kernel[:, 0])
            else:
                result[y, x] = np.einsum("hwc,ochw->o", patch, layer.kernel)
    low, high = {"none": (-np.inf, np.inf), "relu": (0, np.inf), "relu6": (0, 6)}[layer.activation]
    return np.clip(result + layer.bias, low, high)


@pytest.fixture
def layers():
    draw = np.random.default_rng(11)

    def layer(outputs, inputs, kernel, stride=1, depthwise=False, **more):
        values = draw.normal(size=(outputs, inputs, kernel, kernel)).astype(np.float32) * 0.3
        bias = draw.normal(size=outputs).astype(np.float32) * 0.1
        return Convolution(values, bias, stride, depthwise, **more)

    return [
        layer(6, 3, 3, 2),
        layer(6, 1, 5, 1, True),
        layer(8, 6, 1),
        layer(8, 1, 3, 2, True),
        layer(5, 8, 3),
        layer(8, 5, 1, activation="none", adds=2),
        layer(4, 8, 1, activation="relu6"),
    ]


@pytest.mark.parametrize(("precision", "close"), [("float32", 1e-5), ("float16", 5e-3)])
def test_a_written_backbone_computes_what_its_layers_say(layers, precision, close):
    pictures = np.random.default_rng(1).uniform(-1, 1, (3, 16, 12, 3)).astype(np.float32)
    wanted = []
    for picture in pictures:
        maps = [picture]
        for layer in layers:
            found = convolved(maps[-1], layer)
            maps.append(found + maps[-layer.adds] if layer.adds else found)
        wanted.append(np.concatenate([maps[1 + tap].mean((0, 1)) for tap in (1, 2, 6)]))
    content = backbone_file(layers, (16, 12), (1, 2, 6), precision)
    assert np.abs(wanted).max() > 0.1
    assert largest_difference(content, pictures, np.array(wanted)) < close


def test_halves_take_half_the_room(layers):
    wide = [Convolution(np.ones((64, 64, 3, 3), np.float32), np.zeros(64, np.float32))] * 2
    first = [Convolution(np.ones((64, 3, 3, 3), np.float32), np.zeros(64, np.float32))]
    whole, half = (len(backbone_file(first + wide, (8, 8), (2,), p)) for p in ("float32", "float16"))
    assert half < 0.55 * whole


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_a_written_head_gives_the_heads_probabilities(activation):
    draw = np.random.default_rng(2)
    head = Head(draw.normal(size=(7, 4)), draw.normal(size=4), activation)
    embeddings = draw.normal(size=(5, 7)).astype(np.float32)
    assert largest_difference(head_file(head), embeddings, head.probabilities(embeddings)) < 1e-6


@pytest.mark.parametrize("changes", [{"bounded": True}, {"normalised": True}])
def test_relu_and_the_embeddings_length_are_written_too(changes):
    draw = np.random.default_rng(2)
    head = Head(draw.normal(size=(7, 4)), draw.normal(size=4), "softmax", **changes)
    embeddings = 3 * draw.normal(size=(5, 7)).astype(np.float32)
    plain = Head(head.weights, head.bias, "softmax").probabilities(embeddings)
    wanted = head.probabilities(embeddings)
    assert np.abs(plain - wanted).max() > 0.01
    assert largest_difference(head_file(head), embeddings, wanted) < 1e-6


def test_files_carry_the_identifier_and_named_ends():
    content = head_file(Head(np.ones((3, 2)), np.zeros(2), "sigmoid"))
    assert content[4:8] == b"TFL3"
    model = open_interpreter(content, subject="head")
    assert (model.input.shape, model.output.shape) == ((1, 3), (1, 2))
    model.close()


def card(**changes):
    facts = {
        "name": "small",
        "role": "tags",
        "file": "small.tflite",
        "sha256": "",
        "backbone": "other",
        "input": ModelInput(kind="embedding", size=(3,)),
        "output": ModelOutput(kind="scores", labels=("forest", "war")),
    }
    return Card(**(facts | changes))


def test_a_shipped_model_is_found_whole_by_a_store(tmp_path):
    content = head_file(Head(np.ones((3, 2)), np.zeros(2), "sigmoid"))
    given = ship(tmp_path, card(), content)
    found = ModelStore(folder=tmp_path, builtin=tmp_path / "none").find("small")
    assert found.card == given
    assert found.content() == content


def test_a_card_that_cannot_be_leaves_nothing_behind(tmp_path):
    with pytest.raises(ModelError):
        ship(tmp_path, card(backbone=""), b"")
    assert not list(tmp_path.iterdir())
