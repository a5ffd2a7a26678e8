"""Cards for files made in tests, and for the real models of the shared material."""

import hashlib

from msgspec.structs import replace

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.models.card import write_card

_RGB_BYTES = {"dtype": "uint8"}
_AROUND_ZERO = {"mean": (127.5,) * 3, "std": (127.5,) * 3}

BACKBONES = {
    "mobilenet_v2_1.0_224_quant": (1280, "MobilenetV2/Logits/AvgPool", _RGB_BYTES),
    "tf2_mobilenet_v2_1.0_224_ptq": (1280, "172", _RGB_BYTES),
    "mobilenet_v1_1.0_224_quant_embedding_extractor": (1024, "", _RGB_BYTES),
    "mobilenet_v1_0.25_224_float": (256, "MobilenetV1/Logits/AvgPool_1a/AvgPool", _AROUND_ZERO),
    "mobilenet_edgetpu_0.75_224_ptq": (1280, "MobilenetEdgeTPU/Logits/AvgPool2D", _RGB_BYTES),
    "efficientnet_lite0_features_int8_nchw": (1280, "", {"layout": "NCHW", "std": (255.0,) * 3}),
}
"""Dimension, tensor and preprocessing as the shared material's README measured them."""


def picture_input(size=(8, 8), **changes):
    return ModelInput(kind="picture", size=size, **changes)


def backbone_card(name="small", size=6, **changes):
    card = Card(
        name=name,
        role="embedding",
        file=f"{name}.tflite",
        sha256="0" * 64,
        input=picture_input(),
        output=ModelOutput(kind="embedding", size=size, tensor="embedding"),
    )
    return replace(card, **changes)


def head_card(labels, name="head", backbone="small", size=6, *, activation="softmax", **changes):
    card = Card(
        name=name,
        role="tags",
        file=f"{name}.tflite",
        sha256="0" * 64,
        backbone=backbone,
        input=ModelInput(kind="embedding", size=(size,)),
        output=ModelOutput(kind="scores", labels=tuple(labels), activation=activation),
    )
    return replace(card, **changes)


def lay_down(folder, card, content):
    """Write a model and its card, with its checksum, into a folder; return the card as written."""
    card = replace(card, sha256=hashlib.sha256(content).hexdigest())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / card.file).write_bytes(content)
    write_card(folder / f"{card.name}.json", card, overwrite=True)
    return card


def lay_down_backbone(folder, shared, name):
    """Put a real backbone of the shared material with a card for its embedding into a folder."""
    size, tensor, numbers = BACKBONES[name]
    content = (shared / "models" / f"{name}.tflite").read_bytes()
    taken = picture_input((224, 224), **numbers)
    output = ModelOutput(kind="embedding", size=size, tensor=tensor)
    return lay_down(folder, backbone_card(name, size, input=taken, output=output), content)
