"""Networks read out of files: what is read computes what the file does."""

import numpy as np
import pytest
from made_chain import made

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.training.chain import read_layers
from cinetag_plugin.training.convert import backbone_file, head_file, whole_file
from cinetag_plugin.training.fit import Head

REAL = (
    # file, embedding, correlation that rounding of activations leaves, at least
    ("mobilenet_v2_1.0_224_quant", "MobilenetV2/Logits/AvgPool", 0.99),
    ("tf2_mobilenet_v2_1.0_224_ptq", "172", 0.99),
    ("mobilenet_v1_1.0_224_quant_embedding_extractor", "", 0.99),
    ("mobilenet_v1_0.25_224_float", "MobilenetV1/Logits/AvgPool_1a/AvgPool", 0.999),
    ("mobilenet_edgetpu_0.75_224_ptq", "MobilenetEdgeTPU/Logits/AvgPool2D", 0.95),
)


@pytest.mark.parametrize(("name", "tensor", "least"), REAL)
def test_a_real_network_read_and_written_anew_sees_the_same(shared, name, tensor, least):
    content = (shared / f"models/{name}.tflite").read_bytes()
    layers = read_layers(content, tensor, name)
    picture = np.random.default_rng(3).integers(0, 256, (1, 28, 28, 3)).astype(np.uint8)
    picture = picture.repeat(8, axis=1).repeat(8, axis=2)
    mean, std = (127.5, 127.5) if layers.mean is None else (layers.mean, layers.std)
    numbers = ((picture - mean) / std).astype(np.float32)
    real = open_backend(content, "cpu", 1, subject=name, tensor=tensor)
    wanted = real.run(numbers if layers.mean is None else picture).ravel()
    anew = backbone_file(layers.convolutions, layers.size, [len(layers.convolutions) - 1], "float32")
    found = open_interpreter(anew, subject="anew").run(numbers).ravel()
    assert np.corrcoef(wanted, found)[0, 1] > least


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_what_was_written_is_read_back(precision):
    layers = made()
    read = read_layers(backbone_file(layers, (8, 6), [3], precision), "", "made")
    assert (read.size, read.mean, read.std) == ((8, 6), None, None)
    for wanted, found in zip(layers, read.convolutions, strict=True):
        np.testing.assert_allclose(found.kernel, wanted.kernel, atol=1e-6 if precision == "float32" else 2e-3)
        facts = ("stride", "depthwise", "activation", "adds")
        assert [getattr(found, fact) for fact in facts] == [getattr(wanted, fact) for fact in facts]


def test_a_network_with_its_head_gives_the_heads_probabilities():
    layers, draw = made(), np.random.default_rng(6)
    head = Head(draw.normal(size=(5, 3)), draw.normal(size=3), "sigmoid")
    picture = draw.uniform(-1, 1, (1, 8, 6, 3)).astype(np.float32)
    embedding = open_interpreter(backbone_file(layers, (8, 6), [3], "float32"), subject="x").run(picture)
    whole = open_interpreter(whole_file(layers, (8, 6), head, "float32"), subject="x").run(picture)
    np.testing.assert_allclose(whole, head.probabilities(embedding), atol=1e-5)


def test_what_is_no_chain_of_convolutions_is_refused():
    head = head_file(Head(np.ones((3, 2)), np.zeros(2), "sigmoid"))
    with pytest.raises(ModelError, match="FULLY_CONNECTED"):
        read_layers(head, "", "a head")
    several = backbone_file(made(), (8, 6), [1, 3])
    with pytest.raises(ModelError, match="CONCATENATION"):
        read_layers(several, "", "means of two maps")
