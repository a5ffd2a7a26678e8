"""A small chain of convolutions with random weights, a sum in its middle."""

import numpy as np

from cinetag_plugin.training.writer import Convolution


def made():
    """Four layers that end in five channels."""
    draw = np.random.default_rng(5)

    def layer(outputs, inputs, kernel, *how, **more):
        values = draw.normal(size=(outputs, inputs, kernel, kernel)).astype(np.float32)
        return Convolution(values, draw.normal(size=outputs).astype(np.float32), *how, **more)

    return (
        layer(4, 3, 3, 2, activation="relu6"),
        layer(4, 1, 3, 1, True),
        layer(4, 4, 1, activation="none", adds=2),
        layer(5, 4, 1),
    )
