"""The program ``cinetag``: finds the command, runs it, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from cinetag_plugin import __version__
from cinetag_plugin.cli.faults import RunEnded, logged
from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.cli.streams import make_streams_safe
from cinetag_plugin.document.errors import CinetagError

if TYPE_CHECKING:
    from cinetag_plugin.hooks.manager import Plugins

COMMANDS = (
    "analyze",
    "filter",
    "export",
    "frames",
    "reel",
    "report",
    "train",
    "evaluate",
    "models",
    "plugins",
    "info",
    "demo",
)

WRONG_USAGE, INTERRUPTED, TERMINATED = 2, 130, 143


class Terminated(BaseException):
    """SIGTERM came: end as Ctrl-C does, with everything cleaned up on the way out."""


def run() -> NoReturn:
    """Run the program on the arguments of the process, and exit."""
    make_streams_safe()
    signal.signal(signal.SIGTERM, _terminate)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _terminate)
    sys.exit(main(sys.argv[1:]))


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (``docs/exit-codes.md``).

    Raises:
        SystemExit: help was asked for, or the arguments are wrong.
    """
    loud = False
    try:
        try:
            parsed = _parsed(arguments)
            loud = getattr(parsed, "verbose", False)
            code: int = parsed.run(parsed)
        finally:
            sys.stdout.flush()
    except RunEnded as end:
        if not isinstance(end.__cause__, BrokenPipeError):  # who closed our output knows
            complain(end.error)
        return end.error.exit_code
    except KeyboardInterrupt:
        say("interrupted; what was finished is kept")
        return INTERRUPTED
    except Terminated:
        say("terminated; what was finished is kept")
        return TERMINATED
    except Exception as fault:
        error = fault if isinstance(fault, CinetagError) else logged(fault, loud=loud)
        complain(error)
        return error.exit_code
    return code


class _Parser(argparse.ArgumentParser):
    """Takes options in full only, and tells wrong usage in one line; so do its sub-parsers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        say(f"{message}: see {self.prog} --help")
        raise SystemExit(WRONG_USAGE)


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parsed, unknown = _parser(arguments).parse_known_args(arguments)
    if unknown:
        # told by the command's own parser, which names the help to read
        parsed.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return parsed


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
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

    def __init__(self, commands: argparse._SubParsersAction[_Parser]) -> None:
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
        parser.set_defaults(run=run, parser=parser)
