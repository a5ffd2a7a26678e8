"""Timecode for the formats that place everything by it, and what stands between such a format and a film."""

from collections.abc import Callable

from cinetag_plugin.document.errors import UnfitError
from cinetag_plugin.document.records import Film
from cinetag_plugin.document.time import day_length, has_timecode, timecode
from cinetag_plugin.export.conform import Conformed

OTHER_FORMATS = "use otio, fcpxml or csv, or another rate with cinetag export --conform-rate"
"""What to do where a format cannot carry a rate."""


def labelled(film: Film, grid: Conformed, target: str) -> Callable[[int], str]:
    """Return what gives the timecode of a place.

    Args:
        film: is named where it is refused.
        grid: where its frames lie.
        target: what the format is called, with its article.

    Raises:
        UnfitError: the rate has no timecode.
    """
    refuse_rate(film, grid, target, has_timecode(grid.rate))
    return lambda place: timecode(grid.start + place, grid.rate, grid.drop)


def refuse_rate(film: Film, grid: Conformed, target: str, carried: bool) -> None:
    """Refuse a film whose rate a format cannot carry.

    Raises:
        UnfitError: ``carried`` is false.
    """
    if not carried:
        said = f"{target} cannot carry {float(grid.rate):.6g} frames a second"
        raise UnfitError(film.path, said, OTHER_FORMATS)


def beginning_said(grid: Conformed) -> str:
    """Say at what timecode a timeline must begin for markers that are placed by it."""
    return f"the timeline must begin at {timecode(grid.start, grid.rate, grid.drop)}"


def midnight_said(grid: Conformed) -> str:
    """Say that the labels of a film begin again in it; empty where they do not."""
    wraps = has_timecode(grid.rate) and grid.start + grid.length > day_length(grid.rate, grid.drop)
    return (
        f"timecode passes midnight and begins again at {timecode(0, grid.rate, grid.drop)}" if wraps else ""
    )


def counting(grid: Conformed) -> str:
    """Return the line of an EDL that says how its timecode counts."""
    return "FCM: DROP FRAME" if grid.drop else "FCM: NON-DROP FRAME"
