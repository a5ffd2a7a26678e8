"""Runs a model on the processor, or on a delegate library that the user brings.

The runtime is LiteRT (TensorFlow Lite's present name), or an older package of the same interface.
"""

import importlib
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.quiet import caught_stderr
from cinetag_plugin.models.soundness import read_graph
from cinetag_plugin.models.tensors import TensorFacts, fitting, real_values

RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter", "tensorflow.lite.python.interpreter")


class Backend(Protocol):
    """A model made ready to run; not to be used by two threads at once.

    Attributes:
        delegate: what runs it, in the words that stand in an analysis: ``cpu``, ``gpu: NAME``, …
        input, output: what it takes and gives.
    """

    delegate: str
    input: TensorFacts
    output: TensorFacts

    def run(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Return the output as real numbers, in the output's shape.

        Raises:
            ModelError: the array does not fit the input, or the run failed.
        """

    def describe(self) -> str:
        """Say in one line what runs the model, and why that."""

    def close(self) -> None:
        """Give the memory back."""


def load_runtime() -> ModuleType:
    """Import the first runtime there is: it has ``Interpreter`` and ``load_delegate``.

    Raises:
        ModelError: none is installed.
    """
    for name in RUNTIMES:
        try:
            with _signals_held():
                return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        except ImportError as fault:
            raise ModelError(name, f"cannot be loaded ({_line(fault)})", "install it again") from fault
    raise ModelError("TensorFlow Lite", "no runtime is installed", "pip install ai-edge-litert")


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals back: raised while a C extension loads, an interrupt becomes an ImportError of it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are handled in the main thread
        return
    came: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, frame: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        for late in came:
            signal.raise_signal(late)


class CpuBackend:
    """A model in TensorFlow Lite's interpreter; ``outputs`` are all that it gives, ``output`` the first."""

    def __init__(self, interpreter: Any, subject: object, delegate: str, note: str) -> None:
        self._interpreter: Any = interpreter
        self._subject = subject
        self.note = note
        self.delegate = delegate
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        if len(inputs) != 1 or not outputs:
            fault = f"has {len(inputs)} inputs and {len(outputs)} outputs, and must have one input"
            raise ModelError(subject, fault, "use a model of one input")
        self._in = inputs[0]["index"]
        self._out = [output["index"] for output in outputs]
        self.input = _facts(inputs[0])
        self.outputs = tuple(_facts(output) for output in outputs)
        self.output = self.outputs[0]

    def run(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Return the output as real numbers; see :class:`Backend`."""
        return self._run(array, 1)[0]

    def run_each(self, array: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Return all outputs, in the order of the file, as :meth:`run` returns the first."""
        return self._run(array, len(self._out))

    def _run(self, array: NDArray[Any], wanted: int) -> tuple[NDArray[np.float32], ...]:
        numbers = fitting(array, self.input, self._subject)
        try:
            self._interpreter.set_tensor(self._in, numbers)
            self._interpreter.invoke()
            raw = [self._interpreter.get_tensor(index) for index in self._out[:wanted]]
        except (RuntimeError, ValueError) as fault:
            raise ModelError(self._subject, f"cannot be run ({_line(fault)})", "use another model") from fault
        return tuple(map(real_values, raw, self.outputs))

    def describe(self) -> str:
        """Say in one line what runs the model, and why that."""
        return f"{self.delegate} ({self.note})" if self.note else self.delegate

    def close(self) -> None:
        """Give the memory back."""
        self._interpreter = None


def open_interpreter(
    content: bytes,
    *,
    subject: object,
    threads: int = 1,
    delegates: Mapping[str, Any] | None = None,
) -> CpuBackend:
    """Make a model ready to run on the processor.

    Args:
        content: the model's bytes.
        subject: how error messages name it.
        threads: how many the runtime may use.
        delegates: what the runtime's ``load_delegate`` gave, by name, in the order to be tried.

    Raises:
        ModelError: the content is no model, is damaged, or needs what this runtime lacks.
    """
    read_graph(content, subject)
    runtime = load_runtime()
    libraries = list(delegates.values()) if delegates else None
    runs_on = ", ".join(delegates) if delegates else "cpu"
    counted = "1 thread" if threads == 1 else f"{threads} threads"
    try:
        with caught_stderr() as caught:
            interpreter = runtime.Interpreter(
                model_content=content, num_threads=threads, experimental_delegates=libraries
            )
            interpreter.allocate_tensors()
        return CpuBackend(interpreter, subject, runs_on, counted)
    except (RuntimeError, ValueError, MemoryError, SystemError) as fault:
        reason = _line(fault) or caught.last_line() or type(fault).__name__
        raise ModelError(
            subject, f"cannot be loaded ({reason})", "fetch or convert the file again"
        ) from fault


def _facts(details: dict[str, Any]) -> TensorFacts:
    scale, zero = details["quantization"]
    shape = tuple(int(side) for side in details["shape"])
    return TensorFacts(details["name"], shape, np.dtype(details["dtype"]).name, float(scale), int(zero))


def _line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:300]
