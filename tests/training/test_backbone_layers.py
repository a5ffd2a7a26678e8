"""Backbones that end at an earlier layer, against the runtime's own view into the whole network."""

import hashlib
import warnings

import numpy as np
import pytest

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.card import check_card
from cinetag_plugin.models.delegates import open_backend
from cinetag_plugin.models.store import builtin_model
from cinetag_plugin.training.layers import at_layer


def card_of(content, dtype):
    numbers = {"mean": (127.5,) * 3, "std": (127.5,) * 3} if dtype == "float32" else {}
    return Card(
        name="whole",
        role="embedding",
        file="whole.tflite",
        sha256=hashlib.sha256(content).hexdigest(),
        license="Apache-2.0",
        input=ModelInput(kind="picture", size=(224, 224), dtype=dtype, **numbers),
        output=ModelOutput(kind="embedding", size=1001),
    )


def inside(content, tensor, picture):
    """Return an inner tensor as real numbers."""
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Interpreter(model_content=content, experimental_preserve_all_tensors=True)
    whole.allocate_tensors()
    whole.set_tensor(whole.get_input_details()[0]["index"], picture)
    whole.invoke()
    facts = next(found for found in whole.get_tensor_details() if found["name"] == tensor)
    scale, zero = facts["quantization"]
    values = whole.get_tensor(facts["index"]).astype(np.float64)
    return (values - zero) * scale if scale else values


@pytest.mark.parametrize(
    ("file", "tensor", "dtype"),
    [
        ("mobilenet_v2_1.0_224_quant", "MobilenetV2/expanded_conv_12/add", "uint8"),
        ("mobilenet_v2_1.0_224_quant", "MobilenetV2/Logits/AvgPool", "uint8"),
        ("mobilenet_v1_0.25_224_float", "MobilenetV1/MobilenetV1/Conv2d_5_pointwise/Relu6", "float32"),
    ],
)
def test_the_mean_of_a_layers_map_is_given(shared, file, tensor, dtype):
    content = (shared / "models" / f"{file}.tflite").read_bytes()
    card, written = at_layer(card_of(content, dtype), content, tensor, "early")
    check_card(card, "early")
    assert card.sha256 == hashlib.sha256(written).hexdigest()
    assert (card.role, card.license, card.trained_on["layer"]) == ("embedding", "Apache-2.0", tensor)
    picture = np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3), np.uint8)
    taken = picture if dtype == "uint8" else (picture / np.float32(127.5) - 1).astype(np.float32)
    model = open_backend(written, "cpu", subject="early")
    given = model.run(taken).ravel()
    model.close()
    wanted = inside(content, tensor, taken)[0].mean((0, 1))
    assert given.shape == (card.output.size,) == wanted.shape
    assert given == pytest.approx(wanted, abs=1e-4 * max(1.0, np.abs(wanted).max()))
    assert len(written) < len(content)


def test_a_tensor_that_is_neither_map_nor_vector_is_refused():
    model = builtin_model("cinetag-small")
    with pytest.raises(ModelError, match="gives 24 at layer0/bias"):
        at_layer(model.card, model.content(), "layer0/bias", "early")


def test_a_file_that_is_no_model_is_refused():
    with pytest.raises(ModelError):
        at_layer(builtin_model("cinetag-small").card, b"no model", "1", "early")
