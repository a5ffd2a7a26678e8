"""``cinetag info``: what this installation is made of, or what a film is."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cinetag_plugin import __version__
from cinetag_plugin.cli.films import named_films
from cinetag_plugin.cli.several import with_each
from cinetag_plugin.document.errors import CinetagError, printable

SUMMARY = "Tell what this installation can do, or what a film is."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``info``."""
    parser.epilog = "example: cinetag info film.mp4"
    parser.add_argument("films", nargs="*", metavar="FILM", help="films to describe instead")
    parser.add_argument("--ffmpeg", metavar="PATH", help="FFmpeg binary to use")


def run(args: argparse.Namespace) -> int:
    """Print facts, one a line."""
    if args.films:
        return _films(args)
    _print(_installation(args.ffmpeg))
    return 0


def _print(facts: Iterable[tuple[str, str]]) -> None:
    for name, value in facts:
        print(f"{name:<16} {printable(value)}")


def _installation(ffmpeg: str | None) -> Iterator[tuple[str, str]]:
    from cinetag_plugin import _fast

    yield "cinetag", __version__
    yield "python", platform.python_version()
    yield "kernels", _fast.implementation()
    yield "ffmpeg", _attempt(lambda: _ffmpeg_line(ffmpeg))
    yield "model runtime", _attempt(_runtime_line)
    yield "models", _attempt(_models_line)


def _attempt(describe: Callable[[], str]) -> str:
    try:
        return describe()
    except CinetagError as error:
        return str(error)


def _ffmpeg_line(named: str | None) -> str:
    from cinetag_plugin.media.ffmpeg import find_ffmpeg

    found = find_ffmpeg(named)
    return f"{found.version} ({found.path})"


def _runtime_line() -> str:
    from cinetag_plugin.models.interpreter import load_runtime

    return load_runtime().__name__


def _models_line() -> str:
    from cinetag_plugin.models.store import ModelStore

    models = ModelStore().list()
    here = ", ".join(model.card.name for model in models if model.is_here) or "none"
    others = ", ".join(model.card.name for model in models if not model.is_here)
    return f"{here}; to be pulled: {others}" if others else here


def _films(args: argparse.Namespace) -> int:
    from cinetag_plugin.media.ffmpeg import find_ffmpeg
    from cinetag_plugin.media.probe import probe

    ffmpeg = find_ffmpeg(args.ffmpeg)

    def describe(film: Path) -> None:
        facts = probe(film, ffmpeg)
        _print([("film", str(film)), *facts.described()])

    return with_each(named_films(args.films), describe, called="films")
