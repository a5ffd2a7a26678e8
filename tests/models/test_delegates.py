"""What runs a model: the policy is kept, and what ran is said truly."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tiny

from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.models import delegates
from cinetag_plugin.models.delegates import load_delegate, open_backend
from cinetag_plugin.models.gpu import why_no_gpu

SOFTWARE_DRIVERS = (
    os.environ.get("CINETAG_SWIFTSHADER", ""),
    "/usr/lib/chromium/libvk_swiftshader.so",
    "/usr/lib64/chromium-browser/libvk_swiftshader.so",
    "/opt/google/chrome/libvk_swiftshader.so",
)

_RUN = """
import json, sys
from pathlib import Path
import numpy as np
from cinetag_plugin.document.errors import CinetagError
from cinetag_plugin.models.delegates import open_backend
content = Path(sys.argv[1]).read_bytes()
try:
    backend = open_backend(content, sys.argv[2], subject="net.tflite", tensor=sys.argv[3])
except CinetagError as fault:
    sys.exit(f"{fault.exit_code} {fault}")
array = np.random.default_rng(0).uniform(-1, 1, backend.input.shape).astype(np.float32)
if backend.input.dtype != "float32":
    array = np.random.default_rng(0).integers(0, 256, backend.input.shape).astype(backend.input.dtype)
given = backend.run(array).ravel().tolist()
print(json.dumps({"delegate": backend.delegate, "described": backend.describe(), "given": given}))
backend.close()
"""


def in_child(path, policy, *, tensor="", drivers):
    """Run a model in a process of its own, which sees only the given Vulkan drivers."""
    surroundings = os.environ | {"VK_DRIVER_FILES": str(drivers), "VK_ICD_FILENAMES": str(drivers)}
    command = [sys.executable, "-c", _RUN, str(path), policy, tensor]
    return subprocess.run(command, capture_output=True, text=True, env=surroundings, check=False, timeout=120)


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny.backbone())
    return path


@pytest.fixture
def software_driver(tmp_path):
    """The description of a software Vulkan driver that LiteRT can use, for ``VK_DRIVER_FILES``."""
    library = next((path for path in SOFTWARE_DRIVERS if path and Path(path).is_file()), None)
    if library is None:
        pytest.skip(
            "no SwiftShader here; install chromium, or set CINETAG_SWIFTSHADER to libvk_swiftshader.so"
        )
    described = tmp_path / "software.json"
    driver = {"library_path": library, "api_version": "1.0.5"}
    described.write_text(json.dumps({"file_format_version": "1.0.0", "ICD": driver}))
    return described


def test_cpu_is_cpu(net):
    backend = open_backend(net.read_bytes(), "cpu", 2, subject="net")
    assert backend.delegate == "cpu"
    assert backend.describe() == "cpu (2 threads)"


def test_auto_without_a_gpu_runs_on_the_processor_and_says_why(net, monkeypatch):
    monkeypatch.setattr(delegates, "why_no_gpu", lambda: "no GPU in this machine")
    backend = open_backend(net.read_bytes(), "auto", subject="net")
    assert backend.delegate == "cpu"
    assert backend.describe() == "cpu (1 thread; no GPU in this machine)"


def test_auto_with_a_gpu_that_fails_runs_on_the_processor_and_says_why(net, monkeypatch):
    def fail(*_, **__):
        raise ModelError("net", "only a software driver (imitation)")

    monkeypatch.setattr(delegates, "why_no_gpu", lambda: "")
    monkeypatch.setattr(delegates, "open_gpu", fail)
    assert open_backend(net.read_bytes(), "auto", subject="net").describe() == (
        "cpu (1 thread; only a software driver (imitation))"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="device nodes are Linux's")
def test_a_machine_without_device_nodes_is_known_at_once(tmp_path):
    began = time.perf_counter()
    assert why_no_gpu(tmp_path) == "no GPU in this machine"
    assert time.perf_counter() - began < 0.1


def test_gpu_without_a_driver_ends_with_code_5_and_one_line(net, tmp_path):
    ended = in_child(net, "gpu", drivers=tmp_path / "none.json")
    assert ended.returncode == 1
    assert ended.stderr.startswith("5 net.tflite: no GPU can run it (")
    assert ended.stderr.count("\n") == 1
    assert "--delegate cpu" in ended.stderr


def test_auto_without_a_driver_gives_the_processors_results(net, tmp_path):
    ended = in_child(net, "auto", drivers=tmp_path / "none.json")
    answer = json.loads(ended.stdout)
    assert (answer["delegate"], ended.stderr) == ("cpu", "")


@pytest.mark.parametrize("tensor", ["", "embedding"])
def test_a_software_driver_gives_the_processors_numbers_and_is_called_software(net, software_driver, tensor):
    ended = in_child(net, "gpu", tensor=tensor, drivers=software_driver)
    assert ended.stderr == ""
    answer = json.loads(ended.stdout)
    assert answer["delegate"].startswith("software: SwiftShader")
    assert "gpu" not in answer["described"]
    expected = json.loads(in_child(net, "cpu", tensor=tensor, drivers=software_driver).stdout)["given"]
    assert answer["given"] == pytest.approx(expected, abs=1e-5)


def on_both(path, driver):
    runs = (in_child(path, policy, drivers=driver) for policy in ("gpu", "cpu"))
    return [np.array(json.loads(ended.stdout)["given"]) for ended in runs]


def test_a_real_float_model_on_a_software_driver_agrees(shared, software_driver):
    given, expected = on_both(shared / "models" / "mobilenet_v1_0.25_224_float.tflite", software_driver)
    assert given == pytest.approx(expected, abs=1e-5)


def test_a_quantised_model_on_a_software_driver_agrees(net, software_driver):
    net.write_bytes(tiny.picture_means(dtype="uint8", scale=0.5, zero=128))
    given, expected = on_both(net, software_driver)
    assert given == pytest.approx(expected, abs=1e-4)


def test_auto_never_takes_a_software_driver(net, software_driver):
    program = (
        "import sys\nfrom pathlib import Path\nfrom cinetag_plugin.models import delegates\n"
        "delegates.why_no_gpu = lambda: ''\n"
        "content = Path(sys.argv[1]).read_bytes()\n"
        "print(delegates.open_backend(content, 'auto', subject='net').describe())\n"
    )
    surroundings = os.environ | {"VK_DRIVER_FILES": str(software_driver)}
    command = [sys.executable, "-c", program, str(net)]
    ended = subprocess.run(command, capture_output=True, text=True, env=surroundings, check=True, timeout=60)
    assert ended.stdout.startswith("cpu (1 thread; only a software driver (SwiftShader")
    assert ended.stderr == ""


def test_the_inner_tensor_is_what_is_given(net):
    backend = open_backend(net.read_bytes(), "cpu", subject="net", tensor="embedding")
    assert backend.output.shape == (1, 6)


def test_no_threads_is_wrong_usage(net):
    with pytest.raises(UsageError, match="0 threads"):
        open_backend(net.read_bytes(), "cpu", 0, subject="net")


@pytest.mark.parametrize("path", ["libno_such_delegate.so.1", "/nowhere/libdelegate.so", "a\0b", ""])
def test_a_library_that_is_not_there_is_refused(net, path, capfd):
    with pytest.raises(ModelError):
        open_backend(net.read_bytes(), path or "./", subject="net")
    assert capfd.readouterr().err == ""


def test_a_library_that_is_no_delegate_is_refused(capfd):
    library = np.linalg._umath_linalg.__file__
    with pytest.raises(ModelError, match="not a TensorFlow Lite delegate"):
        load_delegate(library)
    assert capfd.readouterr().err == ""


def test_a_file_that_is_no_library_is_refused(tmp_path):
    (tmp_path / "libtext.so").write_text("not a library")
    with pytest.raises(ModelError, match="cannot be loaded as a delegate"):
        load_delegate(str(tmp_path / "libtext.so"))


_DELEGATE = """
#include <stdlib.h>
typedef struct { void *data; int (*prepare)(void *, void *); char rest[512]; } Delegate;
static int take_nothing(void *context, void *delegate) { return 0; }
void *tflite_plugin_create_delegate(char **keys, char **values, size_t count, void (*report)(const char *)) {
    if (REFUSES) { report("no device of this kind"); return NULL; }
    Delegate *delegate = calloc(1, sizeof *delegate);
    delegate->prepare = take_nothing;
    return delegate;
}
void tflite_plugin_destroy_delegate(void *delegate) { free(delegate); }
"""


@pytest.fixture
def build_delegate(tmp_path):
    """Compile a delegate that takes no operators, or refuses to start."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform == "win32":
        pytest.skip("no C compiler called cc")

    def build(name, *, refuses):
        source = tmp_path / "delegate.c"
        source.write_text(_DELEGATE)
        flags = ["-shared", "-fPIC", f"-DREFUSES={int(refuses)}"]
        subprocess.run([compiler, *flags, str(source), "-o", str(tmp_path / name)], check=True, timeout=60)
        return str(tmp_path / name)

    return build


def test_a_library_of_the_users_runs_the_model_and_is_named(net, build_delegate):
    library = build_delegate("libnothing.so", refuses=False)
    backend = open_backend(net.read_bytes(), library, subject="net")
    array = np.random.default_rng(0).normal(size=backend.input.shape).astype(np.float32)
    plain = open_backend(net.read_bytes(), "cpu", subject="net")
    assert backend.delegate == "libnothing.so"
    assert backend.run(array) == pytest.approx(plain.run(array), abs=1e-6)


def test_a_library_that_refuses_to_start_is_refused_with_its_reason(build_delegate, capfd):
    with pytest.raises(ModelError, match="no device of this kind"):
        load_delegate(build_delegate("librefuses.so", refuses=True))
    assert capfd.readouterr().err == ""
