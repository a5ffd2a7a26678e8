"""What the models say of a key frame: tags, and beat classes of one stage or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.beats.votes import NONE
from cinetag_plugin.document.records import BeatScore, KeyFrame, ModelUse, TagScore
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cinetag_plugin.models.heads import Classifier, Scores
    from cinetag_plugin.models.store import ModelStore

LABELS_PER_KEY_FRAME = 3
"""Best labels kept of each key frame, as in the paper."""


class Labeller:
    """Labels key frames with the models that were chosen.

    Args:
        classifier: runs all of them.
        names: turns their labels into slugs.
        roles: what each model is there for, by name: ``tags``, ``beats`` or ``split``.
    """

    def __init__(self, classifier: Classifier, names: Names, roles: dict[str, str]) -> None:
        self._classifier, self._names, self._roles = classifier, names, roles
        self._scheme = Scheme(names.beat_classes)

    def uses(self) -> tuple[ModelUse, ...]:
        """Say which models ran on what, as it stands in an analysis."""
        return tuple(
            replace(use, role="split") if self._roles.get(use.name) == "split" else use
            for use in self._classifier.uses()
        )

    def labelled(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> KeyFrame:
        """Return a key frame with its best labels; ``picture`` is RGB, ``(height, width, 3)``, uint8.

        Raises:
            ModelError: a model failed, or gave what is no probability.
        """
        given = self._classifier.classify(picture).scores
        scores = {self._roles[name]: found for name, found in given.items() if name in self._roles}
        tags = scores.get("tags", ())[:LABELS_PER_KEY_FRAME]
        return replace(
            key_frame,
            tags=tuple(TagScore(tag=self._names.resolve(label), probability=p) for label, p in tags),
            beats=self._beats(scores.get("beats", ()), scores.get("split", ())),
        )

    def _beats(self, first: Scores, second: Scores) -> tuple[BeatScore, ...]:
        """Return the best categories with all their parts, merged ones split where a second stage can."""
        slug = self._names.resolve_category
        found = [BeatScore(category=slug(label), probability=p) for label, p in first]
        beats = [score for score in found if score.category != NONE]
        kept = {score.category for score in self._scheme.rolled_up(beats)[:LABELS_PER_KEY_FRAME]}
        best = [score for score in beats if self._scheme.raised(score.category) in kept]
        return self._scheme.split(best, {slug(label): p for label, p in second}) if second else tuple(best)


def opened_labeller(
    settings: Settings,
    store: ModelStore,
    names: Names,
    owned: ExitStack,
    tell: Callable[[str], None],
) -> Labeller | None:
    """Load the models that the settings name; None where none is wanted.

    Args:
        settings: which stages, models and delegate.
        store: where models are found.
        names: turns labels into slugs.
        owned: closes the models.
        tell: gets a line for each model.

    Raises:
        ModelError: a model or delegate cannot be used.
    """
    wanted = _wanted(settings)
    if not wanted:
        return None
    from cinetag_plugin.models.heads import Classifier

    models = {role: store.giving("tags" if role == "tags" else "beats", name) for role, name in wanted}
    classifier = owned.enter_context(
        Classifier(
            models.values(),
            store,
            delegate=settings.delegate,
            threads=settings.threads or 1,
            refine=settings.refine == "correlation",
        )
    )
    for line in classifier.describe():
        tell(line)
    return Labeller(classifier, names, {model.card.name: role for role, model in models.items()})


def _wanted(settings: Settings) -> Sequence[tuple[str, str]]:
    """Return the roles for which a model is named, each with its name."""
    tags = [("tags", settings.tag_model)] if "tags" in settings.only else []
    beats = [("beats", settings.beat_model), ("split", settings.split_model)]
    return [(role, name) for role, name in tags + (beats if "beats" in settings.only else []) if name]
