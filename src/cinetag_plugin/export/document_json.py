"""The analysis document itself, as ``.cinetag.json``."""

from collections.abc import Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.files import render_record
from cinetag_plugin.document.records import Analysis


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the document, which holds more than the events of the table."""
    return render_record(analysis)
