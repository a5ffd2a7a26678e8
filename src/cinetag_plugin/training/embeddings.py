"""What a backbone says of every picture of a collection, and the colours that a baseline needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import MediaError, ModelError
from cinetag_plugin.models.image import prepare
from cinetag_plugin.models.interpreter import Backend
from cinetag_plugin.training.embedding_cache import EmbeddingCache, Tell
from cinetag_plugin.training.pictures import colours, decoded, picture_bytes

Report = Callable[[int, int | None], None]
COLOURS = 128


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that turns a picture into a vector.

    Attributes:
        key: changes whenever the same picture may give another vector.
        size: values of the vector.
        of: takes ``(height, width, 3)`` uint8 RGB.
    """

    key: str
    size: int
    of: Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Vectors of the pictures that could be read.

    Attributes:
        rows: which of the pictures given these are.
        checksums: of their files.
        vectors: for each measure ``(pictures, values)`` float32.
        faults: what is wrong with the others.
    """

    rows: tuple[int, ...]
    checksums: tuple[bytes, ...]
    vectors: tuple[NDArray[np.float32], ...]
    faults: tuple[MediaError, ...]


def embedding_of(card: Card, backend: Backend) -> Measure:
    """Return the measure that runs a backbone; its key tells file, layer, preparation and what runs it."""
    told = (card.sha256, card.output.tensor, msgspec.to_builtins(card.input), backend.delegate)
    key = f"embedding 1 {msgspec.json.encode(told).decode()}"

    def embedded(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        vector = backend.run(prepare(picture, card.input)).ravel()
        if not np.isfinite(vector).all():
            raise ModelError(card.name, "gave values that are no numbers", "use another backbone")
        return vector

    return Measure(key, card.output.size, embedded)


def colour_shares() -> Measure:
    """Return the measure of a picture's colours, for the baseline."""
    return Measure("colours 1", COLOURS, colours)


def measure_all(
    paths: Sequence[Path],
    measures: Sequence[Measure],
    cache: Path,
    report: Report,
    tell: Tell = lambda line: None,
) -> Measured:
    """Measure pictures; what is in the cache is not measured again.

    What was measured is kept in the cache, also when this is interrupted.

    Args:
        paths: of the pictures.
        measures: what is asked of each.
        cache: the folder of all caches.
        report: is told how many pictures are done, and of how many.
        tell: takes a line for people, where the cache is broken or cannot be written.

    Raises:
        ModelError: the backbone cannot be run.
    """
    caches = [EmbeddingCache(cache, measure.key, measure.size, tell) for measure in measures]
    vectors = [np.empty((len(paths), measure.size), np.float32) for measure in measures]
    rows: list[int] = []
    checksums, faults = [], []
    try:
        for index, path in enumerate(paths):
            report(index, len(paths))
            try:
                checksum, found = _measured(path, measures, caches)
            except MediaError as fault:
                faults.append(fault)
                continue
            for array, vector in zip(vectors, found, strict=True):
                array[len(rows)] = vector
            rows.append(index)
            checksums.append(checksum)
    finally:
        for kept in caches:
            kept.flush()
    cut = tuple(array[: len(rows)] for array in vectors)
    return Measured(tuple(rows), tuple(checksums), cut, tuple(faults))


def _measured(
    path: Path, measures: Sequence[Measure], caches: Sequence[EmbeddingCache]
) -> tuple[bytes, list[NDArray[np.float32]]]:
    content = picture_bytes(path)
    checksum = hashlib.sha256(content).digest()
    picture: NDArray[np.uint8] | None = None
    found = []
    for measure, cache in zip(measures, caches, strict=True):
        vector = cache.get(checksum)
        if vector is None:
            picture = decoded(content, path) if picture is None else picture
            vector = measure.of(picture)
            cache.put(checksum, vector)
        found.append(vector)
    return checksum, found
