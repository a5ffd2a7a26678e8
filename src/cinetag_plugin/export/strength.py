"""Fewer events: those that the analysis is sure enough of, or the few that matter most."""

from collections.abc import Callable, Sequence

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.export.events import KINDS


def strength(event: Event) -> float | None:
    """Return how sure the analysis is of an event, in [0, 1]: a beat's confidence, a tag's probability.

    None for what has neither: films, shots, transitions, key frames.
    """
    facts = event.data.get("cinetag", {})
    said = facts.get("confidence", facts.get("probability")) if isinstance(facts, dict) else None
    return float(said) if isinstance(said, int | float) else None


def rank(kind: str, sure: float, start: int) -> tuple[int, float, int]:
    """Return what sorts events by how much they matter: by kind as in the table, the surest first."""
    return KINDS.index(kind), -sure, start


def sure_enough(table: Sequence[Event], least: float) -> list[Event]:
    """Return the events that are at least so sure, and those of which nothing of the kind is said."""
    return [event for event in table if (said := strength(event)) is None or said >= least]


def most_important(table: Sequence[Event], limit: int, is_counted: Callable[[Event], bool]) -> list[Event]:
    """Return the table with at most ``limit`` of the events that count, the first by :func:`rank`.

    The other events stay.
    """
    counted = [place for place, event in enumerate(table) if is_counted(event)]
    ranked = sorted(counted, key=lambda place: _rank(table[place]))
    left_out = frozenset(ranked[limit:])
    return [event for place, event in enumerate(table) if place not in left_out]


def _rank(event: Event) -> tuple[int, float, int]:
    return rank(event.kind, strength(event) or 0.0, event.start)
