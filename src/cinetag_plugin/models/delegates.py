"""Chooses what runs a model: a GPU, the processor, or a delegate library of the user's."""

import ctypes
from pathlib import Path
from typing import Any

from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.models.cut import cut
from cinetag_plugin.models.gpu import open_gpu, why_no_gpu
from cinetag_plugin.models.interpreter import Backend, load_runtime, open_interpreter
from cinetag_plugin.models.quiet import caught_stderr

_ENTRY = "tflite_plugin_create_delegate"


def open_backend(
    content: bytes, policy: str = "auto", threads: int = 1, *, subject: object, tensor: str = ""
) -> Backend:
    """Make a model ready to run as a policy says.

    Args:
        content: the bytes of a ``.tflite``.
        policy: ``auto`` (a real GPU where there is one, else the processor), ``gpu`` (nothing else;
            a software driver is taken and named as such), ``cpu``, or the path of a delegate library.
        threads: how many the processor may use.
        subject: how error messages name the model.
        tensor: the inner tensor, by name or index, to give instead of the model's own output.

    Raises:
        ModelError: the model or the wanted delegate cannot be used.
        UsageError: fewer threads than one.
    """
    if threads < 1:
        raise UsageError("--threads", f"{threads} threads cannot run anything", "give 1 or more")
    graph = cut(content, tensor, subject) if tensor else content
    if policy in {"auto", "gpu"}:
        return _gpu_or_cpu(graph, threads, subject, strict=policy == "gpu")
    if policy == "cpu":
        return open_interpreter(graph, subject=subject, threads=threads)
    library = {Path(policy).name: load_delegate(policy)}
    return open_interpreter(graph, subject=subject, threads=threads, delegates=library)


def _gpu_or_cpu(content: bytes, threads: int, subject: object, *, strict: bool) -> Backend:
    cpu = open_interpreter(content, subject=subject, threads=threads)
    reason = "" if strict else why_no_gpu()
    if not reason:
        try:
            return open_gpu(content, (cpu.input, cpu.output), subject=subject, software=strict)
        except ModelError as fault:
            if strict:
                raise
            reason = fault.fault
    cpu.note = f"{cpu.note}; {reason}"
    return cpu


def load_delegate(path: str) -> Any:
    """Load a TensorFlow Lite delegate from a shared library.

    Raises:
        ModelError: no such library, not a delegate, or one that refuses to start.
    """
    try:
        with caught_stderr():
            if not hasattr(ctypes.PyDLL(path), _ENTRY):
                raise ModelError(
                    path, f"is not a TensorFlow Lite delegate (no {_ENTRY})", "use another library"
                )
            return load_runtime().load_delegate(path)
    except (OSError, ValueError, AttributeError, RuntimeError) as fault:
        raise ModelError(path, f"cannot be loaded as a delegate ({fault})", "use --delegate cpu") from fault
