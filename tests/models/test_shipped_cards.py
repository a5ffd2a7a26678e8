"""The cards without files that ship: they fit the real files, where these can be had."""

import re

import numpy as np
import pytest
from cards import BACKBONES
from PIL import Image

from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.metadata import read_metadata
from cinetag_plugin.models.pull import pull
from cinetag_plugin.models.store import ModelStore

REAL = {
    "mobilenet-v2": "mobilenet_v2_1.0_224_quant",
    "mobilenet-v2-int8": "tf2_mobilenet_v2_1.0_224_ptq",
    "mobilenet-v1": "mobilenet_v1_1.0_224_quant_embedding_extractor",
    "mobilenet-v1-quarter": "mobilenet_v1_0.25_224_float",
    "mobilenet-edgetpu": "mobilenet_edgetpu_0.75_224_ptq",
}

OTHERS = {"yamnet": "sound", "face-detection": "faces"}

_PINNED = re.compile(
    r"https://raw\.githubusercontent\.com/(?P<repository>[^/]+/[^/]+)/(?P<commit>[0-9a-f]{40})/(?P<path>.+)"
)


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "user")


def to_be_pulled(store):
    return {model.card.name: model.card for model in store.list() if not model.is_here}


def test_those_to_be_pulled_are_the_ones_with_a_licence(store):
    cards = to_be_pulled(store)
    assert set(cards) == {*REAL, "inception-v3", *OTHERS}
    assert {card.license for card in cards.values()} == {"Apache-2.0"}
    assert all(card.limits for card in cards.values())
    assert {name: card.role for name, card in cards.items() if card.role != "embedding"} == OTHERS


def test_every_address_is_pinned_to_the_commit_that_the_source_names(store):
    for card in to_be_pulled(store).values():
        pinned = _PINNED.fullmatch(card.address)
        assert pinned, card.name
        assert card.source == "{repository} @ {commit} : {path}".format(**pinned.groupdict())


@pytest.mark.parametrize("name", REAL)
def test_the_real_file_is_the_one_and_gives_the_embedding(shared, store, name):
    """Checksum, tensor, number type and scaling are those that the shared material's README gives."""
    path = shared / "models" / f"{REAL[name]}.tflite"
    model = pull(store, name, str(path), tell=print, report=print)
    sums = dict(line.split()[::-1] for line in (shared / "models" / "SHA256SUMS").read_text().splitlines())
    size, tensor, numbers = BACKBONES[REAL[name]]
    assert (model.card.sha256, model.card.bytes) == (sums[path.name], path.stat().st_size)
    assert (model.card.output.size, model.card.output.tensor) == (size, tensor)
    assert model.card.input.dtype == numbers.get("dtype", "float32")
    assert model.card.input.mean == numbers.get("mean", (0.0, 0.0, 0.0))

    picture = np.asarray(Image.linear_gradient("L").convert("RGB"))
    with Classifier([model], store, delegate="cpu") as classifier:
        embedding = classifier.classify(picture).embeddings[name]
    assert embedding.shape == (size,)
    assert np.isfinite(embedding).all()
    assert len(np.unique(embedding)) > 10


def test_the_sound_model_is_the_real_one_with_its_own_labels(shared, store):
    """Checksum and labels are those of the shared material, and of the file's own metadata."""
    path = shared / "models" / "yamnet.tflite"
    model = pull(store, "yamnet", str(path), tell=print, report=print)
    sums = dict(line.split()[::-1] for line in (shared / "models" / "SHA256SUMS").read_text().splitlines())
    labels = (shared / "models" / "yamnet_labels.txt").read_text().splitlines()
    assert (model.card.role, model.card.input.kind, model.card.input.size) == ("sound", "sound", (15600,))
    assert (model.card.sha256, model.card.bytes) == (sums[path.name], path.stat().st_size)
    assert list(model.card.output.labels) == labels == list(read_metadata(path.read_bytes()).labels)


def test_the_face_model_is_the_real_one(shared, store):
    path = shared / "models" / "face_detection_short_range.tflite"
    model = pull(store, "face-detection", str(path), tell=print, report=print)
    sums = dict(line.split()[::-1] for line in (shared / "models" / "SHA256SUMS").read_text().splitlines())
    assert (model.card.sha256, model.card.bytes) == (sums[path.name], path.stat().st_size)


def test_the_one_that_nobody_has_run_says_so(store):
    card = to_be_pulled(store)["inception-v3"]
    assert (card.sha256, card.bytes) == ("", 0)
    assert card.git_blob == "8c52290bbb4120cbc61eb9a8979ed18da158403c"
    assert (card.input.size, card.input.dtype, card.output.size) == ((299, 299), "uint8", 2048)
    assert "Never run here" in card.limits
    assert "no head" in card.limits
