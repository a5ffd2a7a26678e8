"""The network of cinetag-small: blocks that widen, look around in each channel, and narrow again.

Stages of inverted residuals (Sandler et al., CVPR 2018), each ending at a map that has the height,
width and channels of one of the teacher's; so each can be taught by itself, with the teacher's map
before it as input. Where a convolution halves the map it pads below and to the right alone, as
TensorFlow's "same" does, so that the maps lie upon each other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import nn


class Step(NamedTuple):
    """One convolution; ``adds`` is how many steps back the map lies that is added to its result."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    depthwise: bool
    bounded: bool
    adds: int


def stages(net: dict[str, Any]) -> list[list[Step]]:
    """List the convolutions of each stage."""
    first, channels = net["stem"]
    stem = [
        Step(3, first, 3, 2, False, True, 0),
        Step(first, first, 3, 1, True, True, 0),
        Step(first, channels, 1, 1, False, False, 0),
    ]
    plan: list[list[Step]] = []
    for blocks in net["stages"]:
        steps: list[Step] = []
        for wide, outputs, stride in blocks:
            adds = 3 if stride == 1 and outputs == channels else 0
            steps += [
                Step(channels, wide, 1, 1, False, True, 0),
                Step(wide, wide, 3, stride, True, True, 0),
                Step(wide, outputs, 1, 1, False, False, adds),
            ]
            channels = outputs
        plan.append(steps)
    plan[0] = stem + plan[0]
    return [*plan, [Step(channels, net["last"], 1, 1, False, True, 0)]]


class Stage(nn.Module):
    """Successive convolutions, each with its batch norm."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__()
        self.steps = steps
        self.convolutions = nn.ModuleList([_convolution(step) for step in steps])

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the stage's last map."""
        maps = [pictures]
        for step, convolution in zip(self.steps, self.convolutions, strict=True):
            found = convolution(maps[-1])
            maps.append(found + maps[-step.adds] if step.adds else found)
        return maps[-1]


class Backbone(nn.Module):
    """Turn pictures ``(n, 3, height, width)``, scaled to -1 to 1, into maps of features."""

    def __init__(self, net: dict[str, Any]) -> None:
        super().__init__()
        self.stages = nn.ModuleList([Stage(steps) for steps in stages(net)])

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Return each stage's last map; the mean of the last over its places is the embedding."""
        maps = [pictures]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps[1:]


def _convolution(step: Step) -> nn.Module:
    half = step.kernel // 2
    uneven = nn.ZeroPad2d((0, half, 0, half)) if step.stride == 2 else nn.Identity()
    convolution = nn.Conv2d(
        step.inputs,
        step.outputs,
        step.kernel,
        step.stride,
        0 if step.stride == 2 else half,
        groups=step.inputs if step.depthwise else 1,
        bias=False,
    )
    last = nn.ReLU(inplace=True) if step.bounded else nn.Identity()
    return nn.Sequential(uneven, convolution, nn.BatchNorm2d(step.outputs), last)
