"""A backbone of its own that ends at an earlier layer: the other scenarios of transfer learning.

The network is cut at the tensor. Where that is a map, its mean over all places is added as the last
operation, in float32, so that a head of any number of labels stays small.
"""

from __future__ import annotations

import hashlib

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from msgspec.structs import replace

from cinetag_plugin.document.contracts import Card, ModelOutput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.cut import cut
from cinetag_plugin.models.soundness import read_graph
from cinetag_plugin.training.writer import IDENTIFIER

LARGEST_EMBEDDING = 65536


def at_layer(card: Card, content: bytes, tensor: str, name: str) -> tuple[Card, bytes]:
    """Return a backbone called ``name`` that gives an inner tensor of another, and its card.

    Args:
        card: of the model.
        content: its bytes, which are as sound as its card says.
        tensor: the layer, by name or by index as text; a map ``(1, height, width, values)``, or a
            vector ``(1, values)``.
        name: of the new backbone.

    Raises:
        ModelError: no such tensor, or it is neither map nor vector.
    """
    read_graph(content, card.name)
    model = schema.ModelT.InitFromPackedBuf(cut(content, tensor, card.name), 0)
    graph = model.subgraphs[0]
    last = graph.tensors[graph.outputs[0]]
    shape = [int(side) for side in last.shape] if last.shape is not None else []
    if len(shape) not in (2, 4) or not 1 <= shape[-1] <= LARGEST_EMBEDDING:
        told = " x ".join(map(str, shape)) or "nothing"
        raise ModelError(card.name, f"gives {told} at {tensor}", "name a tensor of 2 or 4 dimensions")
    _drop_what_is_unused(model)
    _add_float(model)
    if len(shape) == 4:
        _add_mean(model, shape[-1])
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    written = bytes(builder.Output())
    origin = {"cut_from": card.name, "cut_from_sha256": card.sha256, "layer": tensor}
    new = replace(
        card,
        name=name,
        role="embedding",
        file=f"{name}.tflite",
        sha256=hashlib.sha256(written).hexdigest(),
        output=ModelOutput(kind="embedding", size=shape[-1]),
        trained_on={**card.trained_on, **origin},
        untrained={},
        measured={},
        limits=f"{card.name}, cut at {tensor}.",
    )
    return new, written


def _drop_what_is_unused(model: schema.ModelT) -> None:
    """Empty the buffers of weights that the kept operations do not read."""
    graph = model.subgraphs[0]
    used = {0}
    for operator in graph.operators:
        for index in (*operator.inputs, *operator.outputs):
            if index >= 0:
                used.add(graph.tensors[index].buffer)
    for index, buffer in enumerate(model.buffers):
        if index not in used:
            buffer.data = None


def _add_float(model: schema.ModelT) -> None:
    """Turn a quantised output into real numbers, the ones that the card's reader would compute."""
    graph = model.subgraphs[0]
    if graph.tensors[graph.outputs[0]].type == schema.TensorType.FLOAT32:
        return
    shape = list(graph.tensors[graph.outputs[0]].shape)
    _add(model, schema.BuiltinOperator.DEQUANTIZE, [graph.outputs[0]], "real", shape, version=2)


def _add_mean(model: schema.ModelT, values: int) -> None:
    graph = model.subgraphs[0]
    buffer, places = schema.BufferT(), schema.TensorT()
    buffer.data = np.frombuffer(np.array([1, 2], "<i4").tobytes(), np.uint8)
    model.buffers.append(buffer)
    places.name, places.shape, places.type = "places", [2], schema.TensorType.INT32
    places.buffer = len(model.buffers) - 1
    graph.tensors.append(places)
    inputs = [graph.outputs[0], len(graph.tensors) - 1]
    operator = _add(model, schema.BuiltinOperator.MEAN, inputs, "embedding", [1, values])
    operator.builtinOptions = schema.ReducerOptionsT()
    operator.builtinOptionsType = schema.BuiltinOptions.ReducerOptions


def _add(
    model: schema.ModelT, code: int, inputs: list[int], name: str, shape: list[int], version: int = 1
) -> schema.OperatorT:
    graph = model.subgraphs[0]
    kind, operator, result = schema.OperatorCodeT(), schema.OperatorT(), schema.TensorT()
    kind.builtinCode, kind.deprecatedBuiltinCode, kind.version = code, min(code, 127), version
    model.operatorCodes.append(kind)
    result.name, result.shape, result.type = name, shape, schema.TensorType.FLOAT32
    result.buffer = 0
    graph.tensors.append(result)
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs, operator.outputs = inputs, [len(graph.tensors) - 1]
    graph.operators.append(operator)
    graph.outputs = operator.outputs
    return operator
