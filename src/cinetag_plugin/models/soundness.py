"""Refuses model files that would bring the runtime down rather than make it complain.

The runtime checks offsets, shapes and parameters of its operators itself; fuzzing it showed that it
trusts what is checked here: that there is a graph, that each tensor is written once and by nothing
that it already holds data for, and that inputs which no operator may leave out are there.
"""

import math

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.flatbuffer import MalformedError, Table
from cinetag_plugin.models.graph import (
    BUFFER_DATA,
    GRAPH_INPUTS,
    GRAPH_OPERATORS,
    GRAPH_OUTPUTS,
    GRAPH_TENSORS,
    MODEL_BUFFERS,
    MODEL_SUBGRAPHS,
    OPERATOR_INPUTS,
    OPERATOR_OUTPUTS,
    TENSOR_BUFFER,
    TENSOR_SHAPE,
    Graph,
)

LARGEST_TENSOR = 1 << 28
"""Numbers in one tensor; a model that wants more is refused before the runtime takes the memory."""

_OPTIONAL_SECOND_INPUT = {16: "LSTM", 44: "UNIDIRECTIONAL_SEQUENCE_LSTM", 52: "BIDIRECTIONAL_SEQUENCE_LSTM"}
"""Operators that may leave out their second input; the others may leave out none before the third."""


def read_graph(content: bytes, subject: object) -> Graph:
    """Read the graph of a model file that the runtime can be trusted with.

    Raises:
        ModelError: the content is no whole TensorFlow Lite model, or one that makes no sense.
    """
    try:
        graph = Graph(content)
        constant = [buffer.length(BUFFER_DATA) > 0 for buffer in graph.model.tables(MODEL_BUFFERS)]
        for part in graph.model.tables(MODEL_SUBGRAPHS):
            _check_part(graph, part, constant)
    except MalformedError as fault:
        raise ModelError(
            subject, f"is not a TensorFlow Lite model ({fault})", "fetch the file again"
        ) from fault
    return graph


def _check_part(graph: Graph, part: Table, constant: list[bool]) -> None:
    tensors = part.tables(GRAPH_TENSORS)
    for index, tensor in enumerate(tensors):
        if math.prod(max(1, int(side)) for side in tensor.numbers(TENSOR_SHAPE, "i")) > LARGEST_TENSOR:
            raise MalformedError(f"tensor {index} has more than {LARGEST_TENSOR} numbers")
    written = _indices(part, GRAPH_INPUTS, len(tensors))
    for operator in part.tables(GRAPH_OPERATORS):
        _check_inputs(graph, operator)
        for index in _indices(operator, OPERATOR_OUTPUTS, len(tensors)):
            if index in written or _holds_data(tensors[index], constant):
                raise MalformedError(f"writes tensor {index} twice")
            written.add(index)
    _indices(part, GRAPH_OUTPUTS, len(tensors))


def _indices(table: Table, field: int, count: int) -> set[int]:
    indices = {int(index) for index in table.numbers(field, "i")}
    if any(not 0 <= index < count for index in indices):
        raise MalformedError(f"names tensors {sorted(indices)} of {count}")
    return indices


def _check_inputs(graph: Graph, operator: Table) -> None:
    needed = 1 if graph.code(operator) in _OPTIONAL_SECOND_INPUT else 2
    if any(index < 0 for index in operator.numbers(OPERATOR_INPUTS, "i")[:needed]):
        raise MalformedError("leaves out an input that its operator needs")


def _holds_data(tensor: Table, constant: list[bool]) -> bool:
    buffer = tensor.number(TENSOR_BUFFER, "I")
    return buffer < len(constant) and constant[buffer]
