"""Fine-tuning with torch; where it is missing, the error says how to get it."""

import sys

import numpy as np
import pytest
from made_chain import made

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.training.chain import Layers
from cinetag_plugin.training.convert import whole_file
from cinetag_plugin.training.finetune import Pictures, Plan, fine_tuned
from cinetag_plugin.training.fit import Head


def start():
    draw = np.random.default_rng(8)
    return Layers((8, 6), None, None, made()), Head(draw.normal(size=(5, 2)) * 0.1, np.zeros(2), "sigmoid")


def stripes(count, seed):
    """Pictures that are light above (first label) or light on the left (second)."""
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 100, (count, 8, 6, 3)).astype(np.uint8)
    truth = draw.random((count, 2)) < 0.5
    pixels[truth[:, 0], :4] += 120
    pixels[truth[:, 1], :, :, 0] += 30
    return Pictures(pixels, truth, np.arange(count))


def cross_entropy(content, pictures):
    """Mean over pictures and labels of what a file says, as the definition has it."""
    model = open_interpreter(content, subject="tuned")
    numbers = (pictures.pixels.astype(np.float32) - 127.5) / 127.5
    given = np.stack([model.run(picture[np.newaxis]).ravel() for picture in numbers])
    model.close()
    return -np.where(pictures.truth, np.log(given), np.log1p(-given)).mean()


def test_without_torch_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match=r"pip install 'cinetag-plugin\[train\]'"):
        fine_tuned(*start(), stripes(8, 0), stripes(8, 1), Plan(fixed=1, scale=(127.5, 127.5)))


def test_first_layers_stay_and_the_rest_learns():
    pytest.importorskip("torch", reason="fine-tuning needs torch (the extra train)")
    layers, head = start()
    plan = Plan(fixed=1, scale=(127.5, 127.5), epochs=10, patience=10, rate=1e-2, batch=16)
    tuned = fine_tuned(layers, head, stripes(256, 0), stripes(64, 1), plan)
    first, last = tuned.layers.convolutions[0], tuned.layers.convolutions[-1]
    np.testing.assert_array_equal(first.kernel, layers.convolutions[0].kernel)
    assert not np.array_equal(last.kernel, layers.convolutions[-1].kernel)
    losses = [moment.validation_loss for moment in tuned.moments]
    assert min(losses) < 0.7 * losses[0]
    kept = whole_file(tuned.layers.convolutions, (8, 6), tuned.head, "float32")
    assert cross_entropy(kept, stripes(64, 1)) == pytest.approx(min(losses), rel=0.1)  # labels weigh alike


def test_nothing_left_to_train_is_refused():
    pytest.importorskip("torch", reason="fine-tuning needs torch (the extra train)")
    with pytest.raises(ModelError, match="leaves none to train"):
        fine_tuned(*start(), stripes(8, 0), stripes(8, 1), Plan(fixed=4, scale=(127.5, 127.5)))
