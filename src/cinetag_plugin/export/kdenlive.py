"""Guides for Kdenlive: JSON that its panel of guides imports.

Kdenlive keeps one guide a frame, so events that begin together are one. Places are frames of the timeline:
the project must have the rate of the film. The category's number stands for the colour.
"""

import json
from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.marks import Carries, Mark, kept, lost

CARRIES = Carries(one_a_place=True)

_POINT = 0  # Kdenlive's duration of a guide of one frame


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return an array with a line for each guide."""
    guides = [_guide(mark) for mark in kept(table, conformed(analysis), CARRIES)]
    lines = ",\n".join(json.dumps(guide, ensure_ascii=False) for guide in guides)
    return f"[\n{lines}\n]\n".encode()


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what guides do not hold."""
    return lost(table, conformed(analysis), CARRIES)


def _guide(mark: Mark) -> dict[str, object]:
    return {
        "pos": mark.start,
        "comment": ": ".join(filter(None, (mark.name, mark.comment))),
        "type": int(colour(mark.colour, "kdenlive_type")),
        "duration": mark.duration if mark.duration > 1 else _POINT,
    }
