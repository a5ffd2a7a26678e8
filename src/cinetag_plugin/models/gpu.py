"""Runs a model on a GPU through LiteRT's ``CompiledModel``, whose plain Linux wheel carries WebGPU on Vulkan.

What ran is read from the adapter that the runtime says it selected: ``is_fully_accelerated()`` is
true on the processor too, and the accelerator is registered where there is no adapter at all.
"""

import atexit
import os
import re
import sys
from collections.abc import Sequence
from ctypes import CDLL
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.quiet import caught_stderr, silence_stderr
from cinetag_plugin.models.tensors import TensorFacts, fitting, real_values

_ADAPTER = re.compile(r"Selected adapter: (?P<name>[^\n]*?)(?:, arch=|, vendor=|, backend=|\n|$)")
_INTERFACE = re.compile(r"backend=(\w+)")
_SOFTWARE = re.compile(r"adapterType=CPU|swiftshader|llvmpipe|lavapipe|software", re.IGNORECASE)

_DEVICE_NODES = ("dri/renderD*", "nvidiactl", "dxg", "kgsl-3d0", "mali0")
"""Under ``/dev``: a Linux machine without any of them has no GPU that a driver could open."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """What WebGPU computes on: its name, the interface to it, and whether it only imitates a GPU."""

    name: str
    interface: str
    software: bool


def why_no_gpu(devices: Path = Path("/dev")) -> str:
    """Say why looking for a GPU is pointless here, in no time; empty where one may be there."""
    if sys.platform.startswith("linux"):
        if not any(next(devices.glob(pattern), None) for pattern in _DEVICE_NODES):
            return "no GPU in this machine"
        try:
            CDLL("libvulkan.so.1")
        except OSError:
            return "no Vulkan loader (libvulkan.so.1)"
    if find_spec("ai_edge_litert") is None or find_spec("ai_edge_litert.compiled_model") is None:
        return "this TensorFlow Lite has no GPU path"
    return ""


class GpuBackend:
    """A model compiled for a GPU, in 32-bit floating point.

    It is run once when made: that compiles the shaders, and shows whether the driver can run it.
    """

    def __init__(self, model: Any, adapter: Adapter, facts: Sequence[TensorFacts], subject: object) -> None:
        self._model: Any = model
        self._subject = subject
        self.input, self.output = facts
        self.delegate = f"{'software' if adapter.software else 'gpu'}: {adapter.name}"
        self._interface = adapter.interface
        with caught_stderr():
            self._buffers: Any = self._taken_buffers()
            self.run(np.zeros(self.input.shape, self.input.dtype))

    def _taken_buffers(self) -> Any:
        try:
            return self._model.create_input_buffers(0), self._model.create_output_buffers(0)
        except RuntimeError as fault:
            raise ModelError(
                self._subject, f"got no memory on {self.delegate}", "use --delegate cpu"
            ) from fault

    def run(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Return the output as real numbers; see :class:`~cinetag_plugin.models.interpreter.Backend`."""
        numbers = fitting(array, self.input, self._subject)
        inputs, outputs = self._buffers
        try:
            inputs[0].write(numbers.ravel())
            self._model.run_by_index(0, inputs, outputs)
            raw = outputs[0].read(int(np.prod(self.output.shape)), np.dtype(self.output.dtype))
        except (RuntimeError, ValueError) as fault:
            raise ModelError(self._subject, f"failed on {self.delegate}", "use --delegate cpu") from fault
        return real_values(raw.reshape(self.output.shape), self.output)

    def describe(self) -> str:
        """Say in one line what runs the model."""
        return f"{self.delegate} ({self._interface})"

    def close(self) -> None:
        """Give the memory of the device back."""
        with caught_stderr():
            self._buffers = ((), ())
            self._model = None


def open_gpu(content: bytes, facts: Sequence[TensorFacts], *, subject: object, software: bool) -> GpuBackend:
    """Compile a model for the GPU.

    Args:
        content: the model's bytes.
        facts: its input and output, as the interpreter tells them (the GPU path keeps no quantisation).
        subject: how error messages name it.
        software: accept a driver that only imitates a GPU on the processor.

    Raises:
        ModelError: no adapter was selected, or it is a software driver and those are not accepted.
    """
    os.environ.setdefault("LITERT_DISABLE_OPENCL", "1")  # its search for OpenCL writes to standard output
    with caught_stderr() as caught:
        model = _compiled(content)
    adapter = selected_adapter(caught.text)
    if model is None or adapter is None:
        raise ModelError(subject, f"no GPU can run it ({_reason(caught.text)})", "use --delegate cpu")
    atexit.register(silence_stderr)  # the runtime takes its accelerators down, and says so, after Python
    if adapter.software and not software:
        with caught_stderr():
            model = None
        raise ModelError(subject, f"only a software driver ({adapter.name})", "use --delegate cpu")
    return GpuBackend(model, adapter, facts, subject)


def selected_adapter(text: str) -> Adapter | None:
    """Return the adapter that the runtime's messages say it selected; None where they say none."""
    found = _ADAPTER.search(text)
    if found is None:
        return None
    line = text[found.start() :].partition("\n")[0]
    interface = _INTERFACE.search(line)
    return Adapter(found["name"], interface[1] if interface else "WebGPU", bool(_SOFTWARE.search(line)))


def _compiled(content: bytes) -> Any:
    try:
        from ai_edge_litert.compiled_model import CompiledModel
        from ai_edge_litert.hardware_accelerator import HardwareAccelerator
        from ai_edge_litert.options import GpuOptions, Options
    except ImportError:
        return None
    wanted = HardwareAccelerator.GPU | HardwareAccelerator.CPU
    options = Options(hardware_accelerators=wanted, gpu_options=GpuOptions(enforce_f32=True))
    try:
        return CompiledModel.from_buffer(content, options=options)
    except RuntimeError:
        return None


def _reason(text: str) -> str:
    for telling in ("Couldn't load Vulkan", "Found no drivers", "No adapters found"):
        if telling in text:
            return telling
    return "the runtime selected no adapter"
