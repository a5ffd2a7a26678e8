"""What stands in the card of a head that a user trained: data, recipe, figures, and what it cannot know."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.training.exclusive import known_errors
from cinetag_plugin.training.samples import Samples
from cinetag_plugin.training.trial import LabelFigures, Trial
from cinetag_plugin.training.tuning import TunedModel

PACKAGES = ("cinetag-plugin", "numpy", "pillow", "ai-edge-litert")
TUNED_LEGEND = {
    "tuned": "on the pictures of one fold of sources, left out of training",
    "frozen": "a head upon the backbone as it was, on the same pictures",
}
LEGEND = {
    "head": "on pictures left out: the figure, and its 95 % interval when whole sources are drawn again",
    "colours": "a histogram of hue, saturation and value with a head of its own, on the same pictures",
    "majority": "the most frequent labels of the other pictures; its mean average precision is chance",
    "refined": "the head with --refine correlation, its relations learnt from the other folds",
    "each_label": "tested: pictures left out that have the label; average precisions of head and baselines; "
    "above_baselines: in which share of the draws of sources the head's is the best",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a head comes from.

    Attributes:
        data_set: the collection's name.
        manifest_sha256: empty where the collection is a folder.
        broken: pictures that could not be read.
        unlabelled: pictures without a label of use.
        seed: of everything that was drawn.
        least: pictures that a label needs.
    """

    data_set: str
    manifest_sha256: str
    broken: int
    unlabelled: int
    seed: int
    least: int


def head_card(
    name: str,
    role: Literal["tags", "beats"],
    backbone: Card,
    samples: Samples,
    trial: Trial,
    origin: Origin,
    vocabulary: Sequence[str],
    raised: Callable[[str], str] | None = None,
) -> Card:
    """Describe a head; its checksum is left for :func:`~cinetag_plugin.training.cards.ship`.

    Args:
        name: of the head, and of its file.
        role: what its labels are.
        backbone: the card of the model it takes its embedding from.
        samples, trial, origin: what it was trained on, how it did, where the pictures come from.
        vocabulary: slugs of which each must be a label or stand as untrained.
        raised: for beats, gives the category that a class is a part of; errors are counted by category.
    """
    errors = None
    asked = [slug for slug in vocabulary if raised is None or slug not in {*map(raised, samples.labels)}]
    if raised is not None:
        categories = [raised(label) for label in samples.labels]
        errors = known_errors(trial.held_out, samples.truth, categories, shares=shares_of(trial, samples))
    return Card(
        name=name,
        role=role,
        file=f"{name}.tflite",
        sha256="",
        backbone=backbone.name,
        input=ModelInput(kind="embedding", size=(backbone.output.size,)),
        output=ModelOutput(
            kind="scores", activation="none", labels=samples.labels, relations=trial.relations
        ),
        untrained=_untrained(samples, origin.least, asked),
        trained_on=_trained_on(backbone, samples, trial, origin),
        errors=errors,
        measured=_measured(samples, trial),
        limits=_limits(samples, trial),
    )


def shares_of(trial: Trial, samples: Samples) -> list[float]:
    """Return how frequent each label was where probabilities were made to hold; nothing if they were not."""
    shares = trial.calibration.get("shares", {})
    return [shares[label] for label in samples.labels] if shares else []


def tuned_card(
    name: str,
    role: Literal["tags", "beats"],
    backbone: Card,
    samples: Samples,
    model: TunedModel,
    fixed: int,
    origin: Origin,
    vocabulary: Sequence[str],
) -> Card:
    """Describe a whole model whose last layers were trained too; see :func:`head_card`."""
    names = ("hit_at_1", "hit_at_3", "mean_average_precision")
    facts = {key: value for key, value in asdict(origin).items() if value != ""}
    figures = {
        what: dict(zip(names, (round(value, 3) for value in found), strict=True))
        for what, found in (("tuned", model.tuned), ("frozen", model.frozen))
    }
    return Card(
        name=name,
        role=role,
        file=f"{name}.tflite",
        sha256="",
        input=model.input,
        output=ModelOutput(kind="scores", labels=samples.labels),
        untrained=_untrained(samples, origin.least, vocabulary),
        trained_on={
            **facts,
            "pictures": len(samples.truth),
            "sources": len(set(samples.sources)) if samples.by_source else "unknown",
            "fine_tuned": backbone.name,
            "fine_tuned_sha256": backbone.sha256,
            "layers_fixed": fixed,
            "epoch_kept": model.kept,
            "versions": _versions(),
        },
        measured={**figures, "pictures_tested": model.tested, "legend": TUNED_LEGEND},
        limits="Trained by its user; its figures hold for pictures like those it was trained on.",
    )


def single_source(trial: Trial) -> list[str]:
    """Return the labels whose pictures all come from one source: their figures say nothing of the next."""
    return [label for label, figures in trial.tags.items() if figures.sources == 1]


def _untrained(samples: Samples, least: int, vocabulary: Sequence[str]) -> dict[str, str]:
    reasons = {
        label: f"too few pictures to train on: {count} of {least}" for label, count in samples.too_few.items()
    }
    if samples.background:
        reasons[samples.background] = "what pictures show that show none of the others: never an answer"
    for slug in vocabulary:
        if slug not in samples.labels:
            reasons.setdefault(slug, "no pictures in the data set")
    return reasons


def _trained_on(backbone: Card, samples: Samples, trial: Trial, origin: Origin) -> dict[str, Any]:
    facts = asdict(origin)
    return {
        **{key: value for key, value in facts.items() if value != ""},
        "pictures": len(samples.truth),
        "copies_merged": samples.copies,
        "sources": len(set(samples.sources)) if samples.by_source else "unknown",
        "split": trial.split,
        "recipe": trial.settings,
        "calibration": trial.calibration,
        "backbone_sha256": backbone.sha256,
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _measured(samples: Samples, trial: Trial) -> dict[str, Any]:
    return {
        **trial.systems,
        "each_label": {label: _plain(figures) for label, figures in trial.tags.items()},
        "single_source": single_source(trial),
        "legend": LEGEND,
    }


def _plain(figures: LabelFigures) -> Mapping[str, Any]:
    return {
        name: None if value is None or math.isnan(value) else round(value, 3)
        for name, value in asdict(figures).items()
    }


def _limits(samples: Samples, trial: Trial) -> str:
    said = ["Trained by its user; its figures hold for pictures like those it was trained on."]
    if not samples.by_source:
        said.append(
            "Where its pictures come from was not told, so like pictures stood on both sides of the split: "
            "the figures flatter."
        )
    if alone := single_source(trial):
        said.append(
            f"{len(alone)} of its labels come from a single source each, and may mean that source alone."
        )
    return " ".join(said)
