"""Grouping of shot labels into events, on real runs of shots pushed through the published errors.

    python benchmarks/grouping.py RESEARCH [--seeds 20] [--clumps 0 0.5] [--json FILE]

RESEARCH holds ``grouping_probe.py``, ``label_runs/`` and ``seed_tables/confusion.json``. The probe is an
independent program: the truth and the noisy labels of each film come from it (its seeds, its order of
random numbers), so does the measure (event F at half overlap, in shots), and so does the Viterbi
decoder that ours is compared with, at the stay probabilities that it picked on the other sources.

All decoders know the errors from the same 20 labelled shots of each class. Ours is measured twice:
from the labels alone, and with the lengths of the shots where a source has them (their weights are
fitted on the other sources). Intervals (95 %) draw films and seeds again, 1,000 times; those of
one-film sources draw seeds only. The beliefs of ``beats/storylines.py`` were chosen on seeds 1000 to
1004, which are not among those measured here.
"""

import argparse
import importlib.util
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.beats.expected import best_stretches
from cinetag_plugin.beats.rhythm import turns
from cinetag_plugin.beats.storylines import drawn
from cinetag_plugin.beats.windows import centred
from machine import described

Labels = NDArray[np.int64]
Method = Callable[[Labels, str, int], Labels]
"""Takes noisy labels ``(seeds, shots)``, the source and the place of the film in it."""

CLUMPS = (0.0, 0.5)
LABELLED_SHOTS = 20
DRAWS = 1000


def main() -> None:  # noqa: D103
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("research", type=Path, metavar="RESEARCH")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--clumps", type=float, nargs="+", default=CLUMPS, metavar="SHARE")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    probe = _loaded(args.research / "grouping_probe.py")
    lengths, borders = shot_lengths(probe), scene_borders(probe)
    weights = {source: fitted(lengths, borders, without=source) for source in lengths}
    table = {
        f"{source} {clumps:g}": row
        for clumps in args.clumps
        for source, row in measured(probe, args, clumps, lengths, weights).items()
    }
    report = {"machine": described(), "seeds": args.seeds, "weights of lengths": weights, "table": table}
    report["weights of lengths"]["all"] = fitted(lengths, borders)
    if args.json:
        args.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("grouping_probe", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(
    probe: ModuleType,
    args: argparse.Namespace,
    clumps: float,
    lengths: Mapping[str, Sequence[NDArray[np.float64]]],
    weights: Mapping[str, tuple[float, float]],
) -> dict[str, Any]:
    """Return for each source the event F of each method, with intervals, and print it."""
    matrix, _ = probe.load_matrix()
    rates = matrix / matrix.sum(axis=1, keepdims=True)
    often = matrix.sum(axis=1) / matrix.sum()
    counts = labelled_shots(rates)
    found = {}
    for source, (named, films) in probe.sources().items():
        picked = stay_picked(args.research, source, clumps)
        methods = _methods(probe, counts, picked, lengths, weights)
        if source not in lengths:
            del methods["semi-markov, lengths"]
        tallies: dict[str, list[NDArray[np.float64]]] = {name: [] for name in methods}
        spent = time.process_time()
        for place, (_, runs, names) in enumerate(films):
            seeds = list(range(args.seeds))
            true, noisy = probe.simulate(named, runs, names, often, rates, seeds, clumps, place)
            for name, method in methods.items():
                tallies[name].append(probe.measure(true, method(noisy, source, place)))
        found[source] = _figures({name: np.array(rows) for name, rows in tallies.items()})
        found[source]["stay picked"] = picked
        print(f"{source}, clumps {clumps:g} ({time.process_time() - spent:.0f} s)")
        for name in methods:
            f, low, high = found[source][name]["f"]
            more, less = found[source][name]["against viterbi"]
            print(f"   {name:22s} {f:.3f} [{low:.3f} {high:.3f}]   against viterbi [{more:+.3f} {less:+.3f}]")
    return found


def labelled_shots(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what 20 labelled shots of each class would show of the errors: the probe's own draw."""
    rng = np.random.default_rng(77)
    return np.array([rng.multinomial(LABELLED_SHOTS, row) for row in rates]).astype(float)


def stay_picked(research: Path, source: str, clumps: float) -> float:
    """Return the stay probability that the probe picked on the other sources for this one."""
    tables = json.loads((research / "grouping_results.json").read_text(encoding="utf-8"))["tables"]
    names = " ".join(tables[f"{source} rho={clumps:.1f}"])
    found = re.search(r"viterbi_matrix20\[([\d.]+)\]", names)
    assert found is not None
    return float(found[1])


def _methods(
    probe: ModuleType,
    counts: NDArray[np.float64],
    stay: float,
    lengths: Mapping[str, Sequence[NDArray[np.float64]]],
    weights: Mapping[str, tuple[float, float]],
) -> dict[str, Method]:
    names = np.arange(len(counts)).astype(str)
    smoothed = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)

    def in_windows(noisy: Labels, source: str, place: int) -> Labels:
        return np.array([[int(label) for label in centred(list(names[row]))] for row in noisy])

    def with_lengths(noisy: Labels, source: str, place: int) -> Labels:
        own, before = weights[source]
        return grouped(noisy, counts, turns(list(lengths[source][place]), own=own, before=before))

    return {
        "raw": lambda noisy, source, place: noisy,
        "centred": in_windows,
        "viterbi of the probe": lambda noisy, source, place: probe.viterbi(noisy, smoothed, stay),
        "semi-markov": lambda noisy, source, place: grouped(noisy, counts, None),
        "semi-markov, lengths": with_lengths,
    }


def grouped(noisy: Labels, counts: NDArray[np.float64], odds: NDArray[np.float64] | None) -> Labels:
    """Return the labels of our default grouping, ``(seeds, shots)``."""
    grouped = np.empty_like(noisy)
    for row, draws in zip(grouped, drawn(np.eye(len(counts))[noisy], counts, turns=odds), strict=True):
        for stretch in best_stretches(draws):
            row[stretch.start : stretch.end] = stretch.label
    return grouped


def shot_lengths(probe: ModuleType) -> dict[str, list[NDArray[np.float64]]]:
    """Return the seconds of the shots of each film, for sources that know them."""
    forrest = [float(row["duration_s"]) for row in probe.tsv("forrest_gump.tsv")]
    rows = probe.tsv("sherlock_segments.tsv")
    sherlock = [float(row["end_s"]) - float(row["start_s"]) for row in rows]
    episodes: dict[str, list[float]] = {}
    for row in probe.tsv("friends_shots.tsv"):
        episodes.setdefault(row["item"], []).append(float(row["start_s"]))
    friends = [np.append(np.diff(starts), np.median(np.diff(starts))) for starts in episodes.values()]
    sources: dict[str, list[Any]] = {"forrest": [forrest], "sherlock": [sherlock], "friends": friends}
    return {name: [np.maximum(film, 0.2) for film in films] for name, films in sources.items()}


def scene_borders(probe: ModuleType) -> dict[str, list[NDArray[np.bool_]]]:
    """Return for each film of each source which shots begin a scene."""
    return {
        source: [np.append(False, np.diff(runs) != 0) for _, runs, _ in films]
        for source, (_, films) in probe.sources().items()
    }


def fitted(
    lengths: Mapping[str, Sequence[NDArray[np.float64]]],
    borders: Mapping[str, Sequence[NDArray[np.bool_]]],
    without: str = "",
) -> tuple[float, float]:
    """Fit the weights of the lengths by logistic regression; each source counts alike, with its own rate."""
    used = [source for source in lengths if source != without]
    rows, begins, weight = [], [], []
    for column, source in enumerate(used):
        shots = sum(len(film) - 1 for film in lengths[source])
        for film, border in zip(lengths[source], borders[source], strict=True):
            logs = np.log(film)
            apart = (logs - np.median(logs)).clip(-2.5, 2.5)
            own_rate = np.zeros((len(film) - 1, len(used)))
            own_rate[:, column] = 1.0
            rows.append(np.column_stack([apart[1:], apart[:-1], own_rate]))
            begins.append(border[1:])
            weight.append(np.full(len(film) - 1, 1 / shots))
    return _logistic(np.concatenate(rows), np.concatenate(begins), np.concatenate(weight))


def _logistic(
    rows: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[float, float]:
    values = np.zeros(rows.shape[1])
    for _ in range(25):  # Newton's method
        chance = 1 / (1 + np.exp(-rows @ values))
        slope = rows.T @ (weight * (truth - chance))
        values += np.linalg.solve((rows * (weight * chance * (1 - chance))[:, None]).T @ rows, slope)
    return round(float(values[0]), 2), round(float(values[1]), 2)


def _figures(tallies: Mapping[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return event F with its interval, and the interval of what it is above the probe's Viterbi."""
    films, seeds = tallies["raw"].shape[:2]
    rng = np.random.default_rng(5)
    again = [(rng.integers(0, films, films), rng.integers(0, seeds, seeds)) for _ in range(DRAWS)]
    f = {name: np.array([_f(rows[np.ix_(*some)]) for some in again]) for name, rows in tallies.items()}
    return {
        name: {
            "f": [_f(rows), *_interval(f[name])],
            "shots right": float(rows[..., 0].sum() / rows[..., 1].sum()),
            "against viterbi": _interval(f[name] - f["viterbi of the probe"]),
            "against raw": _interval(f[name] - f["raw"]),
        }
        for name, rows in tallies.items()
    }


def _f(tallies: NDArray[np.float64]) -> float:
    _, _, right, found, true = tallies.reshape(-1, 5).sum(axis=0)
    return float(2 * right / (found + true))


def _interval(values: NDArray[np.float64]) -> list[float]:
    return [float(end) for end in np.percentile(values, [2.5, 97.5])]


if __name__ == "__main__":
    main()
