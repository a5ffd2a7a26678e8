"""A review list for rating and censorship work: where sensitive tags may hold, for a person to decide.

CSV as :mod:`.table_csv` writes it. A row is a proposal, never a finding: the columns ``decision`` and
``note`` are empty and the reviewer's. Below the proposals stand the sensitive tags of the vocabulary
that no model looked for; that the list has none of those says nothing about the film.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import builtin_vocabulary
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.spreadsheet import written
from cinetag_plugin.export.table_csv import labels, seconds_of
from cinetag_plugin.export.text import decimal_seconds, two_decimals

HEADER = (
    "advisory",
    "tag",
    "in_tc",
    "out_tc",
    "in_frame",
    "out_frame",
    "in_seconds",
    "probability",
    "remark",
    "decision",
    "note",
)

NOT_LOOKED_FOR = "not looked for: no model here knows it"
_DECIMALS = 3


def render(events: Sequence[Event], analysis: Analysis, *, excel: bool = False) -> bytes:
    """Return the list, by advisory and then by time; ``excel`` is that of :func:`.spreadsheet.written`."""
    return written([HEADER, *_proposals(events, analysis), *_gaps(analysis)], excel=excel)


def _proposals(events: Sequence[Event], analysis: Analysis) -> Iterable[Sequence[Any]]:
    grid, seconds = conformed(analysis), seconds_of(analysis.film)
    sensitive = [event for event in events if event.kind == "tag" and _advisory(event)]
    for event in sorted(sensitive, key=lambda event: (_advisory(event), event.start)):
        yield (
            _advisory(event),
            event.name,
            *labels(event, grid),
            event.start,
            event.end,
            decimal_seconds(seconds(event.start), _DECIMALS),
            two_decimals(event.data["cinetag"]["probability"]),
            "",
            "",
            "",
        )


def _gaps(analysis: Analysis) -> Iterable[Sequence[str]]:
    looked_for = {label for model in analysis.models for label in model.labels}
    sensitive = [tag for tag in builtin_vocabulary().tags if tag.advisory and tag.slug not in looked_for]
    for tag in sorted(sensitive, key=lambda tag: (tag.advisory, tag.name)):
        yield (tag.advisory, tag.name, *[""] * 6, NOT_LOOKED_FOR, "", "")


def _advisory(event: Event) -> str:
    return str(event.data.get("cinetag", {}).get("advisory", ""))
