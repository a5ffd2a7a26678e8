"""Models that would bring the runtime down are refused before it sees them."""

import struct

import numpy as np
import pytest
import tiny

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.flatbuffer import Table
from cinetag_plugin.models.graph import (
    GRAPH_OPERATORS,
    GRAPH_OUTPUTS,
    MODEL_SUBGRAPHS,
    OPERATOR_INPUTS,
    OPERATOR_OUTPUTS,
)
from cinetag_plugin.models.soundness import LARGEST_TENSOR, read_graph


def changed(field, place, number, *, operator=None):
    """A small net with one number of one list of its graph, or of one of its operators, changed."""
    content = bytearray(tiny.backbone())
    table = Table.root(content, b"TFL3").tables(MODEL_SUBGRAPHS)[0]
    if operator is not None:
        table = table.tables(GRAPH_OPERATORS)[operator]
    first, _ = table.vector(field, 4)
    struct.pack_into("<i", content, first + 4 * place, number)
    return bytes(content)


def test_every_real_model_passes(shared):
    paths = sorted((shared / "models").glob("*.tflite"))
    assert len(paths) >= 11
    for path in paths:
        assert read_graph(path.read_bytes(), path).operators


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (changed(GRAPH_OUTPUTS, 0, -1), "names tensors"),
        (changed(GRAPH_OUTPUTS, 0, 999), "names tensors"),
        (changed(OPERATOR_OUTPUTS, 0, -1, operator=0), "names tensors"),
        (changed(OPERATOR_OUTPUTS, 0, 0, operator=0), "writes tensor 0 twice"),
        (changed(OPERATOR_OUTPUTS, 0, 2, operator=1), "writes tensor 2 twice"),
        (changed(OPERATOR_OUTPUTS, 0, 1, operator=2), "writes tensor 1 twice"),
        (changed(OPERATOR_INPUTS, 0, -1, operator=0), "leaves out"),
        (changed(OPERATOR_INPUTS, 1, -1, operator=1), "leaves out"),
    ],
)
def test_graphs_that_the_runtime_would_stumble_over_are_refused(content, fault):
    with pytest.raises(ModelError, match=fault):
        read_graph(content, "x.tflite")


def test_an_optional_third_input_may_be_left_out():
    read_graph(changed(OPERATOR_INPUTS, 2, -1, operator=1), "x.tflite")


def test_a_model_without_a_graph_is_refused():
    net = tiny.Net()
    net.model.subgraphs = []
    with pytest.raises(ModelError, match="no graph"):
        read_graph(net.content([], []), "x.tflite")


def test_a_tensor_of_senseless_size_is_refused():
    net = tiny.Net()
    picture = net.tensor("picture", (1, 60000, 60000, 3))
    with pytest.raises(ModelError, match=f"tensor 0 has more than {LARGEST_TENSOR} numbers"):
        read_graph(net.content([picture], [net.mean(picture, "mean", 3)]), "x.tflite")


def test_weights_of_any_length_pass():
    net = tiny.Net()
    taken = net.tensor("embedding", (1, 2048))
    read_graph(net.content([taken], [net.dense(taken, np.zeros((2048, 600)), "scores")]), "x.tflite")
