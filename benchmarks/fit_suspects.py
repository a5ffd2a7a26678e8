"""Fit the two logistic rules of ``shots/suspects.py`` on films with known cuts, and print their weights.

    python benchmarks/fit_suspects.py FILM TRUTH [FILM TRUTH …]

Frames inside gradual transitions are left out. Needs scikit-learn.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from cinetag_plugin.evaluation.shots import read_truth
from cinetag_plugin.media.excerpts import Excerpts
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.slices import intra_pictures
from cinetag_plugin.shots.measures import measure
from cinetag_plugin.shots.suspects import distances, key_features, picture_features

SHRINKAGE = 0.3
"""Inverse strength of the penalty on weights of standardised columns."""

Rows = tuple[Any, Any]
"""Features, one row a picture, and whether a shot begins there."""


def rows_of(film: Path, truth: Path) -> tuple[Rows, Rows]:
    """Return what the rules see of a film: of the pictures between key pictures, and of those."""
    ffmpeg = find_ffmpeg()
    facts = probe(film, ffmpeg)
    packets = read_packets(facts, ffmpeg)
    pictures = Excerpts(facts, ffmpeg, packets).key_pictures()
    keys = np.array([picture.index for picture in pictures])
    colours, structure = distances([measure(picture) for picture in pictures])
    intra = intra_pictures(facts, ffmpeg, packets)
    cuts, known = labels(truth, len(packets))
    between = known & ~np.isin(np.arange(len(packets)), keys)
    every = picture_features(packets, intra, keys, colours + structure)
    at_keys = key_features(packets, keys, colours, structure)
    of_keys = known[keys[1:]]
    return (every[between], cuts[between]), (at_keys[of_keys], cuts[keys[1:]][of_keys])


def labels(truth: Path, frames: int) -> tuple[Any, Any]:
    """Return for every frame whether a shot begins there, and whether it can be told."""
    cuts, known = np.zeros(frames, np.bool_), np.ones(frames, np.bool_)
    for boundary in read_truth(truth).boundaries:
        if boundary.kind == "cut":
            cuts[boundary.start] = True
        else:
            known[max(0, boundary.start - 1) : boundary.end + 2] = False
    return cuts, known | cuts


def fitted(rows: Sequence[Rows]) -> list[float]:
    """Return the constant and the weights, for columns as they are."""
    features = np.concatenate([row[0] for row in rows])
    middle, spread = features.mean(0), features.std(0) + 1e-9
    rule = LogisticRegression(C=SHRINKAGE, max_iter=1000)
    rule.fit((features - middle) / spread, np.concatenate([row[1] for row in rows]))
    weights = rule.coef_[0] / spread
    return [round(float(w), 2) for w in (rule.intercept_[0] - (weights * middle).sum(), *weights)]


def main() -> None:
    """Print both rules."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("films", nargs="+", type=Path, help="pairs of a film and its truth")
    args = parser.parse_args()
    films = [rows_of(film, truth) for film, truth in zip(args.films[::2], args.films[1::2], strict=True)]
    print("PICTURE_WEIGHTS =", tuple(fitted([film[0] for film in films])))
    print("KEY_WEIGHTS =", tuple(fitted([film[1] for film in films])))


if __name__ == "__main__":
    main()
