"""Trained weights as ``.tflite`` files: networks of convolutions, heads, and both in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinetag_plugin.training.writer import Convolution, GraphWriter, Precision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinetag_plugin.training.fit import Head


def backbone_file(
    layers: Sequence[Convolution],
    size: tuple[int, int],
    taps: Sequence[int],
    precision: Precision = "float16",
) -> bytes:
    """Write a network of convolutions whose output is the means of some maps over their places.

    The input is ``(1, height, width, 3)`` float32; the output ``(1, channels)``, the means of the
    layers in ``taps`` (by index, rising) one after the other.
    """
    graph = GraphWriter(precision)
    picture = graph.value("picture", (1, *size, 3))
    return graph.file(picture, _embedding(graph, picture, layers, taps))


def whole_file(
    layers: Sequence[Convolution], size: tuple[int, int], head: Head, precision: Precision = "float16"
) -> bytes:
    """Write a network with its head: picture ``(1, height, width, 3)`` in, probabilities ``(1, labels)`` out.

    The head takes the mean of the last layer's map over its places.
    """
    graph = GraphWriter(precision)
    picture = graph.value("picture", (1, *size, 3))
    embedding = _embedding(graph, picture, layers, [len(layers) - 1])
    return graph.file(picture, _scores(graph, embedding, head))


def head_file(head: Head) -> bytes:
    """Write a head: embedding ``(1, values)`` in, probabilities ``(1, labels)`` out, float32."""
    graph = GraphWriter("float32")
    embedding = graph.value("embedding", (1, head.weights.shape[0]))
    return graph.file(embedding, _scores(graph, embedding, head))


def _scores(graph: GraphWriter, embedding: int, head: Head) -> int:
    """Add a head upon an embedding."""
    given = graph.normalised("normalised", embedding) if head.normalised else embedding
    logits = graph.dense("logits", given, head.weights.T, head.bias, bounded=head.bounded)
    return graph.probabilities("scores", logits, (1, len(head.bias)), head.activation)


def _embedding(graph: GraphWriter, picture: int, layers: Sequence[Convolution], taps: Sequence[int]) -> int:
    """Add the layers, and the means of some of their maps one after the other."""
    _, height, width, _ = graph.shape(picture)
    maps, means = [picture], []
    for index, layer in enumerate(layers):
        height, width = -(-height // layer.stride), -(-width // layer.stride)
        shape = (1, height, width, len(layer.bias))
        found = graph.convolution(f"layer{index}", maps[-1], layer, shape)
        if layer.adds:
            found = graph.sum(f"sum{index}", found, maps[-layer.adds])
        maps.append(found)
        if index in taps:
            means.append(graph.mean(f"mean{index}", found, len(layer.bias)))
    return graph.joined("embedding", means)


def sequence_file(layers: Sequence[Convolution], frames: int) -> bytes:
    """Write a network of convolutions over time: measures in, probabilities of classes out.

    The input is ``(1, 1, frames, measures)`` float32, kernels are ``(out, in, 1, width)``; the output is
    ``(1, 1, frames, classes)``, the softmax of the last layer.
    """
    graph = GraphWriter("float32")
    measures = tensor = graph.value("measures", (1, 1, frames, layers[0].kernel.shape[1]))
    for index, layer in enumerate(layers):
        tensor = graph.convolution(f"layer{index}", tensor, layer, (1, 1, frames, len(layer.bias)))
    shape = (1, 1, frames, len(layers[-1].bias))
    return graph.file(measures, graph.probabilities("scores", tensor, shape, "softmax"))
