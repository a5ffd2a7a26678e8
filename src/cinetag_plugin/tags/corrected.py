"""Strengths of a film's tags after a person's corrections: equations 5 and 6 over what was left standing.

Scores of key frames stay what the models said. A tag that was rejected on some frames counts for none of the
key frames there; one that was renamed counts under its new name, with the probability that the old one had.
The page counts by the same rule (``report/assets/counting.js``).
"""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from cinetag_plugin.document.records import PERSON, Analysis, Correction, KeyFrame, TagScore, TagStrength
from cinetag_plugin.tags.strengths import Weighting, best_tags, strengths


def recounted(
    analysis: Analysis,
    corrections: Iterable[Correction],
    weighting: Weighting,
    named: Collection[str] = (),
) -> tuple[TagStrength, ...]:
    """Return the tags of a film with their figures after corrections, the strongest first.

    A tag that no key frame carries any more is gone; one that came by renaming has ``origin`` ``person``.
    Figures that were not counted from the key frames, such as a plugin's, stay; their tag goes, or changes
    its name, where the whole film is meant.

    Args:
        analysis: its ``tags`` before the corrections, its key frames with the models' scores.
        corrections: those of beats are passed over.
        weighting: by which the tags were computed.
        named: tags that are listed in any case, where key frames carry them.
    """
    of_tags = [correction for correction in corrections if correction.kind == "tag"]
    keys = analysis.key_frames
    said = {row.tag: row.count for row in strengths(keys, weighting)}
    left = {row.tag: row for row in strengths((_left(key, of_tags) for key in keys), weighting)}
    rows: dict[str, TagStrength] = {}
    others = []
    for row in analysis.tags:
        if said.get(row.tag) != row.count:
            others.append(row)
        elif row.tag in left:
            rows[row.tag] = replace(left[row.tag], origin=row.origin, extra=row.extra)
    came = {*named, *(correction.became for correction in of_tags)} - {row.tag for row in analysis.tags}
    rows |= {tag: replace(row, origin=PERSON) for tag, row in left.items() if tag in came}
    of_film = [c for c in of_tags if (c.start, c.end) == (0, analysis.film.frames)]
    for row in others:
        if (name := _renamed(row.tag, of_film)) is not None:
            rows.setdefault(name, row if name == row.tag else replace(row, tag=name, origin=PERSON))
    return tuple(sorted(rows.values(), key=lambda row: (-row.relative_strength, row.tag)))


def _renamed(tag: str, corrections: Iterable[Correction]) -> str | None:
    """Return what a tag of the whole film has become; None where it was rejected."""
    name: str | None = tag
    for correction in corrections:
        if correction.name == name:
            name = correction.became
    return name


def _left(key_frame: KeyFrame, corrections: Iterable[Correction]) -> KeyFrame:
    """Return a key frame with what corrections leave of its best tags."""
    scores = {score.tag: score.probability for score in best_tags(key_frame)}
    for correction in corrections:
        if correction.name in scores and correction.start <= key_frame.frame < correction.end:
            probability = scores.pop(correction.name)
            if (name := correction.became) is not None:
                scores[name] = max(probability, scores.get(name, 0.0))
    tags = (TagScore(tag=tag, probability=probability) for tag, probability in scores.items())
    return replace(key_frame, tags=tuple(tags))
