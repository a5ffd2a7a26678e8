"""Writes small ``.tflite`` files from numpy arrays, with LiteRT's own schema classes."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

OPERATORS = schema.BuiltinOperator
TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "uint8": schema.TensorType.UINT8,
    "int8": schema.TensorType.INT8,
    "int32": schema.TensorType.INT32,
}


class Net:
    """A graph in the making; tensors are known by the index that ``tensor`` returned."""

    def __init__(self):
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version = 3
        self.model.operatorCodes, self.model.buffers = [], [schema.BufferT()]
        self.model.subgraphs, self.model.metadata = [self.graph], []
        self.graph.tensors, self.graph.operators = [], []

    def buffer(self, data):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self.model.buffers.append(buffer)
        return len(self.model.buffers) - 1

    def tensor(self, name, shape, *, dtype="float32", data=None, scale=None, zero=0):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(shape), TYPES[dtype], 0
        if data is not None:
            tensor.buffer = self.buffer(np.ascontiguousarray(data).tobytes())
        if scale is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [zero]
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, builtin, inputs, outputs, options=None, kind=0):
        code, operator = schema.OperatorCodeT(), schema.OperatorT()
        code.builtinCode, code.deprecatedBuiltinCode, code.version = builtin, min(builtin, 127), 1
        self.model.operatorCodes.append(code)
        operator.opcodeIndex = len(self.model.operatorCodes) - 1
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        operator.builtinOptions, operator.builtinOptionsType = options, kind
        self.graph.operators.append(operator)

    def mean(self, source, name, channels, axes=(1, 2)):
        over = self.tensor(f"{name}/axes", (len(axes),), dtype="int32", data=np.array(axes, np.int32))
        result = self.tensor(name, (1, channels))
        options = schema.ReducerOptionsT()
        self.operator(OPERATORS.MEAN, [source, over], [result], options, schema.BuiltinOptions.ReducerOptions)
        return result

    def dense(self, source, weights, name):
        """``weights`` is (in, out)."""
        kernel = self.tensor(f"{name}/kernel", weights.T.shape, data=weights.T.astype(np.float32))
        bias = self.tensor(f"{name}/bias", (weights.shape[1],), data=np.zeros(weights.shape[1], np.float32))
        result = self.tensor(name, (1, weights.shape[1]))
        options, kind = schema.FullyConnectedOptionsT(), schema.BuiltinOptions.FullyConnectedOptions
        self.operator(OPERATORS.FULLY_CONNECTED, [source, kernel, bias], [result], options, kind)
        return result

    def activation(self, source, name, size, builtin):
        result = self.tensor(name, (1, size))
        options, kind = None, 0
        if builtin == OPERATORS.SOFTMAX:
            options, kind = schema.SoftmaxOptionsT(), schema.BuiltinOptions.SoftmaxOptions
            options.beta = 1.0
        self.operator(builtin, [source], [result], options, kind)
        return result

    def content(self, inputs, outputs):
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def backbone(side=8, channels=3, *, layout="NHWC", seed=0, size=6):
    """Channel means of a picture, then a dense layer called ``embedding``, then one called ``logits``."""
    net, random = Net(), np.random.default_rng(seed)
    shape = (1, side, side, channels) if layout == "NHWC" else (1, channels, side, side)
    picture = net.tensor("picture", shape)
    pooled = net.mean(picture, "pooled", channels, (1, 2) if layout == "NHWC" else (2, 3))
    embedding = net.dense(pooled, random.normal(size=(channels, size)), "embedding")
    logits = net.dense(embedding, random.normal(size=(size, 4)), "logits")
    return net.content([picture], [logits])


def picture_means(*, dtype="float32", scale=None, zero=0):
    """The mean of each channel over an 8 x 8 picture: three values."""
    net = Net()
    if dtype == "float32":
        picture = net.tensor("picture", (1, 8, 8, 3))
        return net.content([picture], [net.mean(picture, "means", 3)])
    picture = net.tensor("picture", (1, 8, 8, 3), dtype=dtype, scale=scale, zero=zero)
    real = net.tensor("real", (1, 8, 8, 3))
    net.operator(OPERATORS.DEQUANTIZE, [picture], [real])
    return net.content([picture], [net.mean(real, "means", 3)])


def head(weights, activation=None):
    """A dense layer from an embedding, with a sigmoid or softmax behind it where one is asked for."""
    net = Net()
    taken = net.tensor("embedding", (1, weights.shape[0]))
    result = net.dense(taken, weights, "scores")
    if activation is not None:
        result = net.activation(result, "probabilities", weights.shape[1], activation)
    return net.content([taken], [result])
