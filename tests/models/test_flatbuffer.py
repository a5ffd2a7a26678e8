"""Reading FlatBuffers: what is there is found, what points astray is refused."""

import random

import pytest
import tiny
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.flatbuffer import MalformedError, Table
from cinetag_plugin.models.graph import GRAPH_INPUTS, GRAPH_TENSORS, MODEL_SUBGRAPHS, TENSOR_NAME, Graph
from cinetag_plugin.models.soundness import read_graph

WHOLE = tiny.backbone()


def test_the_fields_are_those_that_the_schema_classes_read():
    theirs = schema.Model.GetRootAs(WHOLE, 0).Subgraphs(0)
    ours = Table.root(WHOLE, b"TFL3").tables(MODEL_SUBGRAPHS)[0]
    names = [theirs.Tensors(i).Name().decode() for i in range(theirs.TensorsLength())]
    assert [tensor.text(TENSOR_NAME) for tensor in ours.tables(GRAPH_TENSORS)] == names
    assert ours.numbers(GRAPH_INPUTS, "i") == theirs.InputsAsNumpy().tolist()


def test_an_absent_field_is_empty():
    root = Table.root(WHOLE, b"TFL3")
    assert root.table(40) is None
    assert root.tables(40) == []
    assert root.text(40) == ""
    assert root.number(40, "I", 7) == 7


@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x00" * 40, b"\xff\xff\xff\x7fTFL3" + bytes(30)])
def test_other_files_are_refused(content):
    with pytest.raises(ModelError, match="not a TensorFlow Lite model"):
        read_graph(content, "x.tflite")


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_short_is_read_within_its_bytes_or_refused(length):
    _walk(WHOLE[:length])


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_file_is_read_within_its_bytes_or_refused(seed, count):
    damaged, chance = bytearray(WHOLE), random.Random(seed)
    for _ in range(count):
        damaged[chance.randrange(len(damaged))] = chance.choice([0, 1, 127, 128, 255])
    _walk(bytes(damaged))


def _walk(content):
    try:
        graph = Graph(content)
        [tensor.text(TENSOR_NAME) for tensor in graph.tensors]
        graph.needed_for(len(graph.tensors) - 1)
        graph.gives_probabilities()
    except MalformedError:
        return


def test_a_list_longer_than_the_file_is_refused_before_it_is_walked():
    content = bytearray(WHOLE)
    first, _ = Table.root(content, b"TFL3").vector(MODEL_SUBGRAPHS, 4)
    content[first - 4 : first] = (2**31).to_bytes(4, "little")
    with pytest.raises(MalformedError, match="list of 2147483648"):
        Graph(content)
