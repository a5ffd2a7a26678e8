"""The network over time: plain convolutions, wider and wider apart, and one answer a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

CLASSES = 5
"""No passage, dissolve, fade, wipe, first frame after a cut."""


class Reader(nn.Module):
    """Kinship ``(batch, frames, channels)`` in, one logit a class and frame out.

    Args:
        mean, std: of the channels over the training material.
        width: channels of the layers between.
        dilations: distance of the three columns of each layer's kernel.
    """

    def __init__(
        self, mean: NDArray[np.float32], std: NDArray[np.float32], width: int, dilations: list[int]
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("std", torch.from_numpy(std))
        layers: list[nn.Module] = [nn.Conv1d(len(mean), width, 1), nn.BatchNorm1d(width), nn.ReLU()]
        for gap in dilations:
            layers += [
                nn.Conv1d(width, width, 3, padding=gap, dilation=gap),
                nn.BatchNorm1d(width),
                nn.ReLU(),
            ]
        layers.append(nn.Conv1d(width, CLASSES, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, kinship: torch.Tensor) -> torch.Tensor:
        """Return logits ``(batch, frames, CLASSES)``."""
        steady = ((kinship - self.mean) / self.std).transpose(1, 2)
        return self.layers(steady).transpose(1, 2)

    def folded(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return kernels ``(out, in, width)`` and biases, scaling and batch norms folded in.

        For a network in evaluation mode.
        """
        modules = list(self.layers)
        found = []
        for place in range(0, len(modules), 3):
            layer: Any = modules[place]
            kernel, bias = layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy()
            if place == 0:
                kernel = kernel / self.std.numpy()[None, :, None]
                bias = bias - kernel[:, :, 0] @ self.mean.numpy()
            is_last = place + 1 == len(modules)
            if not is_last:
                norm: Any = modules[place + 1]
                scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().numpy()
                kernel = kernel * scale[:, None, None]
                bias = (bias - norm.running_mean.numpy()) * scale + norm.bias.detach().numpy()
            found.append((kernel.astype(np.float32), bias.astype(np.float32)))
        return found
