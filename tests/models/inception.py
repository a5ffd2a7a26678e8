"""Inception-v3 (Szegedy et al., CVPR 2016) with random weights: its graph, shape and cost, and nothing else.

    python tests/models/inception.py OUT.tflite

The layout is that of Keras' ``InceptionV3(include_top=False, pooling="avg")`` with batch norms folded in.
It says nothing about accuracy and is never trained upon.
"""

import sys
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from cinetag_plugin.training.writer import GraphWriter

SIDE, VALUES = 299, 2048
_RELU = schema.ActivationFunctionType.RELU


class Inception(GraphWriter):
    """Writes the graph; a map is its tensor, whose shape the writer knows."""

    def __init__(self) -> None:
        super().__init__("float16")
        self._draw = np.random.default_rng(1)
        self.weight_count = 0

    def conv(
        self, source: int, filters: int, size: tuple[int, int] = (1, 1), stride: int = 1, same: bool = True
    ) -> int:
        """A convolution with ReLU."""
        inputs = self.shape(source)[3]
        kernel = self._draw.normal(0, np.sqrt(2 / (inputs * size[0] * size[1])), (filters, *size, inputs))
        self.weight_count += kernel.size + filters
        options = schema.Conv2DOptionsT()
        options.strideH = options.strideW = stride
        options.dilationHFactor = options.dilationWFactor = 1
        options.padding = schema.Padding.SAME if same else schema.Padding.VALID
        options.fusedActivationFunction = _RELU
        parts = [source, self.weights("k", kernel), self.weights("b", np.zeros(filters))]
        result = self.value("conv", self._out(source, size, stride, same, filters))
        return self.operation(schema.BuiltinOperator.CONV_2D, parts, result, options, "Conv2DOptions")

    def pool(self, source: int, kind: str, stride: int, same: bool) -> int:
        """A pool of 3 x 3, ``MAX`` or ``AVERAGE``."""
        options = schema.Pool2DOptionsT()
        options.strideH = options.strideW = stride
        options.filterHeight = options.filterWidth = 3
        options.padding = schema.Padding.SAME if same else schema.Padding.VALID
        result = self.value("pool", self._out(source, (3, 3), stride, same, self.shape(source)[3]))
        code = getattr(schema.BuiltinOperator, f"{kind}_POOL_2D")
        return self.operation(code, [source], result, options, "Pool2DOptions")

    def together(self, *maps: int) -> int:
        """Maps one behind the other in the channels."""
        options = schema.ConcatenationOptionsT()
        options.axis = 3
        shape = (*self.shape(maps[0])[:3], sum(self.shape(each)[3] for each in maps))
        code = schema.BuiltinOperator.CONCATENATION
        return self.operation(code, list(maps), self.value("mixed", shape), options, "ConcatenationOptions")

    def _out(
        self, source: int, size: tuple[int, int], stride: int, same: bool, channels: int
    ) -> tuple[int, int, int, int]:
        _, height, width, _ = self.shape(source)
        if not same:
            height, width = height - size[0] + 1, width - size[1] + 1
        return 1, -(-height // stride), -(-width // stride), channels


def inception_v3() -> tuple[bytes, int]:
    """Return the file, and how many weights it has."""
    net = Inception()
    picture = net.value("picture", (1, SIDE, SIDE, 3))
    x = net.conv(picture, 32, (3, 3), 2, same=False)
    x = net.conv(net.conv(x, 32, (3, 3), same=False), 64, (3, 3))
    x = net.pool(x, "MAX", 2, same=False)
    x = net.conv(net.conv(x, 80, same=False), 192, (3, 3), same=False)
    x = net.pool(x, "MAX", 2, same=False)
    for pooled in (32, 64, 64):
        x = _of_35(net, x, pooled)
    x = _to_17(net, x)
    for width in (128, 160, 160, 192):
        x = _of_17(net, x, width)
    x = _to_8(net, x)
    for _ in range(2):
        x = _of_8(net, x)
    return net.file(picture, net.mean("embedding", x, VALUES)), net.weight_count


def _of_35(net: Inception, x: int, pooled: int) -> int:
    five = net.conv(net.conv(x, 48), 64, (5, 5))
    double = net.conv(net.conv(net.conv(x, 64), 96, (3, 3)), 96, (3, 3))
    return net.together(net.conv(x, 64), five, double, net.conv(net.pool(x, "AVERAGE", 1, same=True), pooled))


def _to_17(net: Inception, x: int) -> int:
    double = net.conv(net.conv(net.conv(x, 64), 96, (3, 3)), 96, (3, 3), 2, same=False)
    return net.together(net.conv(x, 384, (3, 3), 2, same=False), double, net.pool(x, "MAX", 2, same=False))


def _of_17(net: Inception, x: int, width: int) -> int:
    seven = net.conv(net.conv(net.conv(x, width), width, (1, 7)), 192, (7, 1))
    double = net.conv(net.conv(net.conv(x, width), width, (7, 1)), width, (1, 7))
    double = net.conv(net.conv(double, width, (7, 1)), 192, (1, 7))
    return net.together(net.conv(x, 192), seven, double, net.conv(net.pool(x, "AVERAGE", 1, same=True), 192))


def _to_8(net: Inception, x: int) -> int:
    three = net.conv(net.conv(x, 192), 320, (3, 3), 2, same=False)
    seven = net.conv(net.conv(net.conv(x, 192), 192, (1, 7)), 192, (7, 1))
    seven = net.conv(seven, 192, (3, 3), 2, same=False)
    return net.together(three, seven, net.pool(x, "MAX", 2, same=False))


def _of_8(net: Inception, x: int) -> int:
    three = net.conv(x, 384)
    double = net.conv(net.conv(x, 448), 384, (3, 3))
    return net.together(
        net.conv(x, 320),
        net.conv(three, 384, (1, 3)),
        net.conv(three, 384, (3, 1)),
        net.conv(double, 384, (1, 3)),
        net.conv(double, 384, (3, 1)),
        net.conv(net.pool(x, "AVERAGE", 1, same=True), 192),
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(inception_v3()[0])
