"""Step 4: how good heads upon the backbone are, also where the backbone never saw the tested sources.

Compares, on the same folds and with the recipe of ``cinetag train``: backbones that were taught without the
tested fold's sources (strict), the final one (which saw their pictures, without labels), a network of
the same shape with random weights, and a colour histogram. Writes figures with intervals over sources.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from msgspec.structs import replace as changed
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.evaluation.tags import bootstrap_each, hits, mean_average_precision
from cinetag_plugin.models.card import read_card
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.training.chain import read_layers
from cinetag_plugin.training.collection import Collection, read_collection
from cinetag_plugin.training.convert import backbone_file
from cinetag_plugin.training.embedding_cache import cache_folder
from cinetag_plugin.training.embeddings import colour_shares, embedding_of, measure_all
from cinetag_plugin.training.fit import fit_head
from cinetag_plugin.training.recipes import Balanced
from cinetag_plugin.training.samples import Samples, samples_of
from cinetag_plugin.training.splits import Split

HERE = Path(__file__).parent
FOLDS, LEAST, DRAWS = 5, 20, 400
Matrix = NDArray[np.float64]


def samples_by(card: Card, content: bytes, collection: Collection) -> Samples:
    """Return what a backbone says of the pictures."""
    model = open_backend(content, "cpu", 1, subject=card.name, tensor=card.output.tensor)
    measures = (embedding_of(card, model), colour_shares())
    paths = [picture.path for picture in collection.pictures]
    measured = measure_all(paths, measures, cache_folder(), lambda done, of: None)
    model.close()
    return samples_of(collection, measured, least=LEAST)


def random_like(card: Card, content: bytes) -> tuple[Card, bytes]:
    """Return a backbone of the same shape whose weights are drawn (He et al., ICCV 2015)."""
    layers = read_layers(content, card.output.tensor, card.name)
    draw = np.random.default_rng(0)
    drawn = [
        replace(
            layer,
            kernel=draw.normal(0, np.sqrt(2 / layer.kernel[0].size), layer.kernel.shape).astype(np.float32),
            bias=np.zeros_like(layer.bias),
        )
        for layer in layers.convolutions
    ]
    written = backbone_file(drawn, layers.size, [len(drawn) - 1])
    output = changed(card.output, tensor="")
    return changed(card, sha256=hashlib.sha256(written).hexdigest(), output=output), written


def scored(samples: Samples, folds: NDArray[np.int64], tested: Sequence[int]) -> Matrix:
    """Return logits for the pictures of some folds, each by a head that was taught the others."""
    logits = np.full(samples.truth.shape, np.nan)
    for fold in tested:
        inside, other = folds == fold, folds == (fold - 1) % FOLDS
        rows = (np.flatnonzero(chosen) for chosen in (~inside & ~other, other, inside))
        split = Split(*rows)
        fitted = Balanced().fit(samples.embeddings, samples.truth, split, watched=False)
        logits[split.test] = fitted.head.logits(samples.embeddings[split.test])
    return logits


def by_colours(samples: Samples, folds: NDArray[np.int64]) -> Matrix:
    """Return the logits of the colour histogram, with the penalty that suits it best."""
    tried = []
    for penalty in (0.03, 0.3, 3.0):
        logits = np.full(samples.truth.shape, np.nan)
        for fold in range(FOLDS):
            inside = folds == fold
            head = fit_head(samples.colours[~inside], samples.truth[~inside], "sigmoid", penalty, 1.0)
            logits[inside] = head.logits(samples.colours[inside])
        tried.append(logits)
    return max(tried, key=lambda logits: mean_average_precision(samples.truth, logits))


def figures(samples: Samples, logits: Matrix) -> dict[str, list[float]]:
    """Return hit@1, hit@3 and mean average precision, each with its 95 % interval."""
    truth, labelled = samples.truth, samples.truth.any(axis=1)
    good = {best: hits(truth, logits, best) for best in (1, 3)}

    def of(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        told = rows[labelled[rows]]
        rates = [good[best][told].mean() for best in (1, 3)]
        return np.array([*rates, mean_average_precision(truth[rows], logits[rows])])

    found = of(np.arange(len(truth)))
    low, high = bootstrap_each(samples.units, of, DRAWS)
    names = ("hit_at_1", "hit_at_3", "mean_average_precision")
    rows = zip(names, found, low, high, strict=True)
    return {name: [round(float(value), 3) for value in values] for name, *values in rows}


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("manifest", type=Path, help="MANIFEST.tsv of the pictures")
    parser.add_argument("pack", type=Path, help="the folder that pack.py wrote: it knows the folds")
    parser.add_argument("final", type=Path, help="card of the final backbone")
    parser.add_argument("strict", type=Path, nargs="*", help="cards of backbones with folds left out")
    parser.add_argument("--out", type=Path, required=True, help="the JSON to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    names = Names([builtin_vocabulary()])
    same = json.loads((HERE / "config.json").read_text())["same_source"]
    parts = ["tagset", "film"]
    collection = read_collection(options.manifest, names.resolve, parts=parts, same_source=same)
    fold_of = {row["path"]: row["fold"] for row in json.loads((options.pack / "pictures.json").read_text())}
    final, *strict = [_backbone(path) for path in (options.final, *options.strict)]
    samples = samples_by(*final, collection)
    places = [collection.pictures[row].path.relative_to(options.manifest.parent) for row in samples.rows]
    folds = np.array([fold_of[str(place)] for place in places])
    systems = {
        "saw the pictures without labels": scored(samples, folds, range(FOLDS)),
        "random weights": scored(samples_by(*random_like(*final), collection), folds, range(FOLDS)),
        "colour histogram": by_colours(samples, folds),
    }
    unseen = np.full(samples.truth.shape, np.nan)
    for card, content in strict:
        left_out = card.trained_on["left_out_folds"]
        given = scored(samples_by(card, content, collection), folds, left_out)
        inside = np.isin(folds, left_out)
        unseen[inside] = given[inside]
    if not np.isnan(unseen).any():
        systems = {"never saw the tested sources": unseen, **systems}
    found = {name: figures(samples, logits) for name, logits in systems.items()}
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    logging.info(json.dumps(found, indent=1))


def _backbone(path: Path) -> tuple[Card, bytes]:
    card = read_card(path)
    return card, (path.parent / card.file).read_bytes()


if __name__ == "__main__":
    main()
