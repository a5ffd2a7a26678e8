"""What goes into a model and comes out of it, as real numbers whatever the model computes in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.errors import ModelError


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """An input or output; a number n stands for ``(n - zero) * scale``, for itself where scale is 0."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float = 0.0
    zero: int = 0

    def __str__(self) -> str:
        return f"{' x '.join(map(str, self.shape))} {self.dtype}"


def fitting(array: NDArray[Any], wanted: TensorFacts, subject: object) -> NDArray[Any]:
    """Return an array as the model takes it: as it is, or real numbers brought to its number type.

    Raises:
        ModelError: another shape, or a number type that is neither the model's nor float32.
    """
    if array.shape == wanted.shape and array.dtype == wanted.dtype:
        return array
    if array.shape != wanted.shape or array.dtype != np.float32 or not wanted.scale:
        given = f"{' x '.join(map(str, array.shape))} {array.dtype}"
        raise ModelError(subject, f"takes {wanted}, was given {given}", "correct the input in its card")
    limits = np.iinfo(wanted.dtype)
    steps = np.rint(array / wanted.scale) + wanted.zero
    return steps.clip(limits.min, limits.max).astype(wanted.dtype)


def real_values(raw: NDArray[Any], facts: TensorFacts) -> NDArray[np.float32]:
    """Return a model's output as the real numbers that it stands for."""
    if not facts.scale:
        return raw.astype(np.float32)
    return ((raw.astype(np.float32) - facts.zero) * np.float32(facts.scale)).astype(np.float32)
