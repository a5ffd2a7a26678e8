"""Which events of the table the formats take that cannot hold all of them.

Each falls back on something, for an analysis of shots alone is still worth a file, and because programs
refuse an empty one.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Film
from cinetag_plugin.export.text import NAME_LIMIT, clean


def chapters(events: Sequence[Event], film: Film) -> list[Event]:
    """Return events of one kind, rising, none reaching into the next: beats, or else shots, or else the film.

    Of events that begin together the first of the table stands; an event ends where the next begins, as
    players show it.
    """
    found = _chaptered(events, film)
    firsts = sorted({event.start: event for event in reversed(found)}.values(), key=lambda event: event.start)
    ends = [*(event.start for event in firsts[1:]), film.frames]
    return [replace(event, end=min(event.end, end)) for event, end in zip(firsts, ends, strict=True)]


def chapters_lost(events: Sequence[Event], film: Film) -> str:
    """Say how many events :func:`chapters` leaves out or ends early; empty where there are none."""
    found, kept = _chaptered(events, film), chapters(events, film)
    ends = {(event.start, event.name): event.end for event in reversed(found)}
    shorter = sum(ends[event.start, event.name] != event.end for event in kept)
    left_out = len(found) - len(kept)
    said = (f"{left_out} left out" if left_out else "", f"{shorter} ended early" if shorter else "")
    return f"of {len(found)} chapters that overlap {', '.join(filter(None, said))}" if any(said) else ""


def _chaptered(events: Sequence[Event], film: Film) -> list[Event]:
    return _of(events, "beat") or _of(events, "shot") or [whole_film(film)]


def shown(events: Sequence[Event], film: Film) -> list[Event]:
    """Return the events that a viewer is told of: beats and tags, or else shots, or else the film."""
    return _of(events, "beat", "tag") or _of(events, "shot") or [whole_film(film)]


def picked(events: Sequence[Event], film: Film) -> list[Event]:
    """Return the events that a reel is made of: beats, or else tags, or else shots, or else the film."""
    return _of(events, "beat") or _of(events, "tag") or _of(events, "shot") or [whole_film(film)]


def whole_film(film: Film) -> Event:
    """Return an event for the film as such, by its name."""
    name = clean(film.name, NAME_LIMIT) or "Film"
    return Event(start=0, end=film.frames, kind="film", slug="film", name=name, colour="film_tag")


def _of(events: Sequence[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]
