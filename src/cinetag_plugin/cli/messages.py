"""What the command line says to people, on stderr, one line a message."""

import sys

from cinetag_plugin.document.errors import CinetagError, printable


def say(line: str) -> None:
    """Print one line on stderr, with the program's name before it."""
    _print(f"cinetag: {printable(line)}")


def complain(error: CinetagError) -> None:
    """Print an error as ``cinetag: FILE: what is wrong: what to do``."""
    _print(f"cinetag: {error}")


def _print(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except UnicodeEncodeError:
        print(line.encode("ascii", "backslashreplace").decode(), file=sys.stderr, flush=True)
    except BrokenPipeError:
        pass  # nobody listens; the exit code still tells
