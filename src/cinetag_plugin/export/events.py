"""The one table of events: what an analysis says, sorted, named, coloured; formats write it down.

=============  ==================  ==============  ============================================
kind           frames              name            comment
=============  ==================  ==============  ============================================
``film``       the whole film      Film: War 0.82  all tags, the strongest first
``beat``       the event's         Battle          beat - confidence 0.81 - shots 14-22
``tag``        the span's          War             tag - strength 0.62 - probability 0.91
``shot``       the shot's          Shot 014        cut in, dissolve out 12 fr - key frame 1234
``transition`` its extent, or 1    Dissolve        12 fr
``key_frame``  1                   Key 014         entropy 6.90
=============  ==================  ==============  ============================================

Shots and key frames are counted from 1 in text, from 0 in data. ``data`` is
``{"cinetag": {"v": 1, "kind", "class", "in", "out", …}}`` with frames of the film and exact numbers.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import zip_longest
from typing import Any, Literal

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis, Film, Shot, Transition
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.text import COMMENT_LIMIT, NAME_LIMIT, SEPARATOR, clean, strict_json, two_decimals

Kind = Literal["film", "beat", "tag", "shot", "transition", "key_frame"]

KINDS: tuple[Kind, ...] = ("film", "beat", "tag", "shot", "transition", "key_frame")
"""All kinds of events, in the order in which those that begin together are listed."""

DATA_VERSION = 1

_CLASSED = frozenset({"beat", "tag", "transition"})


def events(analysis: Analysis, names: Names, *, kinds: Collection[str] = KINDS) -> list[Event]:
    """Return the table, sorted by start, kind, length (longest first) and name.

    Args:
        analysis: what is to be told.
        names: gives tags and beat categories their names and groups.
        kinds: which kinds of events are wanted.
    """
    rows = [row for kind in KINDS if kind in kinds for row in _ROWS[kind](analysis, names)]
    return sorted(rows, key=lambda row: (row.start, KINDS.index(row.kind), -row.duration, row.name))


def shot_name(index: int, count: int) -> str:
    """Return what people call the shot with this index among ``count``: ``Shot 014`` for index 13."""
    return f"Shot {_number(index, count)}"


def is_gradual(transition: Transition) -> bool:
    """Tell whether a shot begins with more than a cut."""
    return transition.kind not in {"start", "cut"}


def _number(index: int, count: int) -> str:
    return f"{index + 1:0{max(3, len(str(count)))}}"


def _row(
    kind: Kind, slug: str, frames: tuple[int, int], text: tuple[str, Iterable[str]], colour: str, **facts: Any
) -> Event:
    slug, (name, comment) = clean(slug, NAME_LIMIT), text
    data = {
        "v": DATA_VERSION,
        "kind": kind,
        "class": f"{kind}.{slug}" if kind in _CLASSED else kind,
        "in": frames[0],
        "out": frames[1],
    }
    return Event(
        start=frames[0],
        end=frames[1],
        kind=kind,
        slug=slug,
        name=clean(name, NAME_LIMIT),
        comment=clean(SEPARATOR.join(comment), COMMENT_LIMIT),
        colour=colour,
        data={"cinetag": strict_json(data | facts)},
    )


def _film(analysis: Analysis, names: Names) -> Iterator[Event]:
    """One event for the whole film, of the tags that hold somewhere in it; none where there is none.

    A film's strongest tag has R = 1 however improbable it is, so a tag without a span says nothing.
    """
    held = {span.tag for span in analysis.tag_spans}
    strongest_first = sorted(
        (tag for tag in analysis.tags if tag.tag in held), key=lambda tag: (-tag.relative_strength, tag.tag)
    )
    said = [f"{names.tag_name(tag.tag)} {two_decimals(tag.relative_strength)}" for tag in strongest_first]
    facts = [{"slug": tag.tag, "strength": tag.relative_strength} for tag in strongest_first]
    if said:
        whole = (0, analysis.film.frames)
        yield _row("film", "film", whole, (f"Film: {said[0]}", said), "film_tag", tags=facts)


def _beats(analysis: Analysis, names: Names) -> Iterator[Event]:
    for beat in analysis.beats:
        comment = ["beat", f"confidence {two_decimals(beat.confidence)}", *_shots_said(beat.shots)]
        yield _row(
            "beat",
            beat.category,
            (beat.start, beat.end),
            (names.category_name(beat.category), comment),
            f"beat.{names.beat_family(beat.category)}",
            confidence=beat.confidence,
            shots=beat.shots,
            key_shot=beat.key_shot,
            origin=beat.origin,
        )


def _shots_said(indices: Iterable[int]) -> list[str]:
    """Name shots by number, runs as ``14-22``: one field, or none where no shots are known."""
    runs: list[tuple[int, int]] = []
    for number in sorted({index + 1 for index in indices}):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    said = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return [f"shot{'' if said.isdigit() else 's'} {said}"] if said else []


def _tags(analysis: Analysis, names: Names) -> Iterator[Event]:
    for span in analysis.tag_spans:
        strength, probability = two_decimals(span.strength), two_decimals(span.probability)
        advisory = names.advisory(span.tag)
        yield _row(
            "tag",
            span.tag,
            (span.start, span.end),
            (names.tag_name(span.tag), ["tag", f"strength {strength}", f"probability {probability}"]),
            f"tag.{names.group(span.tag)}",
            strength=span.strength,
            probability=span.probability,
            shots=span.shots,
            origin=span.origin,
            **({"advisory": advisory} if advisory else {}),
        )


def _shots(analysis: Analysis, names: Names) -> Iterator[Event]:
    for shot, following in zip_longest(analysis.shots, analysis.shots[1:]):
        out = following.transition_in if following else None
        ends = [*_passage(shot.transition_in, "in"), *(_passage(out, "out") if out else [])]
        comment = [", ".join(ends), *_key_frames_said(analysis, shot)]
        name = shot_name(shot.index, len(analysis.shots))
        yield _row(
            "shot",
            "shot",
            (shot.start, shot.end),
            (name, filter(None, comment)),
            "shot",
            shot=shot.index,
            transition_in=shot.transition_in.kind,
            transition_out=out.kind if out else None,
            key_frames=key_frames_of(analysis, shot),
            origin=shot.origin,
        )


def _passage(transition: Transition, way: str) -> list[str]:
    if transition.kind == "start":
        return []
    length = f" {transition.end - transition.start} fr" if is_gradual(transition) else ""
    return [f"{_spoken(transition)} {way}{length}"]


def _spoken(transition: Transition) -> str:
    return "transition" if transition.kind == "other" else transition.kind


def key_frames_of(analysis: Analysis, shot: Shot) -> list[int]:
    """Return the frames of a shot's key frames."""
    return [analysis.key_frames[index].frame for index in shot.key_frames if index < len(analysis.key_frames)]


def _key_frames_said(analysis: Analysis, shot: Shot) -> list[str]:
    frames = key_frames_of(analysis, shot)
    said = ", ".join(map(str, frames))
    return [f"key frame{'s' if len(frames) > 1 else ''} {said}"] if frames else []


def _transitions(analysis: Analysis, names: Names) -> Iterator[Event]:
    for shot in analysis.shots:
        passage = shot.transition_in
        if passage.kind == "start":
            continue
        length = passage.end - passage.start
        gradual = is_gradual(passage) and length > 0
        yield _row(
            "transition",
            passage.kind,
            (passage.start, passage.end) if gradual else _one_frame(shot.start, analysis.film),
            (_spoken(passage).capitalize(), [f"{length} fr"] if gradual else []),
            "transition",
            shot=shot.index,
        )


def _key_frames(analysis: Analysis, names: Names) -> Iterator[Event]:
    count = len(analysis.key_frames)
    for key in analysis.key_frames:
        turned_away = [] if key.accepted else ["not accepted"]
        yield _row(
            "key_frame",
            "key_frame",
            _one_frame(key.frame, analysis.film),
            (f"Key {_number(key.index, count)}", [f"entropy {two_decimals(key.entropy)}", *turned_away]),
            "key_frame",
            shot=key.shot,
            entropy=key.entropy,
            accepted=key.accepted,
        )


def _one_frame(frame: int, film: Film) -> tuple[int, int]:
    first = min(frame, film.frames - 1)
    return first, first + 1


_ROWS: dict[Kind, Callable[[Analysis, Names], Iterator[Event]]] = {
    "film": _film,
    "beat": _beats,
    "tag": _tags,
    "shot": _shots,
    "transition": _transitions,
    "key_frame": _key_frames,
}
