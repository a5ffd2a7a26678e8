"""What the command line says to people, on stderr, one line a message."""

import sys

from cinetag_plugin.document.errors import CinetagError, printable


def say(line: str) -> None:
    """Print one line on stderr, with the program's name before it."""
    print(f"cinetag: {printable(line)}", file=sys.stderr, flush=True)


def complain(error: CinetagError) -> None:
    """Print an error as ``cinetag: FILE: what is wrong: what to do``."""
    print(f"cinetag: {error}", file=sys.stderr, flush=True)
