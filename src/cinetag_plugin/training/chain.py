"""Reads the convolutions of a ``.tflite`` as numbers, so that they can be trained further.

Only the form that picture networks for small machines have can be read: a chain of convolutions, with
sums around some of them and a mean over the places at its end. Quantised weights become the numbers
they stand for; that activations were rounded too is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.cut import cut
from cinetag_plugin.training.writer import Activation, Convolution

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODE = schema.BuiltinOperator
_WIDENED = (_CODE.QUANTIZE, _CODE.DEQUANTIZE)
_MEANS = (_CODE.MEAN, _CODE.AVERAGE_POOL_2D)
_ACTIVATIONS: dict[int, Activation] = {
    schema.ActivationFunctionType.NONE: "none",
    schema.ActivationFunctionType.RELU: "relu",
    schema.ActivationFunctionType.RELU6: "relu6",
}


@dataclass(frozen=True, slots=True)
class Layers:
    """A network from a picture to its embedding, the mean of the last map over its places.

    Attributes:
        size: height and width of the picture.
        mean, std: of the bytes that the network takes, where the file tells them; else None.
        convolutions: in order; see :class:`~.writer.Convolution`.
    """

    size: tuple[int, int]
    mean: float | None
    std: float | None
    convolutions: tuple[Convolution, ...]


def read_layers(content: bytes, tensor: str, subject: object) -> Layers:
    """Read the network up to its embedding.

    Args:
        content: a ``.tflite``.
        tensor: the embedding, by name or index; the file's own output where empty.
        subject: how errors name the file.

    Raises:
        ModelError: the network is not such a chain.
    """
    graph = cut(content, tensor, subject) if tensor else content
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(graph, 0))
    try:
        return _Chain(model).read()
    except _OtherFormError as fault:
        raise ModelError(
            subject,
            f"cannot be trained further ({fault})",
            "use a chain of convolutions, such as cinetag-small",
        ) from fault


class _OtherFormError(ValueError):
    """The network is no chain of convolutions."""


class _Chain:
    """Follows the operators from the picture to the embedding."""

    def __init__(self, model: Any) -> None:
        self._model, self._graph = model, model.subgraphs[0]
        self._constants: dict[int, NDArray[np.float32]] = {}
        # place of a map in the chain, by tensor: the picture is the first
        self._place = {int(self._graph.inputs[0]): 0}
        self._layers: list[Convolution] = []

    def read(self) -> Layers:
        averaged = -1
        for operator in self._graph.operators:
            code = self._code(operator)
            if code in _WIDENED:
                self._pass_on(operator)
            elif code in (_CODE.CONV_2D, _CODE.DEPTHWISE_CONV_2D):
                self._convolution(operator, depthwise=code == _CODE.DEPTHWISE_CONV_2D)
            elif code == _CODE.ADD:
                self._sum(operator)
            elif code in _MEANS:
                averaged = self._averaged(operator)
            elif code == _CODE.CONCATENATION and len(operator.inputs) == 1:
                continue
            else:
                raise _OtherFormError(f"it has the operator {_name(code)}")
        if not self._layers or averaged != len(self._layers):
            raise _OtherFormError("its embedding is not the mean of its last map")
        return Layers(*self._input(), tuple(self._layers))

    def _input(self) -> tuple[tuple[int, int], float | None, float | None]:
        tensor = self._graph.tensors[self._graph.inputs[0]]
        height, width = (int(side) for side in tensor.shape[1:3])
        if tensor.type == schema.TensorType.FLOAT32:
            return (height, width), None, None
        scale, zero = float(tensor.quantization.scale[0]), float(tensor.quantization.zeroPoint[0])
        if tensor.type == schema.TensorType.INT8:
            zero += 128
        return (height, width), zero, 1 / scale

    def _pass_on(self, operator: Any) -> None:
        source, result = int(operator.inputs[0]), int(operator.outputs[0])
        if source in self._place:
            self._place[result] = self._place[source]
        else:
            self._constants[result] = self._numbers(source)

    def _convolution(self, operator: Any, *, depthwise: bool) -> None:
        source, kernel, bias = (int(index) for index in operator.inputs[:3])
        if self._place.get(source) != len(self._layers):
            raise _OtherFormError("it branches")
        options = operator.builtinOptions
        if options.padding != schema.Padding.SAME or options.strideH != options.strideW:
            raise _OtherFormError("it has a convolution that is not padded, or of uneven stride")
        height, width = self._graph.tensors[kernel].shape[1:3]
        if height != width or options.dilationHFactor != 1 or options.dilationWFactor != 1:
            raise _OtherFormError("it has a convolution that is not square, or dilated")
        if depthwise and options.depthMultiplier not in (0, 1):
            raise _OtherFormError("it has a depthwise convolution that multiplies channels")
        values = self._numbers(kernel).transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        layer = Convolution(
            values,
            self._numbers(bias).ravel(),
            int(options.strideH),
            depthwise,
            activation=_activation(options),
        )
        self._layers.append(layer)
        self._place[int(operator.outputs[0])] = len(self._layers)

    def _sum(self, operator: Any) -> None:
        places = [self._place.get(int(index), -1) for index in operator.inputs]
        last = len(self._layers)
        if last not in places or min(places) < 0 or _activation(operator.builtinOptions) != "none":
            raise _OtherFormError("it branches")
        self._layers[-1] = replace(self._layers[-1], adds=last - min(places))
        self._place[int(operator.outputs[0])] = last

    def _averaged(self, operator: Any) -> int:
        source, result = int(operator.inputs[0]), int(operator.outputs[0])
        shape = self._graph.tensors[result].shape
        if int(np.prod(shape)) != int(shape[-1]):
            raise _OtherFormError("it pools inside")
        place = self._place.get(source, -1)
        self._place[result] = place
        return place

    def _numbers(self, index: int) -> NDArray[np.float32]:
        """Return a constant as the numbers it stands for."""
        if index in self._constants:
            return self._constants[index]
        tensor = self._graph.tensors[index]
        data = self._model.buffers[tensor.buffer].data
        kind = _KINDS.get(tensor.type)
        if data is None or kind is None:
            raise _OtherFormError("it has weights that are worked out, or of an unknown type")
        values = np.frombuffer(np.asarray(data, np.uint8).tobytes(), kind).reshape(tensor.shape)
        given = tensor.quantization
        if np.dtype(kind).kind == "f" or given is None or given.scale is None:
            return values.astype(np.float32)
        along = [1] * values.ndim
        if len(given.scale) > 1:
            along[given.quantizedDimension] = -1
        scale, zero = (np.asarray(part, np.float64).reshape(along) for part in (given.scale, given.zeroPoint))
        return ((values - zero) * scale).astype(np.float32)

    def _code(self, operator: Any) -> int:
        entry = self._model.operatorCodes[operator.opcodeIndex]
        return int(max(entry.builtinCode, entry.deprecatedBuiltinCode))


_KINDS = {
    schema.TensorType.FLOAT32: "<f4",
    schema.TensorType.FLOAT16: "<f2",
    schema.TensorType.INT8: "i1",
    schema.TensorType.UINT8: "u1",
    schema.TensorType.INT32: "<i4",
}


def _activation(options: Any) -> Activation:
    found = _ACTIVATIONS.get(options.fusedActivationFunction)
    if found is None:
        raise _OtherFormError("it has an activation other than ReLU and ReLU6")
    return found


def _name(code: int) -> str:
    return next((name for name, value in vars(_CODE).items() if value == code), str(code))
