"""Which events ``cinetag export`` writes, at what rate, and from what timecode on."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.conform import at_rate, beginning_at, conformed
from cinetag_plugin.export.events import KINDS, events
from cinetag_plugin.export.marks import is_marked
from cinetag_plugin.export.strength import most_important, sure_enough
from cinetag_plugin.window import refuse_no_time

EVENTS = {kind if kind == "film" else f"{kind}s": kind for kind in KINDS}
"""What ``--events`` takes, and the kind of event that it means."""


def add_selection_options(parser: argparse.ArgumentParser) -> None:
    """Add the options, in a group of their own."""
    group = parser.add_argument_group("selection")
    group.add_argument(
        "--events", action="append", metavar="KIND,...", help=f"only these events: {', '.join(EVENTS)}"
    )
    group.add_argument(
        "--min-strength",
        type=_share,
        metavar="X",
        help="leave out beats of less confidence and tags of less probability (0 to 1)",
    )
    group.add_argument(
        "--max-markers",
        type=_count,
        metavar="N",
        help="the N markers that matter most, of films, beats, tags, gradual transitions or --events",
    )
    group.add_argument(
        "--conform-rate", metavar="N/D", help="frames a second of the files; the json keeps the film's own"
    )
    group.add_argument(
        "--start-tc",
        metavar="TC",
        help="timecode at which timelines begin, ; before the frames for drop frame (default: the film's)",
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of every analysis.

    Attributes:
        kinds: of events; None where the user names none.
        least: strength of beats and tags.
        most: markers.
        rate: frames a second of the files.
        begins: timecode of the first frame.
    """

    kinds: Sequence[str] | None
    least: float | None
    most: int | None
    rate: Fraction | None
    begins: str | None

    def table(self, path: Path, analysis: Analysis, names: Names) -> list[Event]:
        """Return the events that are wanted, and tell how many markers were one too many."""
        found = events(analysis, names, kinds=self.kinds or KINDS)
        if self.least is not None:
            found = sure_enough(found, self.least)
        if self.most is None:
            return found
        kinds = self.kinds or ()
        kept = most_important(found, self.most, (lambda row: row.kind in kinds) if kinds else is_marked)
        if len(kept) < len(found):
            said = f"the {self.most} markers that matter most are kept, {len(found) - len(kept)} left out"
            say(f"{path}: {said}")
        return kept

    def on_grid(self, path: Path, analysis: Analysis) -> Analysis:
        """Return what frame-based formats are made from, and tell what conforming does to it.

        Raises:
            UsageError: there is no such timecode at the rate.
        """
        conforming = analysis if self.rate in {None, analysis.film.rate} else at_rate(analysis, self.rate)
        if self.begins is not None:
            try:
                conforming = beginning_at(conforming, self.begins)
            except ValueError as fault:
                remedy = "give a timecode of that rate"
                raise UsageError(f"--start-tc {self.begins}", f"{path}: {fault}", remedy) from fault
        if warning := conformed(conforming).warning:
            say(f"{path}: {warning}")
        return conforming


def selection_of(args: argparse.Namespace) -> Selection:
    """Turn parsed options into a selection.

    Raises:
        UsageError: a kind of event, a rate or a timecode that there is none of.
    """
    if args.start_tc is not None and args.start_tc.replace(";", ":").count(":") < 3:
        raise UsageError(f"--start-tc {args.start_tc}", "is not a timecode hh:mm:ss:ff")
    refuse_no_time("--start-tc", args.start_tc)
    return Selection(
        kinds=_kinds(args.events),
        least=args.min_strength,
        most=args.max_markers,
        rate=_rate(args.conform_rate),
        begins=args.start_tc,
    )


def _kinds(named: Iterable[str] | None) -> Sequence[str] | None:
    if named is None:
        return None
    wanted = [name.strip() for part in named for name in part.split(",") if name.strip()]
    for name in wanted or [""]:
        if name not in EVENTS:
            raise UsageError(
                f"--events {name}".strip(), "no such kind of event", f"choose from {', '.join(EVENTS)}"
            )
    return [EVENTS[name] for name in wanted]


def _rate(text: str | None) -> Fraction | None:
    try:
        return None if text is None else parsed_rate(text)
    except ValueError as fault:
        raise UsageError("--conform-rate", str(fault), "give frames a second") from fault


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
