"""Running a model: real numbers in and out whatever it computes in, clear faults, nothing on stderr."""

import signal
import subprocess
import sys

import numpy as np
import pytest
import tiny

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models import interpreter
from cinetag_plugin.models.interpreter import load_runtime, open_interpreter


def test_a_float_model_gives_what_its_graph_says():
    picture = np.random.default_rng(0).normal(size=(1, 8, 8, 3)).astype(np.float32)
    backend = open_interpreter(tiny.picture_means(), subject="means")
    assert backend.run(picture) == pytest.approx(picture.mean((1, 2)), abs=1e-6)


@pytest.mark.parametrize(("dtype", "zero"), [("uint8", 128), ("int8", -5)])
def test_numbers_of_the_models_own_type_are_taken_as_they_are(dtype, zero):
    limits = np.iinfo(dtype)
    steps = np.random.default_rng(1).integers(limits.min, limits.max + 1, (1, 8, 8, 3)).astype(dtype)
    backend = open_interpreter(tiny.picture_means(dtype=dtype, scale=0.25, zero=zero), subject="means")
    expected = ((steps.astype(float) - zero) * 0.25).mean((1, 2))
    assert backend.run(steps) == pytest.approx(expected, abs=1e-4)


def test_real_numbers_are_brought_to_the_steps_of_a_quantised_model():
    backend = open_interpreter(tiny.picture_means(dtype="int8", scale=0.5, zero=10), subject="means")
    reals = np.full((1, 8, 8, 3), 3.26, np.float32)
    reals[..., 1], reals[..., 2] = 1000.0, -1000.0
    assert backend.run(reals)[0].tolist() == [3.5, (127 - 10) * 0.5, (-128 - 10) * 0.5]


def test_an_array_of_another_shape_is_refused_with_what_was_expected_and_found():
    backend = open_interpreter(tiny.picture_means(), subject="means.tflite")
    with pytest.raises(ModelError, match="takes 1 x 8 x 8 x 3 float32, was given 1 x 4 x 4 x 3 float32"):
        backend.run(np.zeros((1, 4, 4, 3), np.float32))


def test_an_array_of_another_number_type_is_refused():
    backend = open_interpreter(tiny.picture_means(), subject="means.tflite")
    with pytest.raises(ModelError, match="takes 1 x 8 x 8 x 3 float32, was given 1 x 8 x 8 x 3 uint8"):
        backend.run(np.zeros((1, 8, 8, 3), np.uint8))


def test_a_model_of_two_inputs_is_refused():
    net = tiny.Net()
    inputs = [net.tensor("a", (1, 8, 8, 3)), net.tensor("b", (1, 8, 8, 3))]
    content = net.content(inputs, [net.mean(inputs[0], "mean", 3)])
    with pytest.raises(ModelError, match="2 inputs"):
        open_interpreter(content, subject="two.tflite")


def test_a_tensor_name_that_is_no_text_is_refused():
    content = tiny.picture_means().replace(b"picture", b"pict\xffre")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_interpreter(content, subject="x.tflite")


def test_the_result_does_not_change_with_the_next_run():
    backend = open_interpreter(tiny.picture_means(), subject="means")
    first = backend.run(np.ones((1, 8, 8, 3), np.float32))
    backend.run(np.zeros((1, 8, 8, 3), np.float32))
    assert first.tolist() == [[1.0, 1.0, 1.0]]


def test_a_missing_runtime_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setattr(interpreter, "RUNTIMES", ("no_such_runtime",))
    with pytest.raises(ModelError, match="pip install ai-edge-litert"):
        load_runtime()


def test_the_first_runtime_that_is_there_is_taken(monkeypatch):
    monkeypatch.setattr(interpreter, "RUNTIMES", ("no_such_runtime", *interpreter.RUNTIMES))
    assert load_runtime().__name__ == "ai_edge_litert.interpreter"


def test_a_process_that_runs_a_model_writes_nothing_to_stderr(tmp_path):
    (tmp_path / "net.tflite").write_bytes(tiny.backbone())
    program = (
        "import sys, pathlib, numpy\n"
        "from cinetag_plugin.models.interpreter import open_interpreter\n"
        "b = open_interpreter(pathlib.Path(sys.argv[1]).read_bytes(), subject='net')\n"
        "b.run(numpy.zeros(b.input.shape, numpy.float32))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "net.tflite")]
    ended = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert ended.stderr == b""


_TRY_DAMAGED = """
import random, sys
from pathlib import Path
import numpy as np
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.interpreter import open_interpreter

def damaged(content):
    for place in range(0, len(content) - 3, 4):
        for word in (0, 1, 2**31 - 1, 2**32 - 1):
            yield content[:place] + word.to_bytes(4, "little") + content[place + 4:]
    for length in range(0, len(content), 37):
        yield content[:length]
    for seed in range(200):
        chance, changed = random.Random(seed), bytearray(content)
        for _ in range(chance.choice([1, 2, 4, 16])):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed)

for content in damaged(Path(sys.argv[1]).read_bytes()):
    try:
        backend = open_interpreter(content, subject="damaged")
        if np.prod(backend.input.shape) < 1e6:
            backend.run(np.zeros(backend.input.shape, backend.input.dtype))
    except ModelError:
        pass
print("survived")
"""


def test_damaged_models_are_refused_or_run_without_killing_the_process(tmp_path):
    (tmp_path / "net.tflite").write_bytes(tiny.backbone())
    command = [sys.executable, "-c", _TRY_DAMAGED, str(tmp_path / "net.tflite")]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, b"survived\n"), ended.stderr


def test_an_interrupt_while_the_runtime_loads_comes_after_it(monkeypatch):
    loaded = []

    def slow_import(name):
        signal.raise_signal(signal.SIGINT)
        loaded.append(name)
        return interpreter

    monkeypatch.setattr(interpreter.importlib, "import_module", slow_import)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        load_runtime()
    assert loaded
    assert signal.getsignal(signal.SIGINT) is before
