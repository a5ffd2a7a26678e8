"""The paper's backbone: the card's shapes fit the graph, and a head upon it runs (random weights)."""

import hashlib

import numpy as np
from inception import SIDE, VALUES, inception_v3

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.training.cards import ship
from cinetag_plugin.training.convert import head_file
from cinetag_plugin.training.fit import Head

WEIGHTS_OF_KERAS = 21_768_352
"""Trainable parameters of InceptionV3 without its top, as Keras' summary tells them."""


def test_a_head_upon_inception_v3_runs(tmp_path):
    content, weights = inception_v3()
    assert weights == WEIGHTS_OF_KERAS
    picture = ModelInput(kind="picture", size=(SIDE, SIDE), mean=(127.5,) * 3, std=(127.5,) * 3)
    backbone = Card(
        name="inception",
        role="embedding",
        file="inception.tflite",
        sha256="",
        input=picture,
        output=ModelOutput(kind="embedding", size=VALUES),
    )
    ship(tmp_path, backbone, content)
    draw = np.random.default_rng(2)
    head = Card(
        name="tags",
        role="tags",
        file="tags.tflite",
        sha256="",
        backbone="inception",
        input=ModelInput(kind="embedding", size=(VALUES,)),
        output=ModelOutput(kind="scores", labels=("forest", "war")),
        trained_on={"backbone_sha256": hashlib.sha256(content).hexdigest()},
    )
    ship(tmp_path, head, head_file(Head(draw.normal(size=(VALUES, 2)), np.zeros(2), "sigmoid")))
    store = ModelStore(folder=tmp_path, builtin=tmp_path / "none")
    with Classifier([store.find("tags")], store, delegate="cpu") as classifier:
        found = classifier.classify(draw.integers(0, 256, (180, 320, 3)).astype(np.uint8))
    assert found.embeddings["inception"].shape == (VALUES,)
    assert {label for label, _ in found.scores["tags"]} == {"forest", "war"}
