"""What a sound model hears in a film: speech, music, gunfire and the like, each from 0 to 1.

The model listens to windows of the length that it takes, each overlapping the next by half. Of a
window, a measure is the highest probability among the classes that ``heard.json`` names for it. A shot
has the mean of the windows that lie wholly in it; one in which none lies has the window nearest to its
middle.
"""

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.records import ModelUse
from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.media.sound import RATE, SoundBlock
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.heads import check_fit, probabilities
from cinetag_plugin.models.store import StoredModel

_CLASSES = Path(__file__).with_name("heard.json")


def heard_classes() -> dict[str, tuple[str, ...]]:
    """Return which classes of sound make up each measure, as AudioSet calls them."""
    return msgspec.json.decode(_CLASSES.read_bytes(), type=dict[str, tuple[str, ...]])


class SoundModel:
    """A sound model, opened; for one thread. It runs on the processor, whatever delegate pictures have.

    Args:
        stored: the model, its file here, with role ``sound``.
        classes: the classes of each measure; those that the model does not know are left out.

    Raises:
        ModelError: it cannot be used, or does not fit its card.
    """

    def __init__(self, stored: StoredModel, classes: Mapping[str, Sequence[str]]) -> None:
        self.card: Card = stored.card
        self._backend = open_backend(
            stored.content(), "cpu", subject=self.card.name, tensor=self.card.output.tensor
        )
        check_fit(self.card, self._backend)
        places = {label: index for index, label in enumerate(self.card.output.labels)}
        known = {
            name: [places[label] for label in labels if label in places] for name, labels in classes.items()
        }
        self._places = {name: found for name, found in known.items() if found}
        self.names = tuple(self._places)
        self.length = self.card.input.size[0]

    def hear(self, samples: NDArray[np.float32]) -> list[float]:
        """Return the measures of ``(length,)`` samples, in the order of ``names``.

        Raises:
            ModelError: the model failed, or gave what is no probability.
        """
        raw = self._backend.run(samples.reshape(self._backend.input.shape)).ravel()
        given = probabilities(raw, self.card.output.activation, self.card.name)
        return [float(given[places].max()) for places in self._places.values()]

    def use(self) -> ModelUse:
        """Say which model ran, as it stands in an analysis; its labels are the measures."""
        return ModelUse(
            role=self.card.role,
            name=self.card.name,
            sha256=self.card.sha256,
            delegate=self._backend.delegate,
            labels=self.names,
        )

    def close(self) -> None:
        """Give the memory back."""
        self._backend.close()


class Heard:
    """Runs a sound model over a film as its sound streams by; a :class:`~.sound.Meter`."""

    def __init__(self, model: SoundModel) -> None:
        self._model = model
        self._hop = max(1, model.length // 2)
        self._kept = np.zeros(0, np.float32)
        self._start: float | None = None
        self._fed = 0
        self._heard_until = 0
        self._middles = array("d")
        self._values = array("f")

    def feed(self, block: SoundBlock) -> None:
        """Take the next block."""
        if self._start is None:
            self._start = float(block.start)
        self._kept = np.concatenate([self._kept, block.samples])
        self._fed += len(block.samples)
        while self._heard_until + self._new <= self._fed:
            self._listen(self._heard_until + self._new)
        # what the next window and, at the end, the last one need
        self._kept = self._kept[-self._model.length - self._hop :]

    @property
    def _new(self) -> int:
        """How many samples the next window adds."""
        return self._hop if self._heard_until else self._model.length

    def finish(self) -> None:
        """Listen to the last samples: in a window that ends with them, silence before a sound too short."""
        if self._heard_until < self._fed:
            self._listen(self._fed)

    def _listen(self, end: int) -> None:
        length = self._model.length
        last = len(self._kept) - (self._fed - end)
        window = self._kept[max(0, last - length) : last]
        filled = np.pad(window, (length - len(window), 0))
        assert self._start is not None
        self._middles.append(self._start + (end - len(window) / 2) / RATE)
        self._values.extend(self._model.hear(filled))
        self._heard_until = end

    def measures(self, shot: Stretch) -> dict[str, float]:
        """Return the measures of a shot; empty where no window lies near."""
        middles, names = np.asarray(self._middles), self._model.names
        if not len(middles) or not names:
            return {}
        half = self._model.length / RATE / 2
        first, last = np.searchsorted(middles, (shot.start + half, shot.end - half))
        if last <= first:
            first = int(np.abs(middles - shot.middle).argmin())
            last = first + 1
            if abs(middles[first] - shot.middle) > 2 * half:
                return {}
        values = np.asarray(self._values).reshape(-1, len(names))[first:last]
        return dict(zip(names, values.mean(axis=0).tolist(), strict=True))
