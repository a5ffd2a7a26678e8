"""Scores pictures with several models at once: one pass of each backbone, all its heads upon that."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card, Relations
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.document.records import ModelUse
from cinetag_plugin.document.vocabulary import NO_BEAT, slug_of
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.image import prepare
from cinetag_plugin.models.interpreter import Backend
from cinetag_plugin.models.store import ModelStore, StoredModel

Scores = tuple[tuple[str, float], ...]

_LEAST = 1e-9
"""Probabilities are kept this far from 0 and 1 before they become logits."""

_SLACK = 0.01
"""How far a probability of a quantised model may lie outside [0, 1]."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What the models say of one picture.

    Attributes:
        scores: by card name, (label, probability) in falling order, equal ones in label order.
        embeddings: by backbone name, the float32 vector that its heads were given.
    """

    scores: Mapping[str, Scores]
    embeddings: Mapping[str, NDArray[np.float32]]


class Classifier:
    """Runs whole models, and backbones with their heads; a context manager, for one thread.

    Args:
        models: heads, whole models, and backbones wanted for their embedding alone.
        store: where the heads' backbones are found.
        delegate: ``auto``, ``gpu``, ``cpu`` or a delegate library; heads always run on the processor.
        threads: how many a model may use on the processor.
        refine: refine tags by how they go together, as their models' cards have it.

    Raises:
        ModelError: a model, its backbone or the delegate cannot be used, or does not fit its card; or
            its card does not say how its tags go together.
    """

    def __init__(
        self,
        models: Iterable[StoredModel],
        store: ModelStore,
        *,
        delegate: str = "auto",
        threads: int = 1,
        refine: bool = False,
    ) -> None:
        self._refine = refine
        self._pictures: dict[str, _Loaded] = {}
        self._heads: dict[str, _Loaded] = {}
        with ExitStack() as opened:
            for model in models:
                if refine and model.card.role == "tags" and model.card.output.relations is None:
                    fault = "does not know how its tags go together"
                    raise ModelError(model.card.name, fault, "leave --refine out")
                if model.card.backbone:
                    backbone = store.backbone_of(model)
                    self._load(self._pictures, backbone, delegate, threads, opened)
                    self._load(self._heads, model, "cpu", threads, opened)
                    _check_pair(model, backbone)
                else:
                    self._load(self._pictures, model, delegate, threads, opened)
            self._opened = opened.pop_all()

    def classify(self, picture: NDArray[np.uint8]) -> Classified:
        """Score one picture, ``(height, width, 3)`` uint8 RGB at display aspect.

        Raises:
            ModelError: a model failed, or gave what is no probability.
        """
        given = {
            name: model.run(prepare(picture, model.card.input)) for name, model in self._pictures.items()
        }
        embeddings = {n: v for n, v in given.items() if self._pictures[n].card.role == "embedding"}
        for name, head in self._heads.items():
            given[name] = head.run(embeddings[head.card.backbone].reshape(head.backend.input.shape))
        loaded = self._pictures | self._heads
        scores = {
            n: loaded[n].scores(v, refine=self._refine) for n, v in given.items() if n not in embeddings
        }
        return Classified(scores, embeddings)

    def uses(self) -> tuple[ModelUse, ...]:
        """Say which models ran on what, as it stands in an analysis."""
        return tuple(model.use() for model in (*self._pictures.values(), *self._heads.values()))

    def describe(self) -> tuple[str, ...]:
        """Say of each model in one line what runs it, and why that."""
        loaded = (*self._pictures.values(), *self._heads.values())
        return tuple(f"{model.card.name}: {model.backend.describe()}" for model in loaded)

    def close(self) -> None:
        """Give the memory of all models back."""
        self._opened.close()

    def __enter__(self) -> "Classifier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _load(
        among: dict[str, "_Loaded"], model: StoredModel, delegate: str, threads: int, opened: ExitStack
    ) -> None:
        known = among.get(model.card.name)
        if known is None:
            loaded = _Loaded(model, delegate, threads)
            opened.callback(loaded.backend.close)
            among[model.card.name] = loaded
        elif known.card.sha256 != model.card.sha256:
            raise ModelError(model.card.name, "two different models have this name", "rename one of them")


class _Loaded:
    """A model with its card, ready to run."""

    def __init__(self, model: StoredModel, delegate: str, threads: int) -> None:
        self.card: Card = model.card
        output = model.card.output
        self.backend: Backend = open_backend(
            model.content(), delegate, threads, subject=model.card.name, tensor=output.tensor
        )
        self._order = given_labels(model.card)
        try:
            check_fit(model.card, self.backend)
        except ModelError:
            self.backend.close()
            raise

    def run(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Return the output as a vector."""
        return self.backend.run(array).ravel()

    def scores(self, raw: NDArray[np.float32], *, refine: bool) -> Scores:
        """Turn the raw output into labels with probabilities, in falling order, without untrained ones."""
        labels = self.card.output.labels
        given = probabilities(raw, self.card.output.activation, self.card.name)
        if refine and self.card.output.relations is not None:
            given = refined(given, self.card.output.relations)
        falling = sorted(self._order, key=lambda index: (-given[index], index))
        return tuple((labels[index], float(given[index])) for index in falling)

    def use(self) -> ModelUse:
        card = self.card
        known = [card.output.labels[index] for index in sorted(self._order)]
        background = [NO_BEAT] if card.role == "beats" and NO_BEAT in card.output.labels else []
        return ModelUse(
            role=card.role,
            name=card.name,
            sha256=card.sha256,
            delegate=self.backend.delegate,
            backbone=card.backbone,
            labels=tuple(dict.fromkeys([*(slug_of(label) for label in known), *background])),
            errors=card.errors,
        )


def probabilities(raw: NDArray[np.float32], activation: str, subject: object) -> NDArray[np.float64]:
    """Apply ``none``, ``sigmoid`` or ``softmax`` to a vector of raw outputs.

    Raises:
        ModelError: the outputs are not finite; or, with ``none``, no probabilities.
    """
    values = raw.astype(np.float64)
    if not np.isfinite(values).all():
        raise ModelError(subject, "gave values that are no numbers", "use another model")
    if activation == "softmax":
        powers = np.exp(values - values.max())
        return np.asarray(powers / powers.sum())
    if activation == "sigmoid":
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))
    if values.min() < -_SLACK or values.max() > 1 + _SLACK:
        fault = f"gave {values.min():.3g} to {values.max():.3g} where probabilities lie in 0 to 1"
        raise ModelError(subject, fault, "correct the activation in its card")
    return values.clip(0.0, 1.0)


def refined(given: NDArray[np.float64], relations: Relations) -> NDArray[np.float64]:
    """Return probabilities that take into account how labels go together."""
    inside = given.clip(_LEAST, 1 - _LEAST)
    logits = np.log(inside) - np.log1p(-inside)
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * (np.array(relations.matrix) @ logits + relations.offset))))


def given_labels(card: Card) -> tuple[int, ...]:
    """Return the places of the labels that a model may answer: not the untrained, nor "no beat"."""
    unknowable = {slug_of(label) for label in card.untrained}
    if card.role == "beats":
        unknowable.add(NO_BEAT)
    return tuple(i for i, label in enumerate(card.output.labels) if slug_of(label) not in unknowable)


def check_fit(card: Card, backend: Backend) -> None:
    """Raise a :class:`ModelError` where a model takes or gives something else than its card says."""
    wanted = _input_shape(card)
    if card.input.kind == "picture" and (backend.input.shape, backend.input.dtype) != (
        wanted,
        card.input.dtype,
    ):
        expected = f"{' x '.join(map(str, wanted))} {card.input.dtype}"
        raise ModelError(
            card.name, f"takes {backend.input} where its card says {expected}", "correct the card"
        )
    if card.input.kind == "embedding" and int(np.prod(backend.input.shape)) != card.input.size[0]:
        fault = f"takes {backend.input} where its card says {card.input.size[0]} values"
        raise ModelError(card.name, fault, "correct the card")
    if card.input.kind == "sound" and int(np.prod(backend.input.shape)) != card.input.size[0]:
        fault = f"takes {backend.input} where its card says {card.input.size[0]} samples"
        raise ModelError(card.name, fault, "correct the card")
    size = len(card.output.labels) or card.output.size
    if int(np.prod(backend.output.shape)) != size:
        what = "labels" if card.output.labels else "values"
        raise ModelError(
            card.name, f"gives {backend.output} where its card has {size} {what}", "correct the card"
        )


def _input_shape(card: Card) -> tuple[int, ...]:
    return (1, 3, *card.input.size) if card.input.layout == "NCHW" else (1, *card.input.size, 3)


def _check_pair(head: StoredModel, backbone: StoredModel) -> None:
    if head.card.input.size[0] != backbone.card.output.size:
        fault = (
            f"takes {head.card.input.size[0]} values, {backbone.card.name} gives {backbone.card.output.size}"
        )
        raise ModelError(head.card.name, fault, "use the backbone it was trained on")
    if head.card.trained_on.get("backbone_sha256", backbone.card.sha256) != backbone.card.sha256:
        fault = f"was trained on another {backbone.card.name} than the one that is here"
        raise ModelError(head.card.name, fault, "use the backbone it was trained on")
