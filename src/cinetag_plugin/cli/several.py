"""Doing the same with several inputs: one that fails does not stop the others."""

from collections.abc import Callable, Sequence
from pathlib import Path

from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.document.errors import CinetagError

SOME_FAILED = 3
"""Exit code where some of several inputs failed."""


def with_each(inputs: Sequence[Path], work: Callable[[Path], None], *, called: str) -> int:
    """Do ``work`` with every input; tell each fault in a line, and at the end which inputs failed.

    Args:
        inputs: what the user named.
        work: raises a :class:`CinetagError` where an input or an output is at fault.
        called: what the inputs are, in the plural.

    Returns:
        The exit code: 0, that of its fault for a single input, :data:`SOME_FAILED` for several.
    """
    failed: list[Path] = []
    code = 0
    for given in inputs:
        try:
            work(given)
        except CinetagError as error:
            complain(error)
            failed.append(given)
            code = error.exit_code
    if not failed or len(inputs) == 1:
        return code
    say(f"{len(failed)} of {len(inputs)} {called} failed:")
    for given in failed:
        say(f"  {given}")
    return SOME_FAILED
