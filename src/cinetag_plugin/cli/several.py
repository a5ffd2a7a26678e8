"""Doing the same with several inputs: one that fails does not stop the others."""

from collections.abc import Callable, Sequence
from pathlib import Path

from cinetag_plugin.cli.faults import logged
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.document.errors import CinetagError

SOME_FAILED = 3
"""Exit code where some of several inputs failed."""


def with_each(
    inputs: Sequence[Path], work: Callable[[Path], None], *, called: str, loud: bool = False
) -> int:
    """Do ``work`` with every input; tell each fault in a line, and at the end which inputs failed.

    Args:
        inputs: what the user named.
        work: raises a :class:`CinetagError` where an input or an output is at fault; all else is ours.
        called: what the inputs are, in the plural.
        loud: show the traceback of a fault of ours.

    Returns:
        The exit code: 0, that of its fault for a single input, :data:`SOME_FAILED` for several.
    """
    failed: list[Path] = []
    code = 0
    for given in inputs:
        try:
            work(given)
        except CinetagError as error:
            code = _told(error)
        except (Exception, SystemExit) as fault:  # plugins and libraries may raise anything
            code = _told(logged(fault, about=given, loud=loud))
        else:
            continue
        failed.append(given)
    if not failed or len(inputs) == 1:
        return code
    say(f"{len(failed)} of {len(inputs)} {called} failed:")
    for given in failed:
        say(f"  {given}")
    return SOME_FAILED


def _told(error: CinetagError) -> int:
    complain(error)
    return error.exit_code
