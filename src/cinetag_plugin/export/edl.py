"""CMX 3600 EDL: the shots of a film as video events, its beats and tags as locators (``* LOC:``).

Record timecode is the film's. A locator is a point: its length and its comment are not held. Source
timecode is that of the file, and the same where the film is one file. Dissolves are cuts: they are in
the picture. Event numbers have three digits, and many readers refuse more: a film of more than 999 clips
is several lists, numbered from 1 in each, whose timecode goes on. Rates above 30, which the form does not
know, are refused unless they are asked for.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import timecode
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.labels import counting, labelled, midnight_said, refuse_rate
from cinetag_plugin.export.marks import Carries, Mark, kept, lost
from cinetag_plugin.export.pieces import Piece, pieces
from cinetag_plugin.export.text import NAME_LIMIT, clean, two_decimals

CARRIES = Carries(comments=False, lengths=())
MOST_EVENTS = 999

_TARGET = "a CMX 3600 EDL"
_FASTEST = 30
_REEL_LENGTH = 8
_NO_REEL = frozenset({"", "AX", "BL"})  # an auxiliary source, black
_SCORED = frozenset({"beat", "tag"})


def render(table: Sequence[Event], analysis: Analysis, *, force: bool = False) -> bytes | tuple[bytes, ...]:
    """Return the list, or several of a film of more than 999 clips; lines are ended by CR LF.

    Args:
        table: the events.
        analysis: what they were made from.
        force: also at rates above 30, for readers that count as many labels a second.

    Raises:
        UnfitError: the film's rate is none of 23.976 to 30 (to 60 where forced).
    """
    grid, film = conformed(analysis), analysis.film
    refuse_rate(film, grid, _TARGET, force or grid.rate <= _FASTEST)
    label = labelled(film, grid, _TARGET)
    cut = pieces(analysis, grid)
    names = _reel_names(piece.reel.path for piece in cut)
    found = kept(table, grid, CARRIES)
    starts = [mark.start for mark in found]

    def event(number: int, piece: Piece) -> Iterator[str]:
        media = (piece.reel.media_at(place) for place in (piece.start, piece.end))
        times = [timecode(frame, grid.rate, grid.drop) for frame in media]
        times += [label(piece.start), label(piece.end)]
        yield f"{number:03}  {names[piece.reel.path]:<8} V     C        {' '.join(times)}"
        yield f"* FROM CLIP NAME:  {piece.name(len(analysis.shots))}"
        inside = found[bisect_left(starts, piece.start) : bisect_left(starts, piece.end)]
        yield from (f"* LOC: {label(mark.start)} {_said(mark)}" for mark in inside)

    lists = []
    for title, part in _parts(clean(film.name, NAME_LIMIT), cut):
        lines = [f"TITLE: {title}", counting(grid), ""]
        lines += (line for number, piece in enumerate(part, start=1) for line in event(number, piece))
        lists.append("".join(f"{line}\r\n" for line in lines).encode())
    return lists[0] if len(lists) == 1 else tuple(lists)


def _parts(title: str, cut: Sequence[Piece]) -> Iterator[tuple[str, Sequence[Piece]]]:
    """Yield the clips of each list, and what it is called."""
    count = _lists(cut)
    for number in range(count):
        part = cut[number * MOST_EVENTS : (number + 1) * MOST_EVENTS]
        yield (title if count == 1 else f"{title} - {number + 1} of {count}"), part


def _lists(cut: Sequence[Piece]) -> int:
    return -(-len(cut) // MOST_EVENTS)


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what locators do not hold; say how many lists there are, and whether timecode begins again."""
    grid = conformed(analysis)
    count = _lists(pieces(analysis, grid))
    split = f"{count} lists of at most {MOST_EVENTS} clips" if count > 1 else ""
    return lost(table, grid, CARRIES, split, midnight_said(grid))


def _said(mark: Mark) -> str:
    """Return colour and text of a locator; capitals, as such lists have been written since CMX."""
    scored = mark.kind in _SCORED
    text = f"{mark.kind} {mark.name} {two_decimals(mark.strength)}" if scored else mark.name
    return f"{colour(mark.colour, 'loc_edl'):<7} {text.upper()}"


def _reel_names(paths: Iterable[str]) -> dict[str, str]:
    """Return a name for each file: capitals and digits, at most eight, no two alike."""
    names: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        stem = re.split(r"[/\\]", path)[-1].rsplit(".", 1)[0]
        plain = re.sub("[^A-Z0-9_]", "", stem.upper())[:_REEL_LENGTH]
        first = name = "FILM" if plain in _NO_REEL else plain
        number = 2
        while name in names.values():
            name, number = f"{first[: _REEL_LENGTH - 1 - len(str(number))]}_{number}", number + 1
        names[path] = name
    return names
