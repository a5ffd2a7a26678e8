"""Cuts a model at an inner tensor, in memory, so that the tensor becomes the only output.

Merely reading an inner tensor after a run is a trap: the runtime reuses its memory, and may give
numbers of another tensor without a word. Merely naming it as the output runs every operator still.
So the operators that the tensor does not need are taken out. The bytes are patched rather than
written anew: weights stay where they are, aligned as the converter left them.
"""

import struct

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.flatbuffer import MalformedError, Table
from cinetag_plugin.models.graph import (
    GRAPH_OPERATORS,
    GRAPH_OUTPUTS,
    MODEL_METADATA,
    MODEL_SIGNATURES,
    Graph,
)


def cut(content: bytes, tensor: str, subject: object) -> bytes:
    """Return a model whose one output is an inner tensor, given by name or by index as text.

    Signatures and metadata are dropped, since they speak of the old outputs.

    Raises:
        ModelError: the content is no model, or has no such tensor.
    """
    try:
        return _cut(bytearray(content), tensor)
    except MalformedError as fault:
        raise ModelError(
            subject, f"cannot be cut at a tensor: it {fault}", "check the tensor in its card"
        ) from fault


def _cut(data: bytearray, tensor: str) -> bytes:
    graph = Graph(data)
    target = graph.tensor_index(tensor)
    _keep_operators(graph, graph.needed_for(target))
    _replace(graph.main, GRAPH_OUTPUTS, [target])
    for field in (MODEL_METADATA, MODEL_SIGNATURES):
        _replace(graph.model, field, [])
    return bytes(data)


def _keep_operators(graph: Graph, kept: list[int]) -> None:
    """Move the references to the kept operators to the front of the list and shorten the list."""
    first, _ = graph.main.vector(GRAPH_OPERATORS, 4)
    for place, index in enumerate(kept):
        at = first + 4 * place
        struct.pack_into("<I", graph.main.data, at, graph.operators[index].at - at)
    struct.pack_into("<I", graph.main.data, first - 4, len(kept))


def _replace(table: Table, field: int, numbers: list[int]) -> None:
    """Point a vector field at new numbers behind the end of the file; an absent field stays absent."""
    slot = table.slot(field)
    if not slot:
        return
    data = table.data
    if not isinstance(data, bytearray):
        raise TypeError("a file is patched in a bytearray")
    data.extend(bytes(-len(data) % 4))
    struct.pack_into("<I", data, slot, len(data) - slot)
    data.extend(struct.pack(f"<I{len(numbers)}i", len(numbers), *numbers))
