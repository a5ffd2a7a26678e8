"""Guides for Kdenlive: JSON that its panel of guides imports.

Kdenlive keeps one guide a frame, so events that begin together are one. Places are frames of the timeline:
the project must have the rate of the film. The category's number stands for the colour.
"""

import json
from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.colours import colour
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.marks import Mark, marks, merging_said, one_a_place

_POINT = 0  # Kdenlive's duration of a guide of one frame


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return an array with a line for each guide."""
    guides = [_guide(mark) for mark in one_a_place(marks(table, conformed(analysis)))]
    lines = ",\n".join(json.dumps(guide, ensure_ascii=False) for guide in guides)
    return f"[\n{lines}\n]\n".encode()


def losses(table: Sequence[Event], analysis: Analysis) -> str:
    """Say which events share a guide."""
    return merging_said(marks(table, conformed(analysis)))


def _guide(mark: Mark) -> dict[str, object]:
    return {
        "pos": mark.start,
        "comment": ": ".join(filter(None, (mark.name, mark.comment))),
        "type": int(colour(mark.colour, "kdenlive_type")),
        "duration": mark.duration if mark.duration > 1 else _POINT,
    }
