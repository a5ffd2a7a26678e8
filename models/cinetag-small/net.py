"""The network of cinetag-small: plain convolutions at first, depthwise ones later, all with ReLU.

The large maps go through few dense convolutions (fast on vector units), the small maps through
depthwise 5 x 5 and 1 x 1 pairs, whose field covers the picture. The embedding joins the means of some
maps over their places: colour and texture from the early ones, things and scenes from the late ones.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

Step = tuple[int, int, int, int, bool]


def steps(net: dict[str, Any]) -> list[Step]:
    """List the convolutions as (inputs, outputs, kernel, stride, depthwise)."""
    one, two, three = net["stem"]
    plan: list[Step] = [(3, one, 3, 2, False), (one, two, 3, 2, False), (two, three, 3, 1, False)]
    channels, stride = three, 2
    for width in net["middle"]:
        if stride == 2:
            plan.append((channels, width, 3, 2, False))
        else:
            plan += [(channels, channels, 3, 1, True), (channels, width, 1, 1, False)]
        channels, stride = width, 1
    plan.append((channels, net["deep"][0], 3, 2, False))
    channels = net["deep"][0]
    for width in net["deep"][1:]:
        plan += [(channels, channels, 5, 1, True), (channels, width, 1, 1, False)]
        channels = width
    return [*plan, (channels, net["last"], 1, 1, False)]


class Backbone(nn.Module):
    """Turn pictures ``(n, 3, height, width)``, scaled to -1 to 1, into a map of features."""

    def __init__(self, net: dict[str, Any]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*[_convolution(*step) for step in steps(net)])

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the last map; its mean over the places is the embedding."""
        result: torch.Tensor = self.layers(pictures)
        return result

    def embedding(self, pictures: torch.Tensor, taps: list[int]) -> torch.Tensor:
        """Return the means over the places of the maps of some layers, one after the other."""
        means, features = [], pictures
        for index, layer in enumerate(self.layers):
            features = layer(features)
            if index in taps:
                means.append(features.mean((2, 3)))
        return torch.cat(means, 1)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, deep: bool) -> nn.Module:
    groups = inputs if deep else 1
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
