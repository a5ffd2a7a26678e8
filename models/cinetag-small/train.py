"""Step 2: teach the backbone to see what the teacher sees. No tag is read here.

Needs torch and numpy. ``--leave-out K`` keeps every picture of fold K's sources (generic pictures of
the same databases too) out of training, for honest figures; without it the final backbone is made.
Writes the weights, batch norms folded in, as one ``.npz`` with the settings and versions used.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from net import Backbone, steps
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent


class Pack:
    """The views and the teacher's features of the pictures that may be learnt from."""

    def __init__(self, folder: Path, leave_out: int | None) -> None:
        rows = json.loads((folder / "pictures.json").read_text())
        self.chosen = np.array([i for i, row in enumerate(rows) if row["fold"] != leave_out])
        self.views = np.load(folder / "views.npy", mmap_mode="r")
        self.teacher = np.load(folder / "teacher.npy", mmap_mode="r")
        basis = np.load(folder / "basis.npz")
        self.variances = torch.from_numpy(basis["variances"])

    def batch(self, draw: np.random.Generator, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw pictures, one view each: bytes ``(n, 3, size, size)`` and features."""
        picture = np.sort(draw.choice(self.chosen, size, replace=False))
        view = draw.integers(0, self.views.shape[1], size)
        pixels = torch.from_numpy(self.views[picture, view]).permute(0, 3, 1, 2).float()
        return pixels, torch.from_numpy(self.teacher[picture, view].astype(np.float32))


def disturbed(pixels: torch.Tensor, size: int, noise: torch.Generator, how: dict[str, Any]) -> Any:
    """Scale bytes to -1 to 1 at a size; mirror half of them, change brightness and contrast.

    The places of the features are mirrored by the caller: returns the pictures and which were.
    """
    if size != pixels.shape[-1]:
        pixels = functional.interpolate(
            pixels, (size, size), mode="bilinear", antialias=True, align_corners=False
        )
    count = len(pixels)
    values = pixels / 127.5 - 1
    wide = torch.rand(count, 1, 1, 1, generator=noise) * 2 - 1
    lift = torch.rand(count, 1, 1, 1, generator=noise) * 2 - 1
    values = values * (1 + how["contrast"] * wide) + how["brightness"] * lift
    mirrored = torch.rand(count, generator=noise) < 0.5
    values = torch.where(mirrored[:, None, None, None], values.flip(3), values).clamp(-1, 1)
    return values.contiguous(memory_format=torch.channels_last), mirrored


class Lesson(nn.Module):
    """The backbone with a linear reading of the teacher's features, dropped after training."""

    def __init__(self, config: dict[str, Any], variances: torch.Tensor) -> None:
        super().__init__()
        self.backbone = Backbone(config["net"])
        self.whole = nn.Linear(config["net"]["last"], len(variances))
        self.places = nn.Conv2d(config["net"]["last"], len(variances), 1)
        self.grid, self.share = config["teacher"]["grid"], config["train"]["grid_weight"]
        self.register_buffer("scale", variances ** (-config["train"]["whitening"] / 2))

    def forward(self, pictures: torch.Tensor, features: torch.Tensor, mirrored: torch.Tensor) -> torch.Tensor:
        """Return how far the student's features lie from the teacher's, in whitened directions."""
        wanted = (features * self.scale).unflatten(1, (self.grid, self.grid))
        wanted = torch.where(mirrored[:, None, None, None], wanted.flip(2), wanted)
        seen = self.backbone(pictures)
        whole = self.whole(seen.mean((2, 3)))
        places = self.places(functional.adaptive_avg_pool2d(seen, self.grid)).permute(0, 2, 3, 1)
        target = wanted.mean((1, 2))
        size = target.pow(2).sum(1).mean()
        off_whole = (whole - target).pow(2).sum(1).mean() / size
        off_places = (places - wanted).pow(2).sum(3).mean() / wanted.pow(2).sum(3).mean()
        return off_whole + self.share * off_places


def train(pack: Pack, config: dict[str, Any], epochs: float) -> Backbone:
    """Train for a number of epochs; return the running average of the weights."""
    how, seed = config["train"], config["seed"]
    torch.manual_seed(seed)
    torch.set_num_threads(how["threads"])
    draw, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    lesson = Lesson(config, pack.variances).to(memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(
        lesson,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(how["average"]),
        use_buffers=True,
    )
    optimiser = torch.optim.AdamW(lesson.parameters(), how["rate"], weight_decay=how["decay"])
    total = max(1, int(epochs * len(pack.chosen) / how["batch"]))
    started, recent = time.monotonic(), 0.0
    for step in range(total):
        done = step / total
        for group in optimiser.param_groups:
            group["lr"] = how["rate"] * _rate(done, how["warm_up"])
        pixels, features = pack.batch(draw, min(how["batch"], len(pack.chosen)))
        pictures, mirrored = disturbed(pixels, _size(done, how["schedule"]), noise, how)
        loss = lesson(pictures, features, mirrored)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average.update_parameters(lesson)
        recent = loss.item() if step == 0 else 0.98 * recent + 0.02 * loss.item()
        if step % 100 == 0:
            spent = time.monotonic() - started
            logging.info("step %d of %d, loss %.4f, %.0f s", step, total, recent, spent)
    result: Backbone = average.module.backbone.eval()
    return result


def _rate(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else 0.5 * (1 + math.cos(math.pi * done))


def _size(done: float, schedule: list[list[float]]) -> int:
    for size, share in schedule:
        done -= share
        if done < 0:
            return int(size)
    return int(schedule[-1][0])


def folded(backbone: Backbone) -> dict[str, NDArray[np.float32]]:
    """Return kernels ``k0, k1, …`` in OIHW order and biases ``b0, …``, batch norms folded in."""
    parts = {}
    for index, (convolution, norm, _) in enumerate(backbone.layers):
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        parts[f"k{index}"] = (convolution.weight * gain[:, None, None, None]).detach().numpy()
        parts[f"b{index}"] = (norm.bias - norm.running_mean * gain).detach().numpy()
    return parts


def main() -> None:
    """Run the step; see README.md for the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path, help="the folder that pack.py wrote")
    parser.add_argument("out", type=Path, help="the .npz to write")
    parser.add_argument("--leave-out", type=int, metavar="FOLD")
    parser.add_argument("--epochs", type=float)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = json.loads((HERE / "config.json").read_text())
    kind = "final" if options.leave_out is None else "fold"
    epochs = config["epochs"][kind] if options.epochs is None else options.epochs
    pack = Pack(options.pack, options.leave_out)
    backbone = train(pack, config, epochs)
    check = torch.from_numpy(np.array(pack.views[:8, 0])).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        embeddings = backbone.embedding(check, config["net"]["taps"]).numpy()
    facts = {
        "config": config,
        "steps": steps(config["net"]),
        "epochs": epochs,
        "pictures": len(pack.chosen),
        "leave_out": options.leave_out,
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    parts = folded(backbone) | {"check_embeddings": embeddings}
    np.savez(options.out, facts=json.dumps(facts), **parts)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
