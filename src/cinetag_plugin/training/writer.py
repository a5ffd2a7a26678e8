"""Writes networks as ``.tflite`` files with the format's own schema and no converter.

Layout of TensorFlow Lite's schema, version 3: kernels of convolutions are (out, height, width, in), of
depthwise ones (1, height, width, channels), of dense layers (out, in). Weights may be stored as
float16; a DEQUANTIZE operation then widens each, which runtimes do once, at load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

IDENTIFIER = b"TFL3"
VERSION = 3
Precision = Literal["float32", "float16"]
Activation = Literal["none", "relu", "relu6"]


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution, padded as TensorFlow's "same" is: where it halves an even map, below and right alone.

    Attributes:
        kernel: ``(out, in, height, width)``; ``(channels, 1, height, width)`` when depthwise.
        bias: one value an output channel.
        stride: in both directions.
        depthwise: each channel has its own kernel.
        dilation: distance across of the kernel's columns.
        activation: what follows.
        adds: how many layers back the map lies that is added to the result; none where 0.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int = 1
    depthwise: bool = False
    dilation: int = 1
    activation: Activation = "relu"
    adds: int = 0


class GraphWriter:
    """One subgraph under construction; methods return tensor indices."""

    def __init__(self, precision: Precision) -> None:
        self._precision = precision
        self._model, self._graph = schema.ModelT(), schema.SubGraphT()
        self._model.version, self._model.subgraphs = VERSION, [self._graph]
        self._model.description = "cinetag"
        self._model.operatorCodes, self._model.buffers = [], [schema.BufferT()]
        self._graph.tensors, self._graph.operators = [], []

    def value(self, name: str, shape: tuple[int, ...], kind: int | None = None) -> int:
        """Add a tensor without data; float32 unless another kind is given."""
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type = schema.TensorType.FLOAT32 if kind is None else kind
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Return a tensor's shape."""
        return tuple(self._graph.tensors[tensor].shape)

    def constant(self, name: str, data: NDArray[Any], kind: int | None = None) -> int:
        """Add a tensor with data, stored as it is."""
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        index = self.value(name, data.shape, kind)
        self._graph.tensors[index].buffer = len(self._model.buffers) - 1
        return index

    def weights(self, name: str, data: NDArray[np.floating]) -> int:
        """Add weights in the graph's precision, widened to float32 where they are halves."""
        if self._precision == "float32":
            return self.constant(name, data.astype("<f4"))
        half = self.constant(f"{name}/half", data.astype("<f2"), schema.TensorType.FLOAT16)
        wide = self.value(name, data.shape)
        self.operation(schema.BuiltinOperator.DEQUANTIZE, [half], wide)
        return wide

    def convolution(self, name: str, source: int, layer: Convolution, shape: tuple[int, ...]) -> int:
        """Add a convolution, its activation fused."""
        order = (1, 2, 3, 0) if layer.depthwise else (0, 2, 3, 1)
        inputs = [
            source,
            self.weights(f"{name}/kernel", layer.kernel.transpose(order)),
            self.weights(f"{name}/bias", layer.bias),
        ]
        kind = "DepthwiseConv2D" if layer.depthwise else "Conv2D"
        options = getattr(schema, f"{kind}OptionsT")()
        options.strideH = options.strideW = layer.stride
        options.dilationHFactor, options.dilationWFactor = 1, layer.dilation
        options.padding = schema.Padding.SAME
        options.fusedActivationFunction = getattr(schema.ActivationFunctionType, layer.activation.upper())
        if layer.depthwise:
            options.depthMultiplier = 1
        code = schema.BuiltinOperator
        operation = code.DEPTHWISE_CONV_2D if layer.depthwise else code.CONV_2D
        result = self.value(name, shape)
        return self.operation(operation, inputs, result, options, f"{kind}Options")

    def sum(self, name: str, one: int, other: int) -> int:
        """Add two maps, place by place."""
        result = self.value(name, self.shape(one))
        return self.operation(
            schema.BuiltinOperator.ADD, [one, other], result, schema.AddOptionsT(), "AddOptions"
        )

    def mean(self, name: str, source: int, channels: int) -> int:
        """Add the mean over height and width."""
        places = self.constant(f"{name}/places", np.array([1, 2], "<i4"), schema.TensorType.INT32)
        options = schema.ReducerOptionsT()
        result = self.value(name, (1, channels))
        return self.operation(
            schema.BuiltinOperator.MEAN, [source, places], result, options, "ReducerOptions"
        )

    def joined(self, name: str, parts: Sequence[int]) -> int:
        """Put vectors one after the other."""
        options = schema.ConcatenationOptionsT()
        options.axis = 1
        result = self.value(name, (1, sum(self._graph.tensors[part].shape[1] for part in parts)))
        return self.operation(
            schema.BuiltinOperator.CONCATENATION, list(parts), result, options, "ConcatenationOptions"
        )

    def dense(
        self,
        name: str,
        source: int,
        kernel: NDArray[np.floating],
        bias: NDArray[np.floating],
        *,
        bounded: bool = False,
    ) -> int:
        """Add a dense layer, its kernel ``(out, in)``, ReLU fused where it is bounded."""
        inputs = [
            source,
            self.weights(f"{name}/kernel", kernel),
            self.weights(f"{name}/bias", bias),
        ]
        options = schema.FullyConnectedOptionsT()
        activation = schema.ActivationFunctionType
        options.fusedActivationFunction = activation.RELU if bounded else activation.NONE
        return self.operation(
            schema.BuiltinOperator.FULLY_CONNECTED,
            inputs,
            self.value(name, (1, len(bias))),
            options,
            "FullyConnectedOptions",
        )

    def normalised(self, name: str, source: int) -> int:
        """Divide a vector by its length."""
        result = self.value(name, self.shape(source))
        options = schema.L2NormOptionsT()
        return self.operation(
            schema.BuiltinOperator.L2_NORMALIZATION, [source], result, options, "L2NormOptions"
        )

    def probabilities(self, name: str, source: int, shape: tuple[int, ...], activation: str) -> int:
        """Add the activation that turns logits into probabilities."""
        result = self.value(name, shape)
        if activation == "sigmoid":
            return self.operation(schema.BuiltinOperator.LOGISTIC, [source], result)
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        return self.operation(schema.BuiltinOperator.SOFTMAX, [source], result, options, "SoftmaxOptions")

    def file(self, source: int, result: int) -> bytes:
        """Return the finished file with one input, one output and a signature that names them."""
        self._graph.inputs, self._graph.outputs = [source], [result]
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = "serving_default", 0
        signature.inputs = [self._named(source)]
        signature.outputs = [self._named(result)]
        self._model.signatureDefs = [signature]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._model.Pack(builder), IDENTIFIER)
        return bytes(builder.Output())

    def _named(self, tensor: int) -> Any:
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = self._graph.tensors[tensor].name, tensor
        return entry

    def operation(
        self, code: int, inputs: list[int], result: int, options: Any = None, kind: str = "NONE"
    ) -> int:
        """Add an operation that makes one tensor; return the tensor."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(code)
        operator.inputs, operator.outputs = inputs, [result]
        operator.builtinOptions = options
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        self._graph.operators.append(operator)
        return result

    def _code(self, code: int) -> int:
        known = [entry.builtinCode for entry in self._model.operatorCodes]
        if code in known:
            return known.index(code)
        entry = schema.OperatorCodeT()
        entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, min(code, 127), 1
        self._model.operatorCodes.append(entry)
        return len(known)
