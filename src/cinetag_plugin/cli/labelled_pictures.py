"""What a model says of labelled pictures, in the way an analysis asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.document.errors import DocumentError, MediaError, ModelError
from cinetag_plugin.document.vocabulary import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cinetag_plugin.evaluation.labelled import LabelledPicture, Listing
    from cinetag_plugin.models.heads import Classifier
    from cinetag_plugin.models.store import ModelStore, StoredModel

MOST_TOLD = 10
"""Faults of one kind that get a line each; the others are counted."""


@dataclass(frozen=True, slots=True)
class ScoredPictures:
    """Pictures that could be read, and what the model says of them.

    Attributes:
        pictures: in the order of the listing.
        sources: where each picture comes from, as training takes it: groups that share a picture are one.
        probabilities: ``(pictures, slugs)``.
        broken: how many pictures could not be read.
    """

    pictures: tuple[LabelledPicture, ...]
    sources: tuple[str, ...]
    probabilities: NDArray[np.float64]
    broken: int


class PictureModel:
    """A model that gives scores, found by name; what it knows, and what it says of pictures.

    Args:
        wanted: name of a model, or path of a card or ``.tflite``.
        role: what it must give, ``tags`` or ``beats``.

    Raises:
        ModelError: there is none, or it gives something else.
    """

    def __init__(self, wanted: str, role: str) -> None:
        from cinetag_plugin.hooks.manager import Plugins
        from cinetag_plugin.models.heads import given_labels
        from cinetag_plugin.models.store import ModelStore

        plugins = Plugins(warn=say)
        self.names: Names = plugins.names()
        self._store: ModelStore = ModelStore(plugin_cards=plugins.cards())
        self.model: StoredModel = self._store.find(wanted)
        card = self.model.card
        self.name = card.name
        if card.role != role:
            fault = f"gives {card.role}, not {role}"
            raise ModelError(card.name, fault, "name another with --model, or correct the role in its card")
        self.slug: Callable[[str], str] = self.names.resolve if role == "tags" else self._category
        known = (card.output.labels[place] for place in given_labels(card))
        self.slugs: tuple[str, ...] = tuple(dict.fromkeys(map(self.slug, known)))

    def _category(self, label: str) -> str:
        """Return the beat category of a label, or the one that it is a part of."""
        from cinetag_plugin.beats.scheme import Scheme

        return Scheme(self.names.beat_classes).raised(self.names.resolve_category(label))

    def listing(self, path: Path) -> Listing:
        """Read a folder or manifest; tell of bad rows, and where the card says that it trained the model.

        Raises:
            DocumentError: it cannot be read.
        """
        from cinetag_plugin.evaluation.labelled import read_labelled

        found = read_labelled(path)
        tell([f"{path}: {fault}: left out" for fault in found.faults])
        if not all(picture.group for picture in found.pictures):
            say(f"{path}: not all pictures have a known source: those without count as of one")
        if found.sha256 and found.sha256 == self.model.card.trained_on.get("manifest_sha256"):
            say(f"{path}: {self.name} was trained on it: the figures say nothing of new films")
        return found

    def scored(self, pictures: Sequence[LabelledPicture], label: str) -> ScoredPictures:
        """Score pictures; one that cannot be read is told and passed over.

        Raises:
            ModelError: the model cannot be used.
            DocumentError: no picture can be read.
        """
        from hashlib import sha256

        import numpy as np

        from cinetag_plugin.models.heads import Classifier
        from cinetag_plugin.training.pictures import decoded, picture_bytes
        from cinetag_plugin.training.splits import joined, source_of

        kept, checksums, values, faults = [], [], [], []
        progress = progress_of(label, quiet=False, target=None, unit="pictures")
        with Classifier([self.model], self._store) as classifier, progress as report:
            for line in classifier.describe():
                say(line)
            for done, picture in enumerate(pictures, 1):
                try:
                    content = picture_bytes(picture.path)
                    pixels = decoded(content, picture.path)
                except MediaError as fault:
                    faults.append(f"{picture.path}: {fault.fault}: left out")
                    continue
                values.append(self._probabilities(classifier, pixels))
                kept.append(picture)
                checksums.append(sha256(content).digest())
                report(done, len(pictures))
        tell(faults)
        if not kept:
            raise DocumentError(label, "none of its pictures can be read", "check the files")
        sources = joined([source_of(picture.group) for picture in kept], checksums)
        return ScoredPictures(tuple(kept), tuple(sources), np.array(values), len(faults))

    def _probabilities(self, classifier: Classifier, pixels: NDArray[np.uint8]) -> list[float]:
        """Return what the model says of a picture, in the order of the slugs.

        The parts of a beat category are added up; of two names of one tag the likelier counts.
        """
        found = dict.fromkeys(self.slugs, 0.0)
        for name, probability in classifier.classify(pixels).scores[self.model.card.name]:
            slug, before = self.slug(name), found[self.slug(name)]
            parts = self.model.card.role == "beats"
            found[slug] = min(1.0, before + probability) if parts else max(before, probability)
        return [*found.values()]


def tell(faults: Sequence[str]) -> None:
    """Say what is wrong, one line each; of many the first, and how many more there are."""
    for fault in faults[:MOST_TOLD]:
        say(fault)
    if len(faults) > MOST_TOLD:
        say(f"and {len(faults) - MOST_TOLD} more of this kind")


def counted_labels(
    pictures: Iterable[LabelledPicture], slug: Callable[[str], str], known: Sequence[str]
) -> dict[str, int]:
    """Count the pictures of each label that is not among the known ones, the most frequent first."""
    found = Counter(label for picture in pictures for label in {*map(slug, picture.labels)} - {*known})
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
