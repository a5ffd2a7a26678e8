"""Options of single formats: one table, from which both the command line and the formats are made.

To add one: give the format's ``render`` a keyword with a default (and its ``losses``, where it changes
what is lost), and a row here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cinetag_plugin.document.contracts import Exporter, Losses
from cinetag_plugin.document.errors import UsageError


@dataclass(frozen=True, slots=True)
class FormatOption:
    """An option of one format or of several.

    Attributes:
        flag: what the user writes.
        slugs: the formats that it is for.
        keyword: what their ``render`` calls it.
        help: one line for people.
        choices: what it takes; a switch takes nothing.
        counted: ``losses`` takes the keyword too.
    """

    flag: str
    slugs: tuple[str, ...]
    keyword: str
    help: str
    choices: tuple[str, ...] = ()
    counted: bool = False

    @property
    def name(self) -> str:
        """What the parser calls it."""
        return self.flag.removeprefix("--").replace("-", "_")


OPTIONS: tuple[FormatOption, ...] = (
    FormatOption(
        "--otio-transitions",
        ("otio",),
        "transitions",
        "dissolves as transitions between the clips of the timeline, not as markers: for those who put other "
        "material in their place",
    ),
    FormatOption(
        "--otio-markers",
        ("otio",),
        "markers",
        "where the timeline has its markers (default: stack, which most programs read)",
        ("stack", "clip", "both"),
    ),
    FormatOption(
        "--otio-schema",
        ("otio",),
        "schema",
        "which release's form the timeline has: 0.14 for programs that refuse Clip.2 (default: 0.15)",
        ("0.14", "0.15"),
    ),
    FormatOption(
        "--host",
        ("otio",),
        "host",
        "the timeline for this program: Kdenlive shows comments alone, so names stand in them",
        ("kdenlive",),
    ),
    FormatOption(
        "--fcpxml-version",
        ("fcpxml",),
        "version",
        "which FCPXML is written (default: 1.10)",
        ("1.9", "1.10", "1.11", "1.12", "1.13", "1.14"),
    ),
    FormatOption("--fcp-chapters", ("fcpxml",), "chapters", "beats as chapter markers of Final Cut Pro"),
    FormatOption(
        "--with-audio", ("fcp7xml",), "audio", "the film's sound as two linked tracks, where it has any"
    ),
    FormatOption(
        "--edl-note",
        ("resolve",),
        "note",
        "where comments of Resolve's markers stand: before the directives, or behind the name "
        "(default: before)",
        ("before", "name"),
    ),
    FormatOption("--force", ("edl",), "force", "write a CMX 3600 EDL of more than 30 frames a second"),
    FormatOption(
        "--avid-span", ("avid",), "span", "Avid's markers as long as the events, not as points", counted=True
    ),
    FormatOption(
        "--encoding",
        ("avid",),
        "encoding",
        "of Avid's text: mac_roman for old systems, with ? for what it lacks (default: utf-8)",
        ("utf-8", "mac_roman"),
        counted=True,
    ),
    FormatOption(
        "--excel",
        ("csv", "advisories"),
        "excel",
        "tables that Excel opens as they are: a byte order mark, and ' before words that begin like a "
        "formula",
    ),
)
"""Every option of a format, in the order of ``--help``."""


def add_format_options(parser: argparse.ArgumentParser) -> None:
    """Add every option of the table, in a group of their own."""
    group = parser.add_argument_group("formats")
    for option in OPTIONS:
        if option.choices:
            group.add_argument(option.flag, dest=option.name, choices=option.choices, help=option.help)
        else:
            group.add_argument(
                option.flag, dest=option.name, action="store_true", default=None, help=option.help
            )


def given_options(args: argparse.Namespace) -> dict[FormatOption, Any]:
    """Return the options that the user gave, with their values."""
    values = {option: getattr(args, option.name) for option in OPTIONS}
    return {option: value for option, value in values.items() if value is not None}


def refuse_idle(given: Collection[FormatOption], slugs: Collection[str]) -> None:
    """Refuse an option of a format that is not written.

    Args:
        given: the options.
        slugs: the formats that are written.

    Raises:
        UsageError: there is one.
    """
    for option in given:
        if not set(option.slugs) & set(slugs):
            owner = " and ".join(option.slugs)
            fault = f"is an option of {owner}, which is not among the formats"
            raise UsageError(option.flag, fault, f"add --to {option.slugs[0]}, or leave it out")


def varied(exporters: Sequence[Exporter], given: Mapping[FormatOption, Any]) -> list[Exporter]:
    """Return the formats with the options that are theirs."""
    return [_varied(exporter, given) for exporter in exporters]


def _varied(exporter: Exporter, given: Mapping[FormatOption, Any]) -> Exporter:
    mine = {option: value for option, value in given.items() if exporter.slug in option.slugs}
    if not mine:
        return exporter
    render: Callable[..., bytes | tuple[bytes, ...]] = exporter.render
    losses: Callable[..., Losses] | None = exporter.losses
    if losses:
        losses = partial(losses, **{option.keyword: mine[option] for option in mine if option.counted})
    rendering = {option.keyword: value for option, value in mine.items()}
    return replace(exporter, render=partial(render, **rendering), losses=losses)
