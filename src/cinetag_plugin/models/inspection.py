"""Writes a card for a ``.tflite`` that has none, from what the file tells of itself."""

import hashlib
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.document.vocabulary import NO_BEAT, Names, builtin_vocabulary
from cinetag_plugin.models.card import check_card
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.models.metadata import Metadata, read_metadata
from cinetag_plugin.models.soundness import read_graph
from cinetag_plugin.models.tensors import TensorFacts

_Three = tuple[float, ...]

_COMMON = (127.5, 127.5, 127.5)
"""Mean and std that bring bytes to -1 to 1, what most float networks of TensorFlow were trained with."""

_SCALINGS = {(0.0, 1.0): (0.0, 255.0), (-1.0, 1.0): (127.5, 127.5), (0.0, 255.0): (0.0, 1.0)}
"""Mean and std that bring bytes to the ranges that float networks are trained with."""

_NEAR = 0.05
"""Share of a range's width by which the range of a quantised input, taken from samples, may miss it."""


def inspected_card(content: bytes, path: Path, labels: Sequence[str] | None = None) -> Card:
    """Describe a picture model by its input, its output and its metadata.

    An output with labels gives ``tags``, or ``beats`` where every label is a beat category; one
    without labels is an embedding. Float inputs are brought to -1 to 1 unless the metadata says otherwise,
    or the first operator's steps of eight bits do.

    Args:
        content: the bytes of the file.
        path: its path, for its name.
        labels: one a value of the output; those of the metadata where None.

    Raises:
        ModelError: it cannot be loaded, does not take a picture, gives something else than a list
            of values, or has another number of labels.
    """
    told = read_metadata(content)
    backend = open_interpreter(content, subject=path)
    graph = read_graph(content, path)
    known = _scaling(graph.taken_range(), told)
    try:
        taken = _input(backend.input, known or (_COMMON, _COMMON), path)
        size = _length(backend.output, path)
    finally:
        backend.close()
    names = unique_labels(told.labels if labels is None else labels)
    if len(names) != size and (names or labels is not None):
        raise ModelError(
            path, f"gives {size} values, but has {len(names)} labels", "give the labels it was trained with"
        )
    ready = graph.gives_probabilities()
    name = re.sub(r"[^A-Za-z0-9._+-]+", "-", path.stem)[:100].strip(".-_+") or "model"
    card = Card(
        name=name,
        role=_role(names),
        file=f"{name}.tflite",
        sha256=hashlib.sha256(content).hexdigest(),
        input=taken,
        output=_output(names, size, ready),
        limits=_limits(guessed=taken.dtype == "float32" and not known, nameless=ready and not names),
    )
    check_card(card, path)
    return card


def unique_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Strip labels, drop empty ones at the end, and number those that stand there again: ``crane (2)``."""
    stripped = [label.strip() for label in labels]
    while stripped and not stripped[-1]:
        stripped.pop()
    unique: dict[str, None] = {}
    for label in stripped:
        numbered = (f"{label} ({number})" for number in itertools.count(2))
        unique[label if label not in unique else next(n for n in numbered if n not in unique)] = None
    return tuple(unique)


def _scaling(taken: tuple[float, float] | None, told: Metadata) -> tuple[_Three, _Three] | None:
    """Return mean and std for float inputs, from the metadata or from the range that the model can tell."""
    mean, std = _three(told.mean), _three(told.std)
    if mean and std:
        return mean, std
    low, high = taken or (0.0, 0.0)
    for (least, most), (one_mean, one_std) in _SCALINGS.items():
        if max(abs(low - least), abs(high - most)) <= _NEAR * (most - least):
            return (one_mean,) * 3, (one_std,) * 3
    return None


def _input(facts: TensorFacts, scaling: tuple[_Three, _Three], path: Path) -> ModelInput:
    layout = _layout(facts.shape)
    if layout is None or facts.dtype not in {"float32", "uint8", "int8"}:
        fault = f"takes {facts}, not one picture of three channels"
        raise ModelError(path, fault, "use a model that does")
    size = facts.shape[1:3] if layout == "NHWC" else facts.shape[2:4]
    numbers: dict[str, Any] = {}
    if facts.dtype == "float32":
        numbers = dict(zip(("mean", "std"), scaling, strict=True))
    return ModelInput(kind="picture", size=size, layout=layout, dtype=facts.dtype, **numbers)  # type: ignore[arg-type]


def _layout(shape: tuple[int, ...]) -> Literal["NHWC", "NCHW"] | None:
    if len(shape) != 4 or shape[0] != 1:
        return None
    if shape[3] == 3:
        return "NHWC"
    return "NCHW" if shape[1] == 3 else None


def _three(values: tuple[float, ...]) -> _Three:
    if len(values) == 1:
        return values * 3
    return values if len(values) == 3 else ()


def _length(facts: TensorFacts, path: Path) -> int:
    size = max(facts.shape, default=1)
    if sum(side > 1 for side in facts.shape) > 1 or not size:
        raise ModelError(path, f"gives {facts}, not a list of values", "use a classifier or an embedding")
    return size


def _role(labels: tuple[str, ...]) -> Literal["tags", "beats", "embedding"]:
    if not labels:
        return "embedding"
    names = Names([builtin_vocabulary()])
    classes = {NO_BEAT, *(entry.slug for entry in names.beat_classes)}
    return "beats" if all(names.resolve_category(label) in classes for label in labels) else "tags"


def _output(labels: tuple[str, ...], size: int, ready: bool) -> ModelOutput:
    if not labels:
        return ModelOutput(kind="embedding", size=size)
    return ModelOutput(kind="scores", size=size, labels=labels, activation="none" if ready else "softmax")


def _limits(*, guessed: bool, nameless: bool) -> str:
    guess = " That its input is scaled to -1 to 1 is a guess." if guessed else ""
    classes = " It gives probabilities whose labels nobody gave: a poor embedding." if nameless else ""
    return (
        f"Card written by inspecting the file; how good the model is has not been measured.{guess}{classes}"
    )
