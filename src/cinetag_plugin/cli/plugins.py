"""``cinetag plugins``: what is loaded, from where, and what failed."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from cinetag_plugin.document.errors import printable

SUMMARY = "List the plugins: what each offers, where it comes from, what failed."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``plugins``."""
    parser.epilog = "example: cinetag plugins"
    parser.add_argument("--no-plugins", action="store_true", help="list only what comes with cinetag")


def run(args: argparse.Namespace) -> int:
    """Print a plugin a line, and what can be named on the command line."""
    from cinetag_plugin.hooks.manager import Plugins

    plugins = Plugins(only_own=args.no_plugins)
    offers: dict[str, Iterable[str]] = {
        "detectors": plugins.detectors(),
        "formats": plugins.exporters(),
        "evidence": plugins.evidence(),
        "groupings": plugins.groupings(),
        "models": [card.name for card in plugins.cards()],
    }
    for plugin in plugins.loaded():
        hooks = ", ".join(hook.removeprefix("cinetag_") for hook in plugin.hooks)
        _print(plugin.name, plugin.origin, f"FAILED: {plugin.fault}" if plugin.fault else hooks)
    for kind, names in offers.items():
        _print(kind, _listed(names))
    return 0


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _print(first: str, *rest: str) -> None:
    print(f"{printable(first):<24} {' | '.join(printable(part) for part in rest)}")
