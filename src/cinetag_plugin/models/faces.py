"""Finds faces in pictures with BlazeFace: on the whole picture, and on squares of its shorter side.

The network sees 128 x 128 pixels, in which a wide film frame leaves a face few. So it looks at the
whole picture with bars, and then at squares as high as the picture, side by side and overlapping.
Looking more often finds more of what is no face, and a film has many pictures without one: the
score asked for is therefore higher than the 0.5 of the published graph.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from math import ceil
from types import TracebackType
from typing import NamedTuple

import numpy as np

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.document.records import ModelUse
from cinetag_plugin.models.blaze_face import ANCHORS, SIDE, VALUES, Boxes, decoded, merged, without_nested
from cinetag_plugin.models.image import Bytes, prepare
from cinetag_plugin.models.interpreter import CpuBackend, open_interpreter
from cinetag_plugin.models.store import StoredModel

LEAST_SCORE = 0.7
"""How sure the network must be. Chosen on 60 film frames looked at."""

OVERLAP = 0.2
"""Share of their side that neighbouring squares have in common, or more."""


class Window(NamedTuple):
    """A part of a picture, in pixels, ``right`` and ``bottom`` exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class FaceFinder(AbstractContextManager["FaceFinder"]):
    """Finds faces; for one thread. It runs on the processor, where it takes a millisecond a look.

    Args:
        model: a model of the role ``faces``.
        threads: how many it may use.

    Raises:
        ModelError: the model cannot be used, or is another network than BlazeFace (short range).
    """

    def __init__(self, model: StoredModel, *, threads: int = 1) -> None:
        self._card = model.card
        self._backend = open_interpreter(model.content(), subject=model.card.name, threads=threads)
        try:
            self._boxes, self._scores = _places(self._backend, model.card.name)
        except ModelError:
            self._backend.close()
            raise

    def find(self, picture: Bytes) -> Boxes:
        """Return the faces of one picture, ``(height, width, 3)`` uint8 RGB at display aspect.

        Returns:
            Boxes from the brows to the chin, as shares of the picture's width and height.

        Raises:
            ModelError: the model failed.
        """
        size = np.array([picture.shape[1], picture.shape[0]] * 2, float)
        seen = [self._seen(picture, window) for window in windows(picture.shape[0], picture.shape[1])]
        corners = np.concatenate([boxes.corners for boxes in seen])
        scores = np.concatenate([boxes.scores for boxes in seen])
        falling = np.argsort(-scores, kind="stable")
        found = without_nested(merged(Boxes(corners[falling], scores[falling])))
        return Boxes((found.corners / size).clip(0.0, 1.0), found.scores)

    def use(self) -> ModelUse:
        """Say what ran on what, as it stands in an analysis."""
        card = self._card
        return ModelUse(role=card.role, name=card.name, sha256=card.sha256, delegate=self._backend.delegate)

    def describe(self) -> str:
        """Say in one line what runs it."""
        return f"{self._card.name}: {self._backend.describe()}"

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._backend.close()

    def _seen(self, picture: Bytes, window: Window) -> Boxes:
        """Return what one look at a window finds, in pixels of the picture."""
        part = picture[window.top : window.bottom, window.left : window.right]
        outputs = self._backend.run_each(prepare(part, self._card.input))
        raw, logits = outputs[self._boxes], outputs[self._scores]
        if not (np.isfinite(raw).all() and np.isfinite(logits).all()):
            raise ModelError(self._card.name, "gave values that are no numbers", "use another model")
        boxes = decoded(raw[0], logits[0, :, 0], LEAST_SCORE)
        height, width = part.shape[:2]
        middle = np.array([window.left + window.right, window.top + window.bottom] * 2) / 2
        return Boxes((boxes.corners - 0.5) * max(height, width) + middle, boxes.scores)


def windows(height: int, width: int) -> tuple[Window, ...]:
    """Return where to look in a picture: all of it, then squares of its shorter side along the longer."""
    whole = Window(0, 0, width, height)
    side = min(height, width)
    if height == width:
        return (whole,)
    squares = [
        Window(start, 0, start + side, side) if width > height else Window(0, start, side, start + side)
        for start in _starts(max(height, width), side)
    ]
    return (whole, *squares)


def _starts(length: int, side: int) -> Iterator[int]:
    """Yield where squares begin that cover a length evenly and overlap enough."""
    steps = ceil((length - side) / (side * (1 - OVERLAP)))
    yield from (round((length - side) * step / steps) for step in range(steps + 1))


def _places(backend: CpuBackend, subject: object) -> tuple[int, int]:
    """Return which outputs hold boxes and scores."""
    shapes = [output.shape for output in backend.outputs]
    wanted = (1, ANCHORS, VALUES), (1, ANCHORS, 1)
    if (backend.input.shape, backend.input.dtype) != ((1, SIDE, SIDE, 3), "float32") or not all(
        shape in shapes for shape in wanted
    ):
        fault = "is not BlazeFace (short range): it takes or gives other arrays"
        raise ModelError(subject, fault, "use the model face-detection")
    return shapes.index(wanted[0]), shapes.index(wanted[1])
