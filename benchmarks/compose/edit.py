"""A film in the making: frames, and beside them the truth of every boundary."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cinetag_plugin.media.layout import Size
from compose.pictures import Picture, Values, Weight, mixed, plain, spread
from compose.sources import Shot

Mask = Callable[[float], Values]
"""For the share of a wipe that is done (0 to 1) the weight of the new picture, ``(height, width)``."""


class Row(NamedTuple):
    """A row of a truth file: kind, first frame, last frame, note."""

    kind: str
    start: int
    end: int
    note: str = ""


class Edit:
    """Shots joined one after another.

    A gradual transition overlays the last frames there are with the first of the new shot; of its
    ``length`` frames each shows something of both, and the truth ends with the frame after them.
    """

    def __init__(self, size: Size, rate: int) -> None:
        self.size = size
        self.rate = rate
        self.frames: list[Picture] = []
        self.rows: list[Row] = []

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def last(self) -> Picture | None:
        """The last picture so far."""
        return self.frames[-1] if self.frames else None

    def add(self, *pictures: Picture) -> None:
        """Go on with the same shot."""
        self.frames += pictures

    def cut_to(self, shot: Shot, note: str = "") -> None:
        """Join a shot with a hard cut; the first shot of all just begins."""
        if self.frames:
            self.rows.append(Row("cut", len(self), len(self), note or shot.name))
        self.add(*shot.frames)

    def dissolve_to(self, shot: Shot, length: int) -> None:
        """Mix one shot into the next."""
        self._overlay("dissolve", shot, [(i + 1) / (length + 1) for i in range(length)])

    def wipe_to(self, shot: Shot, length: int, mask: Mask, note: str = "") -> None:
        """Let the new shot take the place of the old one part by part."""
        shares = [(i + 1) / (length + 1) for i in range(length)]
        self._overlay("wipe", shot, [spread(mask(share), self.size) for share in shares], note)

    def _overlay(self, kind: str, shot: Shot, weights: Sequence[Weight], note: str = "") -> None:
        start = len(self) - len(weights)
        for i, weight in enumerate(weights):
            self.frames[start + i] = mixed(self.frames[start + i], shot.frames[i], weight)
        self.rows.append(Row(kind, start, len(self), f"{note} {shot.name}".strip()))
        self.add(*shot.frames[len(weights) :])

    def fade_to(self, shot: Shot, out: int, hold: int, into: int, luminance: int) -> None:
        """Fade to a grey within ``out`` frames, hold it, fade the new shot in within ``into`` frames.

        One row where the grey stands for less than a second, else one for each fade; 0 frames of
        ``into`` let the new shot appear at full.
        """
        start = len(self) - out
        grey = plain(self.size, luminance)
        self.frames[start:] = [mixed(p, grey, (i + 1) / (out + 1)) for i, p in enumerate(self.frames[start:])]
        dark = len(self)
        self.add(*[grey] * hold, *self._faded_in(shot, into, grey))
        bright = dark + hold
        if hold < self.rate:
            self.rows.append(Row("fade", start, bright + into, shot.name))
        else:
            self.rows.append(Row("fade", start, dark, "out"))
            kind = "fade" if into else "cut"
            self.rows.append(Row(kind, bright, bright + into, shot.name))

    def black_to(self, shot: Shot, hold: int, into: int, luminance: int) -> None:
        """Cut hard to a grey that stands for ``hold`` frames; the new shot appears at full, or fades in.

        A grey of up to six frames before a shot that appears at full belongs to the outgoing shot.
        """
        grey, dark = plain(self.size, luminance), len(self)
        bright = dark + hold
        if into or hold > 6:
            self.rows.append(Row("cut", dark, dark, "to grey"))
        self.rows.append(Row("fade" if into else "cut", bright, bright + into, shot.name))
        self.add(*[grey] * hold, *self._faded_in(shot, into, grey))

    def _faded_in(self, shot: Shot, into: int, grey: Picture) -> list[Picture]:
        return [mixed(grey, p, min(1, (i + 1) / (into + 1))) for i, p in enumerate(shot.frames)]

    def not_cut(self, start: int, end: int, note: str) -> None:
        """Note a span, both ends within, in which something changes that is no cut."""
        self.rows.append(Row("not_cut", start, min(end, len(self) - 1), note))

    def truth(self, head: dict[str, object]) -> str:
        """Return the truth as the text of a file."""
        lines = [f"# {name}: {value}" for name, value in head.items()]
        rows = sorted(self.rows, key=lambda row: (row.start, row.end))
        return "\n".join(
            [*lines, "# kind\tstart\tend\tnote", *("\t".join(map(str, row)) for row in rows), ""]
        )
