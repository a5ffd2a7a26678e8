"""Fine-tuning: the first layers of a network stay as they are, the rest learns together with a new head.

Needs torch (the extra ``train``), and takes a GPU where torch finds one. Batch norms are part of the
weights by now, so the steps must be small; the network with the best loss on held-out pictures is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.training.fit import Head
from cinetag_plugin.training.learning import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from cinetag_plugin.training.chain import Layers
    from cinetag_plugin.training.writer import Convolution


@dataclass(frozen=True, slots=True)
class Pictures:
    """Some of many pictures, which may lie in a file.

    Attributes:
        pixels: ``(n, height, width, 3)`` uint8, of the network's size.
        truth: ``(n, labels)``.
        rows: which of them.
    """

    pixels: NDArray[np.uint8]
    truth: NDArray[np.bool_]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fine-tune.

    Attributes:
        fixed: how many of the first convolutions stay as they are, 0 or more.
        scale: mean and std of the bytes that the network takes.
        epochs: at most so many passes over the pictures.
        patience: epochs without a better loss on the held-out pictures after which it ends.
        rate: the largest learning rate, of AdamW with a cosine decay.
        batch: pictures a step.
        balance: how much heavier rare labels count, 0 to 1; see :func:`.fit.fit_head`.
        seed: of order, crops and mirroring.
    """

    fixed: int
    scale: tuple[float, float]
    epochs: int = 10
    patience: int = 3
    rate: float = 3e-4
    batch: int = 32
    balance: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best network met, its head, the epoch it stems from, and the way there."""

    layers: Layers
    head: Head
    kept: int
    moments: tuple[Moment, ...]


def fine_tuned(
    layers: Layers,
    head: Head,
    pictures: Pictures,
    held_out: Pictures,
    plan: Plan,
    tell: Callable[[Moment], None] = lambda moment: None,
) -> Tuned:
    """Train the last layers of a network together with its head, which must have sigmoid outputs.

    Args:
        layers: the network, with weights to begin with.
        head: fitted upon it before, so that the first steps do not spoil what the network knows.
        pictures: to learn from.
        held_out: to stop by; of other sources.
        plan: how.
        tell: called after each epoch.

    Raises:
        ModelError: torch is missing, or nothing would be left to train.
    """
    torch = load_torch()
    if not 0 <= plan.fixed < len(layers.convolutions):
        fault = f"{plan.fixed} of {len(layers.convolutions)} layers fixed leaves none to train"
        raise ModelError("fine-tuning", fault, "fix fewer")
    torch.manual_seed(plan.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = _network(torch, layers, head, plan).to(device)
    weight = torch.from_numpy(_weights(pictures.truth[pictures.rows], plan.balance)).to(device)
    trained = [value for value in network.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(trained, plan.rate, weight_decay=0.01)
    steps = max(1, math.ceil(len(pictures) / plan.batch))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, plan.epochs * steps)
    draw = np.random.default_rng(plan.seed)
    moments: list[Moment] = []
    best, kept, epoch = math.inf, _copied(network), 0
    while len(moments) < plan.epochs and len(moments) - epoch < plan.patience:
        batches = _batches(torch, pictures, plan, draw)
        taught = _taught(torch, network, batches, weight, optimiser, schedule)
        known = _held_out(torch, network, held_out, plan, weight)
        pairs = zip(taught.means(), known.means(), strict=True)
        moments.append(Moment(len(moments) + 1, *(value for pair in pairs for value in pair)))
        tell(moments[-1])
        if moments[-1].validation_loss < best:
            best, kept, epoch = moments[-1].validation_loss, _copied(network), len(moments)
    network.load_state_dict(kept)
    return Tuned(*_read_back(network.cpu(), layers, head), epoch, tuple(moments))


def _taught(
    torch: Any, network: Any, batches: Iterable[Any], weight: Any, optimiser: Any, schedule: Any
) -> _Sums:
    """Take a step for each batch; return how the network did on the way."""
    network.train()
    sums = _Sums()
    for pixels, truth in batches:
        logits, wanted = network(pixels.to(weight.device)), truth.to(weight.device)
        loss = _loss(torch, logits, wanted, weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        sums.add(loss.item(), logits, wanted)
    return sums


class _Sums:
    """Adds up losses, and how often the best label is right, over batches."""

    def __init__(self) -> None:
        self._loss = self._right = 0.0
        self._pictures = self._labelled = 0

    def add(self, loss: float, logits: Any, truth: Any) -> None:
        """Take the mean loss of a batch, its logits and its labels."""
        labelled = truth.any(1)
        right = truth.gather(1, logits.argmax(1, keepdim=True))[:, 0]
        self._loss += loss * len(truth)
        self._right += right[labelled].sum().item()
        self._pictures += len(truth)
        self._labelled += int(labelled.sum())

    def means(self) -> tuple[float, float]:
        """Return loss and accuracy."""
        return self._loss / max(1, self._pictures), self._right / max(1, self._labelled)


def load_torch() -> Any:
    """Return torch.

    Raises:
        ModelError: it is not installed.
    """
    try:
        import torch
    except ImportError as missing:
        raise ModelError(
            "fine-tuning", "needs torch, which is not installed", "pip install 'cinetag-plugin[train]'"
        ) from missing
    return torch


def _network(torch: Any, layers: Layers, head: Head, plan: Plan) -> Any:
    """Return the network and its head as a torch module; pictures in, logits out."""

    class Network(torch.nn.Module):  # type: ignore[misc]  # torch is not there when types are checked
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleList([_convolution(torch, layer) for layer in layers.convolutions])
            self.head = torch.nn.Linear(*head.weights.shape)
            self.head.weight.data = torch.from_numpy(head.weights.T.astype(np.float32))
            self.head.bias.data = torch.from_numpy(head.bias.astype(np.float32))
            for layer in self.layers[: plan.fixed]:
                layer.requires_grad_(requires_grad=False)

        def forward(self, pixels: Any) -> Any:
            maps = [(pixels - plan.scale[0]) / plan.scale[1]]
            for layer, module in zip(layers.convolutions, self.layers, strict=True):
                found = module(maps[-1])
                maps.append(found + maps[-layer.adds] if layer.adds else found)
            return self.head(maps[-1].mean((2, 3)))

    return Network().to(memory_format=torch.channels_last)


def _convolution(torch: Any, layer: Convolution) -> Any:
    """Return one convolution, padded as the format's "same" on maps of even sides."""
    outputs, inputs, kernel = layer.kernel.shape[0], layer.kernel.shape[1], layer.kernel.shape[2]
    groups = outputs if layer.depthwise else 1
    module = torch.nn.Conv2d(inputs * groups, outputs, kernel, layer.stride, 0, groups=groups)
    module.weight.data = torch.from_numpy(np.ascontiguousarray(layer.kernel))
    module.bias.data = torch.from_numpy(np.ascontiguousarray(layer.bias, np.float32))
    around = kernel - layer.stride if kernel >= layer.stride else 0
    before = around // 2
    pad = torch.nn.ZeroPad2d((before, around - before, before, around - before))
    last = {"none": torch.nn.Identity, "relu": torch.nn.ReLU, "relu6": torch.nn.ReLU6}[layer.activation]()
    return torch.nn.Sequential(pad, module, last)


def _weights(truth: NDArray[np.bool_], balance: float) -> NDArray[np.float32]:
    """Return how many times a positive of each label counts."""
    positives = np.maximum(truth.sum(axis=0), 1)
    return np.asarray(np.maximum((len(truth) - positives) / positives, 1.0) ** balance, np.float32)


def _loss(torch: Any, logits: Any, truth: Any, weight: Any) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, truth, pos_weight=weight)


def _batches(
    torch: Any, pictures: Pictures, plan: Plan, draw: np.random.Generator
) -> Iterator[tuple[Any, Any]]:
    """Yield every picture once, in random order, each mirrored or not and moved by up to a sixteenth."""
    reach = pictures.pixels.shape[1] // 16
    order = draw.permutation(pictures.rows)
    for first in range(0, len(order), plan.batch):
        rows = order[first : first + plan.batch]
        moved = np.stack([_moved(pictures.pixels[row], reach, draw) for row in rows])
        yield _on_torch(torch, moved), torch.from_numpy(pictures.truth[rows].astype(np.float32))


def _moved(pixels: NDArray[np.uint8], reach: int, draw: np.random.Generator) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    down, right = draw.integers(0, 2 * reach + 1, 2)
    around = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    view = around[down : down + height, right : right + width]
    return view[:, ::-1] if draw.random() < 0.5 else view


def _on_torch(torch: Any, pixels: NDArray[np.uint8]) -> Any:
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float()


def _held_out(torch: Any, network: Any, pictures: Pictures, plan: Plan, weight: Any) -> _Sums:
    """Judge the network on the held-out pictures, as they are."""
    network.eval()
    sums = _Sums()
    with torch.no_grad():
        for first in range(0, len(pictures), plan.batch):
            rows = pictures.rows[first : first + plan.batch]
            truth = torch.from_numpy(pictures.truth[rows].astype(np.float32)).to(weight.device)
            logits = network(_on_torch(torch, pictures.pixels[rows]).to(weight.device))
            sums.add(_loss(torch, logits, truth, weight).item(), logits, truth)
    return sums


def _copied(network: Any) -> dict[str, Any]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def _read_back(network: Any, layers: Layers, head: Head) -> tuple[Layers, Head]:
    """Return layers and head with the weights that a torch module has."""
    convolutions = tuple(
        replace(layer, kernel=module[1].weight.detach().numpy(), bias=module[1].bias.detach().numpy())
        for layer, module in zip(layers.convolutions, network.layers, strict=True)
    )
    weights = network.head.weight.detach().numpy().T.astype(np.float64)
    bias = network.head.bias.detach().numpy().astype(np.float64)
    return replace(layers, convolutions=convolutions), Head(weights, bias, head.activation)
