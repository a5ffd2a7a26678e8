"""Which labelled picture shows which beat, by the mapping of config.json, and how it is split and weighed."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.vocabulary import NO_BEAT
from cinetag_plugin.evaluation.labelled import LabelledPicture
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.training.collection import Collection
from cinetag_plugin.training.embedding_cache import cache_folder
from cinetag_plugin.training.embeddings import Measured, colour_shares, embedding_of, measure_all
from cinetag_plugin.training.samples import Samples
from cinetag_plugin.training.splits import deal_folds, source_of

Rule = Mapping[str, Any]
FOLDS = 5


def class_of(row: Mapping[str, str], rules: Sequence[Rule]) -> str:
    """Return the beat class of a row of the manifest by the first rule that fits; empty: left out."""
    part, _, rest = row["path"].partition("/")
    tags = {tag.strip() for tag in row["tags"].split(",")}
    for rule in rules:
        if (
            rule.get("part", part) == part
            and rule.get("folder", rest.split("/")[0]) == rest.split("/")[0]
            and (not rule.get("tags") or not tags.isdisjoint(rule["tags"]))
            and tags.isdisjoint(rule.get("without", ()))
            and (not rule.get("finer") or any(name in row["class"] for name in rule["finer"]))
        ):
            return str(rule["gives"])
    return ""


def collection_of(manifest: Path, config: Mapping[str, Any], without: Sequence[str] = ()) -> Collection:
    """Read the pictures that show a beat, or none; those of the source groups ``without`` are left out."""
    content = manifest.read_bytes()
    pictures, others = [], 0
    for row in csv.DictReader(content.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        found = class_of(row, config["mapping"])
        if not found or row["source_group"] in without:
            others += 1
            continue
        part, group = row["path"].split("/", 1)[0], row["source_group"]
        group = config["same_source"].get(group, group)
        pictures.append(LabelledPicture(manifest.parent / row["path"], part, frozenset({found}), group))
    checksum = hashlib.sha256(content).hexdigest()
    return Collection(manifest.parent.name, tuple(pictures), frozenset(), others, checksum)


def measured_by(card: Card, content: bytes, collection: Collection) -> Measured:
    """Run the backbone over the pictures; what the cache holds is not run again."""
    model = open_backend(content, "cpu", 1, subject=card.name, tensor=card.output.tensor)
    try:
        paths = [picture.path for picture in collection.pictures]
        measures = (embedding_of(card, model), colour_shares())
        return measure_all(paths, measures, cache_folder(), lambda done, of: None)
    finally:
        model.close()


def folds_of(manifest: Path, samples: Samples, same_source: Mapping[str, str]) -> NDArray[np.int64]:
    """Deal sources as they are dealt for the tag heads, and what these do not have to the smallest folds."""
    groups = [source_of(same_source.get(group, group)) for group in _groups_of_tags(manifest)]
    fold = dict(zip(groups, map(int, deal_folds(groups, FOLDS)), strict=True))
    sizes = Counter(fold[group] for group in groups)
    for source, count in sorted(Counter(samples.units).items(), key=lambda item: (-item[1], item[0])):
        if source not in fold:
            fold[source] = min(range(FOLDS), key=lambda number: sizes[number])
            sizes[fold[source]] += count
    return np.array([fold[unit] for unit in samples.units], np.int64)


def _groups_of_tags(manifest: Path) -> Iterator[str]:
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["path"].split("/", 1)[0] in ("tagset", "film"):
                yield row["source_group"]


def on_film(collection: Collection, samples: Samples) -> NDArray[np.bool_]:
    """Say which samples are frames of films."""
    return np.array([collection.pictures[row].room == "film" for row in samples.rows])


def weights_of(
    samples: Samples, film: NDArray[np.bool_], shares: Mapping[str, float], raised: Callable[[str], str]
) -> NDArray[np.float64]:
    """Weigh pictures as the like of them occur in films.

    The pictures of a category have its share together. What is left is without a beat, and weighs on the
    film frames alone: photographs are not what films are full of.
    """
    of = np.array([raised(label) for label in samples.labels])
    weights = np.zeros(len(samples.truth))
    for name in sorted({*of}):
        held = samples.truth[:, of == name].any(axis=1) & (film if name == NO_BEAT else True)
        share = 1 - sum(shares.values()) if name == NO_BEAT else shares[name]
        weights[held] += share / held.sum()
    return weights
