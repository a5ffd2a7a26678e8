"""Cutting a model at an inner tensor gives that tensor's own numbers, and only its work."""

import warnings

import numpy as np
import pytest
import tiny
from ai_edge_litert.interpreter import Interpreter

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.cut import cut
from cinetag_plugin.models.graph import GRAPH_OUTPUTS, Graph
from cinetag_plugin.models.interpreter import open_interpreter

EMBEDDINGS = {
    "mobilenet_v2_1.0_224_quant": "MobilenetV2/Logits/AvgPool",
    "tf2_mobilenet_v2_1.0_224_ptq": "172",
    "mobilenet_edgetpu_0.75_224_ptq": "MobilenetEdgeTPU/Logits/AvgPool2D",
    "mobilenet_v1_0.25_224_float": "MobilenetV1/Logits/AvgPool_1a/AvgPool",
    "mobilenet_v1_1.0_224_quant_embedding_extractor": "MobilenetV1/Logits/AvgPool_1a/AvgPool",
    "yamnet": "tower0/network/layer28/reduce_mean",
}


def inner_tensor(content, index, array):
    """The runtime's own answer: all tensors kept, the one read after the run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Interpreter(model_content=content, num_threads=1, experimental_preserve_all_tensors=True)
    whole.allocate_tensors()
    whole.set_tensor(whole.get_input_details()[0]["index"], array)
    whole.invoke()
    facts = next(d for d in whole.get_tensor_details() if d["index"] == index)
    scale, zero = facts["quantization"]
    raw = whole.get_tensor(index).astype(np.float32)
    return (raw - zero) * np.float32(scale) if scale else raw


def some_input(facts, seed):
    random = np.random.default_rng(seed)
    if facts.dtype == "float32":
        return random.uniform(-1, 1, facts.shape).astype(np.float32)
    return random.integers(0, 256, facts.shape).astype(facts.dtype)


@pytest.mark.parametrize(("name", "tensor"), EMBEDDINGS.items())
def test_a_real_model_cut_gives_its_inner_tensor_bit_for_bit(shared, name, tensor):
    content = (shared / "models" / f"{name}.tflite").read_bytes()
    backend = open_interpreter(cut(content, tensor, name), subject=name)
    for seed in range(2):
        array = some_input(backend.input, seed)
        expected = inner_tensor(content, Graph(content).tensor_index(tensor), array)
        assert (backend.run(array) == expected).all()
        assert expected.std() > 0


@pytest.mark.parametrize("tensor", ["pooled", "embedding", "logits"])
def test_every_tensor_of_a_small_net_can_be_the_output(tensor):
    content = tiny.backbone()
    backend = open_interpreter(cut(content, tensor, "net"), subject="net")
    array = some_input(backend.input, 0)
    assert backend.output.name == tensor
    assert (backend.run(array) == inner_tensor(content, Graph(content).tensor_index(tensor), array)).all()


def test_operators_behind_the_tensor_are_gone():
    content = tiny.backbone()
    assert len(Graph(content).operators) == 3
    shorter = Graph(cut(content, "pooled", "net"))
    assert len(shorter.operators) == 1
    assert shorter.main.numbers(GRAPH_OUTPUTS, "i") == [shorter.tensor_index("pooled")]


def test_operators_beside_the_way_to_the_tensor_are_gone():
    net = tiny.Net()
    picture = net.tensor("picture", (1, 8, 8, 3))
    left = net.mean(picture, "left", 3)
    right = net.mean(picture, "right", 3, (1, 2))
    content = net.content([picture], [left, right])
    assert len(Graph(cut(content, "right", "net")).operators) == 1
    array = np.random.default_rng(0).normal(size=(1, 8, 8, 3)).astype(np.float32)
    given = open_interpreter(cut(content, "right", "net"), subject="net").run(array)
    assert given == pytest.approx(array.mean((1, 2)), abs=1e-6)


def test_cutting_twice_is_cutting_once():
    content = cut(tiny.backbone(), "embedding", "net")
    array = some_input(open_interpreter(content, subject="net").input, 4)
    again = open_interpreter(cut(content, "embedding", "net"), subject="net").run(array)
    assert (again == open_interpreter(content, subject="net").run(array)).all()


@pytest.mark.parametrize("tensor", ["nothing", "99999", "-1", "", "²"])
def test_a_tensor_that_is_not_there_is_refused(tensor):
    with pytest.raises(ModelError, match="needs one"):
        cut(tiny.backbone(), tensor, "net.tflite")


def test_a_tensor_name_that_two_carry_is_refused():
    net = tiny.Net()
    picture = net.tensor("picture", (1, 8, 8, 3))
    twice = [net.mean(picture, "same", 3), net.mean(picture, "same", 3)]
    with pytest.raises(ModelError, match="2 tensors called same"):
        cut(net.content([picture], twice), "same", "net.tflite")
