"""Step 2: train the network over time. Needs torch.

    python models/cinetag-shots/train.py WORK WORK/weights.npz [--leave-out K]

``--leave-out K`` keeps everything of fold K's films out of training, for honest figures. Writes the
layers, scaling and batch norms folded in, with the settings and versions used.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from net import CLASSES, Reader
from numpy.typing import NDArray
from torch import nn

HERE = Path(__file__).parent


class Material:
    """Composed stretches and real films, those of one fold left out."""

    def __init__(self, work: Path, config: dict[str, Any], leave_out: int | None) -> None:
        folds = [number for number in range(len(config["folds"]) + 1) if number != leave_out]
        packs = [np.load(work / f"fold{number}.npz") for number in folds]
        self.rows = np.concatenate([pack["rows"] for pack in packs]).astype(np.float32)
        self.kinds = np.concatenate([pack["kinds"] for pack in packs])
        self.films = [
            (pack[name], pack[f"{name}/kinds"])
            for number, pack in zip(folds, packs, strict=True)
            for name in [*config["folds"], []][number]
        ]

    def batch(self, draw: np.random.Generator, how: dict[str, Any]) -> tuple[Any, Any]:
        """Draw windows of composed and of real film: kinship and the class of each frame."""
        length = how["window"]
        long = [film for film in self.films if len(film[1]) >= length]
        share = np.array([len(film[1]) for film in long], float)
        pairs = [(self.rows[i], self.kinds[i]) for i in draw.integers(len(self.rows), size=how["composed"])]
        pairs += [long[i] for i in draw.choice(len(long), how["real"], p=share / share.sum())]
        rows, kinds = [], []
        for film, truth in pairs:
            first = draw.integers(0, len(truth) - length + 1)
            rows.append(film[first : first + length])
            kinds.append(truth[first : first + length])
        return torch.from_numpy(np.stack(rows)), torch.from_numpy(np.stack(kinds).astype(np.int64))


def trained(material: Material, config: dict[str, Any]) -> Reader:
    """Fit the network: weighted cross-entropy, AdamW, one cycle of the rate."""
    how = config["train"]
    torch.manual_seed(config["seed"])
    torch.set_num_threads(how["threads"])
    draw = np.random.default_rng(config["seed"])
    flat = material.rows.reshape(-1, material.rows.shape[2])
    network = Reader(flat.mean(0), flat.std(0) + np.float32(1e-3), **config["net"])
    windows = how["epochs"] * len(material.rows) * config["frames"] // how["window"]
    steps = windows // (how["composed"] + how["real"])
    learner = torch.optim.AdamW(network.parameters(), how["rate"], weight_decay=how["decay"])
    pace = torch.optim.lr_scheduler.OneCycleLR(learner, how["rate"], total_steps=steps)
    weights = torch.tensor(how["weights"], dtype=torch.float32)
    for step in range(steps):
        rows, kinds = material.batch(draw, how)
        rows = rows + how["noise"] * network.std * torch.randn_like(rows)
        logits = network(rows)
        loss = nn.functional.cross_entropy(logits.reshape(-1, CLASSES), kinds.reshape(-1), weight=weights)
        learner.zero_grad()
        loss.backward()
        learner.step()
        pace.step()
        if step % 100 == 0:
            logging.info("step %d of %d: %.3f", step, steps, float(loss))
    return network.eval()


def example(material: Material, frames: int) -> NDArray[np.float32]:
    """Return a fixed stretch for comparing the converted model with this one."""
    return material.rows[0, :frames]


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--leave-out", type=int)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = json.loads((HERE / "config.json").read_text())
    material = Material(options.work, config, options.leave_out)
    network = trained(material, config)
    rows = example(material, config["train"]["window"])
    with torch.no_grad():
        answers = torch.softmax(network(torch.from_numpy(rows)[None])[0], 1).numpy()
    layers = network.folded()
    facts = {"config": config, "left_out": options.leave_out, "torch": torch.__version__}
    arrays = {f"k{i}": kernel for i, (kernel, _) in enumerate(layers)}
    arrays |= {f"b{i}": bias for i, (_, bias) in enumerate(layers)}
    np.savez(options.out, facts=json.dumps(facts), rows=rows, answers=answers, **arrays)


if __name__ == "__main__":
    main()
