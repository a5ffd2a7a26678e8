"""Step 2: teach the backbone to see what the teacher sees. No tag is read here.

First each stage learns apart from the others, from the teacher's map before it to the teacher's map
after it (Wang et al., Progressive Blockwise Knowledge Distillation, IJCAI 2018): every place of every
map is an example, so a few thousand pictures are enough, and fewer still for the first stage, the
dearest. Then the stages learn in a row, each upon what the one before gives, and the mean of the last
map counts as well.

Needs torch and numpy. ``--leave-out K …`` keeps every picture of these folds' sources (generic pictures
of the same databases too) out of training, for honest figures; without it the final backbone is made.
Writes the weights, batch norms folded in, as one ``.npz`` with the settings and versions used.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from net import Backbone, stages
from numpy.typing import NDArray

HERE = Path(__file__).parent
EDGE = 3
"""Places at the edge of a part of the first stage's map that depend on what lies outside the part."""

Batch = tuple[torch.Tensor, list[torch.Tensor]]


class Pack:
    """The views, and the teacher's maps of them, of the pictures that may be learnt from."""

    def __init__(self, folder: Path, leave_out: Collection[int]) -> None:
        rows = json.loads((folder / "pictures.json").read_text())
        self.chosen = np.array([i for i, row in enumerate(rows) if row["fold"] not in leave_out])
        self.views = np.load(folder / "views.npy", mmap_mode="r")
        self.scales = np.load(folder / "scales.npy").tolist()
        self.maps = [np.load(folder / f"map{i}.npy", mmap_mode="r") for i in range(len(self.scales))]

    def __len__(self) -> int:
        """Return how many views there are."""
        return len(self.chosen) * int(self.views.shape[1])

    def batches(self, size: int, seed: int) -> Iterator[Batch]:
        """Yield pictures scaled to -1 to 1 and the teacher's maps; every view once a round, for ever."""
        draw = np.random.default_rng(seed)
        each = self.views.shape[1]
        while True:
            order = draw.permutation(len(self))
            for rows in np.array_split(order, max(1, len(self) // size)):
                picture, view = self.chosen[rows // each], rows % each
                pixels = _channels_first(self.views[picture, view]) / 127.5 - 1
                seen = [
                    (_channels_first(levels[picture, view]) - zero) * scale
                    for levels, (scale, zero) in zip(self.maps, self.scales, strict=True)
                ]
                yield pixels, seen

    def spreads(self) -> list[torch.Tensor]:
        """Return the standard deviation of each channel of each map, ``(channels, 1, 1)``."""
        some = np.random.default_rng(0).choice(self.chosen, min(300, len(self.chosen)), replace=False)
        return [
            _channels_first(levels[np.sort(some), 0]).std((0, 2, 3))[:, None, None] * scale + 1e-3
            for levels, (scale, _) in zip(self.maps, self.scales, strict=True)
        ]


def _channels_first(values: NDArray[Any]) -> torch.Tensor:
    """Return ``(n, height, width, channels)`` as ``(n, channels, height, width)``, lying as it lay."""
    return torch.from_numpy(np.ascontiguousarray(values)).permute(0, 3, 1, 2).float()


@dataclass
class Lesson:
    """A backbone, what it learns from, and how."""

    backbone: Backbone
    pack: Pack
    how: dict[str, Any]
    seed: int

    def __post_init__(self) -> None:
        self.spreads = self.pack.spreads()
        self.batches = self.pack.batches(self.how["batch"], self.seed)

    def first(self, rounds: float) -> None:
        """Teach the first stage, whose maps are large, on a quarter of each picture."""
        stage, draw = self.backbone.stages[0], np.random.default_rng(self.seed)

        def losses(batch: Batch) -> list[torch.Tensor]:
            pixels, seen = batch
            shrink = pixels.shape[2] // seen[0].shape[2]
            side = seen[0].shape[2] // 2
            down, right = (int(place) for place in draw.integers(0, side + 1, 2))
            map_part = seen[0][:, :, down : down + side, right : right + side]
            rows = slice(shrink * down, shrink * (down + side))
            columns = slice(shrink * right, shrink * (right + side))
            found = stage(pixels[:, :, rows, columns].contiguous(memory_format=torch.channels_last))
            inside = slice(EDGE, side - EDGE)  # what a cut edge cannot change
            return [self._off(0, found[:, :, inside, inside], map_part[:, :, inside, inside])]

        self._train(losses, rounds, self.how["apart"]["rate"])

    def apart(self, rounds: float) -> None:
        """Teach each of the other stages by itself."""

        def losses(batch: Batch) -> list[torch.Tensor]:
            return [
                self._off(k, self.backbone.stages[k](batch[1][k - 1]), batch[1][k])
                for k in range(1, len(self.backbone.stages))
            ]

        self._train(losses, rounds, self.how["apart"]["rate"])

    def together(self, rounds: float) -> None:
        """Teach the stages in a row; the first is left as it is."""
        wanted = self.how["together"]
        for weight in self.backbone.stages[0].parameters():
            weight.requires_grad_(False)

        def losses(batch: Batch) -> list[torch.Tensor]:
            pixels, seen = batch
            self.backbone.stages[0].eval()
            found = self.backbone(pixels)
            off = [self._off(k, found[k], seen[k]) for k in range(1, len(seen))]
            mean, target = found[-1].mean((2, 3)), seen[-1].mean((2, 3))
            whole = (mean - target).pow(2).mean() / (target - target.mean(0)).pow(2).mean()
            between = wanted["maps"] * torch.stack(off[:-1]).sum()
            return [between, wanted["last"] * off[-1], wanted["whole"] * whole]

        self._train(losses, rounds, wanted["rate"])

    def _off(self, stage: int, found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return ((found - wanted) / self.spreads[stage]).pow(2).mean()

    def _train(self, losses: Callable[[Batch], list[torch.Tensor]], rounds: float, rate: float) -> None:
        """Take steps for a number of rounds over all views, and leave the running average of the weights."""
        average = torch.optim.swa_utils.AveragedModel(
            self.backbone,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(self.how["average"]),
            use_buffers=True,
        )
        learnt = [weight for weight in self.backbone.parameters() if weight.requires_grad]
        optimiser = torch.optim.AdamW(learnt, rate, weight_decay=self.how["decay"])
        total = max(1, int(rounds * len(self.pack) / self.how["batch"]))
        started, recent = time.monotonic(), None
        self.backbone.train()
        for step in range(total):
            done = step / total
            for group in optimiser.param_groups:
                group["lr"] = rate * _rate(done, self.how["warm_up"])
            each = losses(next(self.batches))
            optimiser.zero_grad()
            torch.stack(each).sum().backward()
            optimiser.step()
            average.update_parameters(self.backbone)
            now = np.array([loss.item() for loss in each])
            recent = now if recent is None else 0.97 * recent + 0.03 * now
            if step % 50 == 0:
                told = " ".join(f"{value:.3f}" for value in recent)
                logging.info("step %d of %d: %s, %.0f s", step, total, told, time.monotonic() - started)
        self.backbone.load_state_dict(average.module.state_dict())


def _rate(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else 0.5 * (1 + math.cos(math.pi * done))


def folded(backbone: Backbone) -> dict[str, NDArray[np.float32]]:
    """Return kernels ``k0, k1, …`` in OIHW order and biases ``b0, …``, batch norms folded in."""
    parts = {}
    layers = [layer for stage in backbone.stages for layer in stage.convolutions]
    for index, (_, convolution, norm, _) in enumerate(layers):
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        parts[f"k{index}"] = (convolution.weight * gain[:, None, None, None]).detach().numpy()
        parts[f"b{index}"] = (norm.bias - norm.running_mean * gain).detach().numpy()
    return parts


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path, help="the folder that pack.py wrote")
    parser.add_argument("out", type=Path, help="the .npz to write")
    parser.add_argument("--leave-out", type=int, nargs="+", default=[], metavar="FOLD")
    parser.add_argument("--share", type=float, default=1.0, help="of the rounds in config.json, for a trial")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = json.loads((HERE / "config.json").read_text())
    how, rounds = config["train"], {k: options.share * v for k, v in config["rounds"].items()}
    torch.manual_seed(config["seed"])
    torch.set_num_threads(how["threads"])
    pack = Pack(options.pack, options.leave_out)
    backbone = Backbone(config["net"]).to(memory_format=torch.channels_last)
    lesson = Lesson(backbone, pack, how, config["seed"])
    lesson.first(rounds["first"])
    lesson.apart(rounds["apart"])
    lesson.together(rounds["together"])
    backbone.eval()
    check = _channels_first(pack.views[:8, 0]) / 127.5 - 1
    with torch.no_grad():
        embeddings = backbone(check)[-1].mean((2, 3)).numpy()
    facts = {
        "config": config,
        "steps": [step for steps in stages(config["net"]) for step in steps],
        "rounds": rounds,
        "pictures": len(pack.chosen),
        "leave_out": options.leave_out,
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    parts = folded(backbone) | {"check_embeddings": embeddings}
    np.savez(options.out, facts=json.dumps(facts), **parts)


if __name__ == "__main__":
    main()
