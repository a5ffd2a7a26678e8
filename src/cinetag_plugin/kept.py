"""What a person set in an analysis, kept when the same film is analysed again.

Everything is kept by its frames: shots may have other numbers in the new analysis, and what was said of a
shot that has been split or joined is said of those that lie there now. Around what is kept stands what is
found anew.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.records import (
    PERSON,
    Analysis,
    BeatEvent,
    Correction,
    Film,
    Shot,
    TagSpan,
    TagStrength,
)
from cinetag_plugin.shots.given_cuts import CutList
from cinetag_plugin.tags.corrected import recounted
from cinetag_plugin.tags.strengths import Weighting

_Stretch = TypeVar("_Stretch", TagSpan, BeatEvent)


def is_same(film: Film, fingerprint: str, stream: int | None) -> bool:
    """Tell whether a film that was analysed is the one with this fingerprint, in the same video stream."""
    return film.fingerprint != "" and (film.fingerprint, film.stream) == (fingerprint, stream)


def given_cuts(standing: Analysis) -> CutList | None:
    """Return the cuts that a person gave for the whole of a film; None where that is not so."""
    is_whole = (standing.analysed.start, standing.analysed.end) == (0, standing.film.frames)
    if not is_whole or {shot.origin for shot in standing.shots} != {PERSON}:
        return None
    entries = [shot.transition_in for shot in standing.shots if shot.transition_in.kind != "start"]
    return CutList(tuple(Boundary(entry.kind, entry.start, entry.end) for entry in entries))


def as_given(new: Analysis, standing: Analysis) -> Analysis:
    """Return an analysis that was made with :func:`given_cuts` of an earlier one, saying whose they are."""
    shots = tuple(replace(shot, origin=PERSON) for shot in new.shots)
    return replace(new, shots=shots, detector=standing.detector)


def said_of(standing: Analysis, *, shots: bool) -> str:
    """Return in words how much of an analysis a person set, with its shots or without; empty for nothing."""
    counts = {
        "shot": len(standing.shots) if shots else 0,
        "tag": _of_a_person(standing.tags),
        "tag span": _of_a_person(standing.tag_spans),
        "beat": _of_a_person(standing.beats),
        "rejection": sum(correction.became is None for correction in standing.corrections),
    }
    said = [f"{count} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
    return f"{sum(counts.values())} that a person set: {', '.join(said)}" if said else ""


def _of_a_person(records: Iterable[TagStrength | TagSpan | BeatEvent]) -> int:
    return sum(record.origin == PERSON for record in records)


def kept(new: Analysis, standing: Analysis, weighting: Weighting) -> Analysis:
    """Return a new analysis of a film with what a person set in an earlier one.

    Tag spans and beats with ``origin`` ``person`` are kept; where they lie, new spans of the same tag and
    new beats of any category give way. What was rejected or renamed is so again. Tags of the film are
    counted anew; one that a person set and that no key frame carries any more stays with a strength of 0.

    Args:
        new: as the models and plugins have left it.
        standing: of the same film; see :func:`is_same`.
        weighting: by which the tags of ``new`` were computed.
    """
    ground = _Ground(new, standing)
    tags = _tags(new, standing, weighting)
    persons = defaultdict(list)
    for span in ground.carried(standing.tag_spans):
        persons[span.tag].append(span)
    found = ground.corrected(new.tag_spans)
    spans = [piece for span in found for piece in ground.around(span, persons[span.tag])]
    spans += [span for of_tag in persons.values() for span in of_tag]
    strength = {row.tag: row.relative_strength for row in tags}
    spans = [replace(span, strength=strength.get(span.tag, span.strength)) for span in spans]
    beats = ground.carried(standing.beats)
    beats += [piece for beat in ground.corrected(new.beats) for piece in ground.around(beat, beats)]
    return replace(
        new,
        tags=tags,
        tag_spans=tuple(sorted(spans, key=lambda span: (span.start, -span.strength, span.tag))),
        beats=tuple(sorted(beats, key=lambda beat: (beat.start, beat.end))),
        corrections=standing.corrections,
    )


def _tags(new: Analysis, standing: Analysis, weighting: Weighting) -> tuple[TagStrength, ...]:
    persons = {row.tag: row for row in standing.tags if row.origin == PERSON}
    rows = recounted(new, standing.corrections, weighting, persons)
    found = [replace(row, origin=PERSON) if row.tag in persons else row for row in rows]
    unseen = sorted(persons.keys() - {row.tag for row in rows})
    nothing = {"count": 0, "weight": 0.0, "relative_strength": 0.0, "probability_sum": 0.0}
    return (*found, *(replace(persons[tag], **nothing) for tag in unseen))


class _Ground:
    """The shots of two analyses of a film, and what is laid over them.

    A record that is cut down is said of those of its shots whose middle it still covers, and begins and ends
    no wider than they do; one that covers none of its shots any more is gone.
    """

    def __init__(self, new: Analysis, standing: Analysis) -> None:
        self._frames = new.film.frames
        self._shots, self._before = new.shots, standing.shots
        self._starts = [shot.start for shot in new.shots]
        self._middles = [_middle(shot) for shot in new.shots]
        self._corrections = standing.corrections

    def carried(self, records: Iterable[_Stretch]) -> list[_Stretch]:
        """Return what a person set of an earlier analysis, said of the shots of the new one."""
        return [
            self._renumbered(record)
            for record in records
            if record.origin == PERSON and record.end <= self._frames
        ]

    def _renumbered(self, record: _Stretch) -> _Stretch:
        shots = self._now(record.shots)
        if isinstance(record, BeatEvent) and record.key_shot is not None:
            record = replace(record, key_shot=next(iter(self._now([record.key_shot])), None))
        return _said_of(record, record.start, record.end, shots)

    def _now(self, shots: Iterable[int]) -> tuple[int, ...]:
        """Return the shots that lie now where earlier ones did."""
        now: set[int] = set()
        for shot in (self._before[index] for index in shots):
            now.update(range(bisect_left(self._middles, shot.start), bisect_left(self._middles, shot.end)))
            place = bisect_right(self._starts, _middle(shot)) - 1
            if place >= 0 and _middle(shot) < self._shots[place].end:
                now.add(place)
        return tuple(sorted(now))

    def corrected(self, records: Sequence[_Stretch]) -> list[_Stretch]:
        """Return records with the corrections of the earlier analysis made in them, by name."""
        by_name: dict[str, list[_Stretch]] = defaultdict(list)
        for record in records:
            by_name[_name(record)].append(record)
        kind = "tag" if records and isinstance(records[0], TagSpan) else "beat"
        for correction in self._corrections:
            meant = by_name.pop(correction.name, []) if correction.kind == kind else []
            for record in meant:
                by_name[correction.name] += self.around(record, [correction])
                if correction.became is not None and _touch(record, correction):
                    within = self._piece(record, correction.start, correction.end)
                    by_name[correction.became] += [_renamed(piece, correction.became) for piece in within]
        return [record for of_name in by_name.values() for record in of_name]

    def around(
        self, record: _Stretch, others: Sequence[TagSpan] | Sequence[BeatEvent] | Sequence[Correction]
    ) -> list[_Stretch]:
        """Return what is left of a record beside others."""
        left = [record]
        for other in others:
            if _touch(record, other):
                sides = ((0, other.start), (other.end, self._frames))
                left = [piece for one in left for side in sides for piece in self._piece(one, *side)]
        return left

    def _piece(self, record: _Stretch, start: int, end: int) -> Iterator[_Stretch]:
        """Yield the part of a record that lies between two frames, if there is one."""
        start, end = max(start, record.start), min(end, record.end)
        if (start, end) == (record.start, record.end):
            yield record
            return
        shots = tuple(index for index in record.shots if start <= self._middles[index] < end)
        if shots:
            start = max(start, self._starts[shots[0]])
            yield _said_of(record, start, min(end, self._shots[shots[-1]].end), shots)


def _said_of(record: _Stretch, start: int, end: int, shots: tuple[int, ...]) -> _Stretch:
    record = replace(record, start=start, end=end, shots=shots)
    if isinstance(record, BeatEvent) and record.key_shot is not None and record.key_shot not in shots:
        return replace(record, key_shot=shots[len(shots) // 2] if shots else None)
    return record


def _renamed(record: _Stretch, name: str) -> _Stretch:
    return replace(record, **{"tag" if isinstance(record, TagSpan) else "category": name})


def _name(record: TagSpan | BeatEvent) -> str:
    return record.tag if isinstance(record, TagSpan) else record.category


def _touch(one: TagSpan | BeatEvent, other: TagSpan | BeatEvent | Correction) -> bool:
    return one.start < other.end and other.start < one.end


def _middle(shot: Shot) -> int:
    return (shot.start + shot.end) // 2
