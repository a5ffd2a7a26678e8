"""A film as the document knows one, that no decoder has seen."""

from fractions import Fraction
from typing import Any

from cinetag_plugin.document.records import Film, Timing


def plain_film(frames: int, rate: Fraction = Fraction(25), **changes: Any) -> Film:
    """A film of constant rate without sound and start timecode, but for ``changes``."""
    facts: dict[str, Any] = {
        "path": "/media/film.mov",
        "name": "film",
        "frames": frames,
        "rate": rate,
        "variable_rate": False,
        "time_base": 1 / rate,
        "start_pts": 0,
        "width": 1920,
        "height": 1080,
        "duration": float(frames / rate),
        "timing": (Timing(frame=0, pts=0, step=1),),
    }
    return Film(**facts | changes)
