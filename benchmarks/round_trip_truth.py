"""What an analysis says, in frames, read from its JSON and not by what writes our formats."""

import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from round_trip_films import Made

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "export"))

Span = tuple[int, int | None]
"""First frame, and the one past the last where the format has it."""


def plain(name: str) -> Any:
    """Return a reader of ``tests/export``: they share no code with the writers."""
    return importlib.import_module(f"plain_{name}")


@dataclass
class Truth:
    """What the analysis says, in frames."""

    made: Made
    frames: int = 0
    shots: list[Span] = field(default_factory=list)
    cuts: list[Span] = field(default_factory=list)
    gradual: list[Span] = field(default_factory=list)
    keys: list[Span] = field(default_factory=list)
    beats: list[Span] = field(default_factory=list)
    tags: list[Span] = field(default_factory=list)
    names: list[tuple[int, int, str]] = field(default_factory=list)
    """Beats, then tags, with their slugs."""

    def __post_init__(self) -> None:
        found = json.loads(self.made.document.read_text(encoding="utf-8"))
        self.frames = found["film"]["frames"]
        self.shots = [(row["start"], row["end"]) for row in found["shots"]]
        self.beats = [(row["start"], row["end"]) for row in found["beats"]]
        self.tags = [(row["start"], row["end"]) for row in found["tag_spans"]]
        self.keys = [(row["frame"], row["frame"] + 1) for row in found["key_frames"]]
        for row in found["shots"]:
            passage = row["transition_in"]
            if passage["kind"] == "cut":
                self.cuts.append((row["start"], row["start"] + 1))
            elif passage["kind"] != "start":
                self.gradual.append((passage["start"], passage["end"]))
        said = [*((row, "category") for row in found["beats"]), *((row, "tag") for row in found["tag_spans"])]
        self.names = [(row["start"], row["end"], row[key]) for row, key in said]

    @property
    def film(self) -> list[Span]:
        """The event for the whole film: where a tag holds in it there is one."""
        return [(0, self.frames)] if self.tags else []

    @property
    def marks(self) -> list[Span]:
        """What formats of markers are given: what holds for all of the film marks its first frame."""
        return [*[(0, 1)] * len(self.film), *self.beats, *self.tags]

    @property
    def everything(self) -> list[Span]:
        """What tables are given."""
        return [*self.film, *self.beats, *self.tags, *self.shots, *self.cuts, *self.gradual, *self.keys]

    @property
    def chapters(self) -> list[Span]:
        """Beats, each ended by the next; of those that begin together the longest."""
        longest = dict(sorted(self.beats, key=lambda span: (span[0], span[1] or 0)))
        following = [*list(longest)[1:], self.frames]
        return [
            (start, min(end or 0, after))
            for (start, end), after in zip(longest.items(), following, strict=True)
        ]

    def frame(self, seconds: Fraction) -> int:
        """Return the frame nearest to a time."""
        return int(seconds * self.made.rate + Fraction(1, 2))

    def place(self, label: int) -> int:
        """Return the frame of the film whose label counts so far from midnight."""
        return int((label - self.first()) % plain("csv").day(*self.labels()))

    def first(self) -> int:
        """Return how far from midnight the label of frame 0 is."""
        return plain("csv").count(self.made.start, *self.labels()) if self.made.start else 0

    def labels(self) -> tuple[int, int]:
        """Return labels a second, and those dropped a minute."""
        per_second = round(self.made.rate)
        return per_second, per_second // 15 if self.made.drop else 0

    def labelled(self, start: int, end: int) -> Span:
        """Return the frames between two labels."""
        day = plain("csv").day(*self.labels())
        return self.place(start), self.place(start) + (end - start) % day


def points(spans: Sequence[Span]) -> list[Span]:
    """Return the first frames alone."""
    return [(start, None) for start, _ in spans]
