"""The program ``cinetag``: finds the command, runs it, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from cinetag_plugin import __version__
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.document.errors import CinetagError

if TYPE_CHECKING:
    from cinetag_plugin.hooks.manager import Plugins

COMMANDS = ("analyze", "export", "frames", "evaluate", "models", "plugins", "info", "demo")

INTERRUPTED, TERMINATED, OUTPUT_CLOSED, OUR_FAULT = 130, 143, 6, 1


class Terminated(BaseException):
    """SIGTERM came: end as Ctrl-C does, with everything cleaned up on the way out."""


def run() -> NoReturn:
    """Run the program on the arguments of the process, and exit."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main(sys.argv[1:]))


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (``docs/exit-codes.md``)."""
    loud = False
    try:
        parsed = _parser(arguments).parse_args(arguments)
        loud = getattr(parsed, "verbose", False)
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except CinetagError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted; what was finished is kept")
        return INTERRUPTED
    except Terminated:
        say("terminated; what was finished is kept")
        return TERMINATED
    except BrokenPipeError:
        # Python would complain again when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_CLOSED
    except Exception as fault:
        return _own_fault(fault, loud)
    return code


def _own_fault(fault: Exception, loud: bool) -> int:
    if loud:
        traceback.print_exception(fault)
    with tempfile.NamedTemporaryFile(
        "w", prefix="cinetag-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        traceback.print_exception(fault, file=log)
    say(f"a fault of cinetag ({type(fault).__name__}: {fault}): please report it; the log lies at {log.name}")
    return OUR_FAULT


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cinetag",
        description="Shots, movie tags and beat events of a film as an OpenTimelineIO timeline.",
        epilog="example: cinetag analyze film.mp4",
    )
    parser.add_argument("--version", action="version", version=f"cinetag {__version__}")
    registry = _Registry(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
    for name in COMMANDS:
        command = import_module(f"cinetag_plugin.cli.{name}")
        registry.add(name, command.SUMMARY, command.configure, command.run)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    if asked is not None and asked not in COMMANDS:
        _plugins().add_commands(registry)
    return parser


def _plugins() -> Plugins:
    from cinetag_plugin.hooks.manager import Plugins

    return Plugins(warn=say)


class _Registry:
    """Adds sub-commands to the parser; plugins get it too (``cinetag_cli_commands``)."""

    def __init__(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        self._commands = commands

    def add(
        self,
        name: str,
        summary: str,
        configure: Callable[[argparse.ArgumentParser], None],
        run: Callable[[argparse.Namespace], int],
    ) -> None:
        """Add a sub-command; see :class:`cinetag_plugin.hooks.CommandRegistry`."""
        parser = self._commands.add_parser(
            name,
            help=summary,
            description=summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        configure(parser)
        parser.set_defaults(run=run)
