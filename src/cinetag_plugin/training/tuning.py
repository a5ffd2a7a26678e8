"""A whole model from a backbone and labelled pictures: last layers trained with a new head, and measured."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from msgspec.structs import replace as changed
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import ModelInput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.evaluation.tags import hit_rate, mean_average_precision
from cinetag_plugin.models.image import prepare
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.training.backbones import Backbone
from cinetag_plugin.training.chain import Layers, read_layers
from cinetag_plugin.training.convert import whole_file
from cinetag_plugin.training.finetune import Pictures, Plan, fine_tuned
from cinetag_plugin.training.fit import fit_calibration, fit_head
from cinetag_plugin.training.learning import Moment
from cinetag_plugin.training.pictures import decoded, picture_bytes
from cinetag_plugin.training.recipes import Balanced
from cinetag_plugin.training.samples import Samples
from cinetag_plugin.training.splits import deal_folds, rotations

Report = Callable[[int, int | None], None]
FOLDS = 5
PENALTY = 3.0
_LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class TunedModel:
    """A model that takes pictures, and how it did on the pictures of the sources left out.

    Attributes:
        content: the ``.tflite``: picture in, probabilities out.
        input: what it takes.
        kept: the epoch that it stems from.
        moments: of each epoch; cross-entropy and accuracy.
        tuned, frozen: hit@1, hit@3 and mean average precision on the tested pictures, of the model and
            of the head that ``cinetag train`` makes upon the backbone as it was.
        tested: how many pictures those are.
    """

    content: bytes
    input: ModelInput
    kept: int
    moments: tuple[Moment, ...]
    tuned: tuple[float, float, float]
    frozen: tuple[float, float, float]
    tested: int


def tuned_model(
    backbone: Backbone,
    samples: Samples,
    paths: Sequence[Path],
    fixed: int,
    seed: int,
    report: Report,
    tell: Callable[[Moment], None],
) -> TunedModel:
    """Train all but the first ``fixed`` convolutions of a backbone, together with a head.

    Whole sources are dealt into five folds: three teach, one says when to stop, one tests.

    Args:
        backbone: with its bytes.
        samples: of its embeddings.
        paths: the files of the collection's pictures.
        fixed: convolutions that stay as they are.
        seed: of all that is drawn.
        report: is told how many pictures have been read, and of how many.
        tell: is told how each epoch went.

    Raises:
        ModelError: the backbone cannot be trained further, torch is missing, or nothing is left to train.
    """
    card = backbone.card
    layers = read_layers(backbone.content, card.output.tensor, card.name)
    scale = _scale(layers, card.input)
    split = rotations(deal_folds(samples.units, min(FOLDS, len(set(samples.units)))), 1)[0]
    values, truth = samples.embeddings, samples.truth
    frozen = Balanced().fit(values, truth, split, watched=False).head
    start = fit_head(values[split.train], truth[split.train], "sigmoid", PENALTY, 1.0)
    wanted = changed(card.input, size=layers.size, dtype="uint8", layout="NHWC", colour="RGB")
    with tempfile.TemporaryFile() as kept:
        pixels = _pixels([paths[row] for row in samples.rows], wanted, kept, report)
        tuned = fine_tuned(
            layers,
            start,
            Pictures(pixels, truth, split.train),
            Pictures(pixels, truth, split.validate),
            Plan(fixed=fixed, scale=scale, balance=1.0, seed=seed),
            tell,
        )
        convolutions = tuned.layers.convolutions
        raw = whole_file(convolutions, layers.size, tuned.head)
        slope, shift = fit_calibration(_logits(raw, pixels[split.validate], scale), truth[split.validate])
        # a slope below zero means no better than chance: then the order must stay
        head = tuned.head.scaled(slope, shift) if slope > 0 else tuned.head
        content = whole_file(convolutions, layers.size, head)
        logits = _logits(content, pixels[split.test], scale)
    tested = truth[split.test]
    return TunedModel(
        content,
        changed(wanted, dtype="float32", mean=(scale[0],) * 3, std=(scale[1],) * 3),
        tuned.kept,
        tuned.moments,
        _figures(tested, logits),
        _figures(tested, frozen.logits(values[split.test])),
        len(tested),
    )


def _scale(layers: Layers, given: ModelInput) -> tuple[float, float]:
    """Return mean and std of the bytes, one for all channels: the file's own, or those of its card.

    Raises:
        ModelError: the network takes other colours, or each channel in its own way.
    """
    if given.colour != "RGB" or len({*given.mean}) > 1 or len({*given.std}) > 1:
        raise ModelError(
            "fine-tuning", "takes RGB with one mean and std for all channels", "use another backbone"
        )
    if layers.mean is not None and layers.std is not None:
        return layers.mean, layers.std
    return given.mean[0], given.std[0]


def _pixels(paths: Sequence[Path], wanted: ModelInput, kept: IO[bytes], report: Report) -> NDArray[np.uint8]:
    """Return the pictures as the model takes them, in a file rather than in memory."""
    height, width = wanted.size
    pixels = np.memmap(kept, np.uint8, "w+", shape=(len(paths), height, width, 3))
    for row, path in enumerate(paths):
        report(row, len(paths))
        pixels[row] = prepare(decoded(picture_bytes(path), path), wanted)[0]
    return pixels


def _logits(content: bytes, pixels: NDArray[np.uint8], scale: tuple[float, float]) -> NDArray[np.float64]:
    """Return what the finished file says of pictures, before the sigmoid."""
    model = open_interpreter(content, subject="the tuned model")
    try:
        numbers = ((picture.astype(np.float32) - scale[0]) / scale[1] for picture in pixels)
        given = np.stack([model.run(picture[np.newaxis]).ravel() for picture in numbers])
    finally:
        model.close()
    inside = given.astype(np.float64).clip(_LEAST, 1 - _LEAST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _figures(truth: NDArray[np.bool_], logits: NDArray[np.float64]) -> tuple[float, float, float]:
    return hit_rate(truth, logits, 1), hit_rate(truth, logits, 3), mean_average_precision(truth, logits)
