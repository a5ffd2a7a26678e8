"""Which events of the table the formats take that cannot hold all of them.

Each falls back on something, for an analysis of shots alone is still worth a file, and because programs
refuse an empty one.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Film
from cinetag_plugin.export.text import NAME_LIMIT, clean


def chapters(events: Sequence[Event], film: Film) -> list[Event]:
    """Return events of one kind, rising, none reaching into the next: beats, or else shots, or else the film.

    Of events that begin together the first of the table stands; an event ends where the next begins, as
    players show it.
    """
    firsts = chaptered(events, film)
    ends = [*(event.start for event in firsts[1:]), film.frames]
    return [
        msgspec.structs.replace(event, end=min(event.end, end))
        for event, end in zip(firsts, ends, strict=True)
    ]


def chaptered(events: Sequence[Event], film: Film) -> list[Event]:
    """Return the events that :func:`chapters` are made of, as long as they are."""
    found = _beats_or_shots(events) or [whole_film(film)]
    return sorted({event.start: event for event in reversed(found)}.values(), key=lambda event: event.start)


def chapters_lost(events: Sequence[Event], film: Film) -> Losses:
    """Count what :func:`chapters` do not hold of the events that they are made of, beats or else shots."""
    found = _beats_or_shots(events)
    if not found:
        return Losses()
    whole, kept = chaptered(events, film), chapters(events, film)
    return replace(
        names_alone(kept),
        durations=sum(event.end > chapter.end for event, chapter in zip(whole, kept, strict=True)),
        left_out=len(found) - len(kept),
    )


def names_alone(written: Sequence[Event]) -> Losses:
    """Return what is lost where of each event name and length are written."""
    return Losses(colours=len(written), comments=sum(bool(event.comment) for event in written))


def _beats_or_shots(events: Sequence[Event]) -> list[Event]:
    return _of(events, "beat") or _of(events, "shot")


def shown(events: Sequence[Event], film: Film) -> list[Event]:
    """Return the events that a viewer is told of: beats and tags, or else shots, or else the film."""
    return _shown(events) or [whole_film(film)]


def shown_lost(events: Sequence[Event]) -> Losses:
    """Count what is lost of the events that :func:`shown` returns where their names are written alone."""
    return names_alone(_shown(events))


def _shown(events: Sequence[Event]) -> list[Event]:
    return _of(events, "beat", "tag") or _of(events, "shot")


def picked(events: Sequence[Event], film: Film) -> list[Event]:
    """Return the events that a reel is made of: beats, or else tags, or else shots, or else the film."""
    return _of(events, "beat") or _of(events, "tag") or _of(events, "shot") or [whole_film(film)]


def whole_film(film: Film) -> Event:
    """Return an event for the film as such, by its name."""
    name = clean(film.name, NAME_LIMIT) or "Film"
    return Event(start=0, end=film.frames, kind="film", slug="film", name=name, colour="film_tag")


def _of(events: Sequence[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]
