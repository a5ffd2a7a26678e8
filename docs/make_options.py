"""Writes options.md, the reference of every command and option, from the parsers themselves."""

import argparse
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from cinetag_plugin.cli.main import COMMANDS

HEAD = """# Commands and options

<!-- written by docs/make_options.py: change the commands, then run it -->

`cinetag COMMAND --help` tells the same. Plugins may add commands, detectors and formats: `cinetag plugins`
lists them. `python -m cinetag_plugin` is the same program. See also [files and formats](formats.md),
[exit codes](exit-codes.md) and [environment variables](environment.md).
"""


def page() -> str:
    """Return the whole page; it holds nothing that depends on Python's release or on the terminal."""
    return "\n".join([HEAD, *(line for name in COMMANDS for line in _command(name))])


def _command(name: str) -> Iterator[str]:
    command = import_module(f"cinetag_plugin.cli.{name}")
    parser = argparse.ArgumentParser(prog=f"cinetag {name}", description=command.SUMMARY)
    command.configure(parser)
    yield from _section(parser, level=2)


def _section(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} {parser.prog}", "")
    if parser.description:
        yield from (parser.description, "")
    example = (parser.epilog or "").partition("\n")[0].removeprefix("example: ")
    if example:
        yield from ("```sh", example, "```", "")
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    rows = [action for action in parser._actions if action not in groups and action.dest != "help"]
    if rows:
        yield from ("| argument or option | |", "| --- | --- |", *map(_row, rows), "")
    for group in groups:
        said = {choice.dest: choice.help for choice in group._choices_actions}
        for name, child in group.choices.items():
            child.description = f"{said[name][:1].upper()}{said[name][1:]}."
            yield from _section(child, level + 1)


def _row(action: argparse.Action) -> str:
    return (
        "| " + " | ".join(cell.replace("|", r"\|") for cell in (f"`{_usage(action)}`", _words(action))) + " |"
    )


def _usage(action: argparse.Action) -> str:
    value = str(action.metavar or "|".join(map(str, action.choices or [])))
    repeated = "..." if action.nargs in {"+", "*"} else ""
    return " ".join(filter(None, [", ".join(action.option_strings), value, repeated]))


def _words(action: argparse.Action) -> str:
    words = (action.help or "") % {"default": action.default}
    if action.option_strings and action.required:
        return f"{words} (needed)"
    unsaid = action.nargs != 0 and action.default not in (None, "", []) and "default" not in words
    return f"{words} (default: {action.default})" if unsaid else words


if __name__ == "__main__":
    Path(__file__).with_name("options.md").write_text(page(), encoding="utf-8")
