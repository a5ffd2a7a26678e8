"""``cinetag models``: list, show, add and remove models."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import printable
from cinetag_plugin.document.files import render_record

SUMMARY = "List, show, add and remove models."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``models``."""
    parser.epilog = "example: cinetag models show cinetag-tags"
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser("list", help="list the models (the default)").set_defaults(action=_list)
    show = actions.add_parser("show", help="print a model's card")
    show.add_argument("name", metavar="NAME|FILE")
    show.set_defaults(action=_show)
    add = actions.add_parser("add", help="add a .tflite of your own, and write its card")
    add.add_argument("file", type=Path, metavar="FILE.tflite")
    add.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="one label a line; read from the model where it holds them",
    )
    add.add_argument("--role", choices=("tags", "beats", "embedding"), default="tags")
    add.add_argument("--name", help="how to call it (default: the file's name)")
    add.set_defaults(action=_add)
    remove = actions.add_parser("remove", help="remove a model that was added")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(action=_remove)


def run(args: argparse.Namespace) -> int:
    """Do what was asked of the models."""
    action: Callable[[argparse.Namespace], None] = args.action
    action(args)
    return 0


def _list(args: argparse.Namespace) -> None:
    from cinetag_plugin.models.store import ModelStore

    for card in ModelStore().cards():
        print(f"{printable(card.name):<28} {card.role:<10} {printable(_what(card))}")


def _what(card: Card) -> str:
    if card.role == "embedding":
        return f"{card.output.size} values"
    untrained = f", {len(card.untrained)} untrained" if card.untrained else ""
    return f"{len(card.output.labels)} labels{untrained}"


def _show(args: argparse.Namespace) -> None:
    from cinetag_plugin.models.store import ModelStore

    print(render_record(ModelStore().find(args.name).card).decode(), end="")


def _add(args: argparse.Namespace) -> None:
    from cinetag_plugin.models.store import ModelStore

    added = ModelStore().add(args.file, name=args.name, role=args.role, labels=args.labels)
    say(f"added {added.card.name}: look at its card with cinetag models show {added.card.name}")


def _remove(args: argparse.Namespace) -> None:
    from cinetag_plugin.models.store import ModelStore

    ModelStore().remove(args.name)
    say(f"removed {args.name}")
