"""``cinetag models``: list, show, pull, add and remove models."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import printable
from cinetag_plugin.document.files import render_record

if TYPE_CHECKING:
    from cinetag_plugin.models.store import ModelStore, StoredModel

SUMMARY = "List, show, pull, add and remove models."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``models``."""
    parser.epilog = "example: cinetag models show cinetag-tags"
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser("list", help="list the models (the default)").set_defaults(action=_list)
    show = actions.add_parser("show", help="print a model's card")
    show.add_argument("name", metavar="NAME|FILE", help="model of the list, or a card or .tflite")
    show.set_defaults(action=_show)
    pull = actions.add_parser("pull", help="get the file of a model that the list says is not here")
    pull.add_argument("name", metavar="NAME", help="model of the list")
    pull.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="FILE|URL",
        help="the same file elsewhere: on a disk, or on a mirror",
    )
    pull.set_defaults(action=_pull)
    add = actions.add_parser("add", help="add a .tflite of your own, and write its card")
    add.add_argument("file", type=Path, metavar="FILE.tflite", help="the model, which is copied")
    add.add_argument("--labels", type=Path, metavar="FILE", help="one label a line, in the outputs' order")
    add.set_defaults(action=_add)
    remove = actions.add_parser("remove", help="remove a model that was added or pulled")
    remove.add_argument("name", metavar="NAME", help="model of your own folder")
    remove.set_defaults(action=_remove)


def run(args: argparse.Namespace) -> int:
    """Do what was asked of the models."""
    action: Callable[[argparse.Namespace], None] = args.action
    action(args)
    return 0


def _list(args: argparse.Namespace) -> None:
    store = _store()
    models = store.list()
    width = max((len(model.card.name) for model in models), default=0)
    for model in models:
        row = f"{model.card.name:<{width}}  {model.card.role:<9}  {model.origin:<8}  {_what(model.card):<23}"
        row = f"{row}  {_figure(model.card):<29}"
        print(f"{row}  {_where(model)}".rstrip())
    for fault in store.faults():
        complain(fault)


def _what(card: Card) -> str:
    if card.role == "embedding":
        return f"{card.output.size} values"
    known = sum(label not in card.untrained for label in card.output.labels)
    untrained = f", {len(card.untrained)} untrained" if card.untrained else ""
    return f"{known} labels{untrained}"


def _figure(card: Card) -> str:
    """Return how good a model is on pictures left out.

    How often one of the three best of all labels tried was right; of beats the average precision of each
    category, for that one of three is right says nothing of pictures without a beat.
    """
    each = card.measured.get("each_category")
    if isinstance(each, dict):
        known = {
            name: facts.get("average_precision") for name, facts in each.items() if isinstance(facts, dict)
        }
        told = [f"{printable(name)} {ap:.2f}" for name, ap in known.items() if isinstance(ap, int | float)]
        return f"AP {', '.join(told)}"
    system = card.measured.get("head")
    found = system.get("hit_at_3") if isinstance(system, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(value, int | float) for value in found):
        return ""
    interval = f" ({found[1]:.2f}-{found[2]:.2f})" if len(found) == 3 else ""
    return f"hit@3 {found[0]:.2f}{interval} of {len(card.output.labels)}"


def _where(model: StoredModel) -> str:
    return "" if model.is_here else f"not here: {model.way_here}"


def _show(args: argparse.Namespace) -> None:
    print(render_record(_store().find(args.name).card).decode(), end="")


def _pull(args: argparse.Namespace) -> None:
    from cinetag_plugin.cli.transfer import transfer_of
    from cinetag_plugin.models.pull import pull

    with transfer_of(args.name) as report:
        pull(_store(), args.name, args.source, tell=say, report=report)


def _add(args: argparse.Namespace) -> None:
    card = _store().add(args.file, labels=args.labels).card
    about = f"{card.role}, {_what(card)}"
    say(f"added {card.name} ({about}): look at its card with cinetag models show {card.name}")


def _remove(args: argparse.Namespace) -> None:
    _store().remove(args.name)
    say(f"removed {args.name}")


def _store() -> ModelStore:
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.models.store import ModelStore

    return ModelStore(plugin_cards=Plugins(warn=say).cards())
