"""Strengths of a film's tags after a person's corrections: equations 5 and 6 over what was left standing.

Scores of key frames stay what the models said. A tag that was rejected on some frames counts for none of the
key frames there; one that was renamed counts under its new name, with the probability that the old one had.
The page counts by the same rule (``report/assets/counting.js``).
"""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from cinetag_plugin.document.records import PERSON, Correction, KeyFrame, TagScore, TagStrength
from cinetag_plugin.tags.strengths import Weighting, best_tags, strengths


def recounted(
    rows: Sequence[TagStrength],
    key_frames: Sequence[KeyFrame],
    corrections: Iterable[Correction],
    weighting: Weighting,
    named: Collection[str] = (),
) -> tuple[TagStrength, ...]:
    """Return the tags of a film with their figures after corrections, the strongest first.

    A tag that no key frame carries any more is gone; one that came by renaming has ``origin`` ``person``.
    Rows that were not counted from these key frames, such as a plugin's, stay as they are.

    Args:
        rows: the tags before the corrections.
        key_frames: of the film, with the models' scores.
        corrections: those of beats are passed over.
        weighting: by which ``rows`` were computed.
        named: tags that are listed in any case, where key frames carry them.
    """
    of_tags = [correction for correction in corrections if correction.kind == "tag"]
    said = {row.tag: row.count for row in strengths(key_frames, weighting)}
    left = {row.tag: row for row in strengths((_left(key, of_tags) for key in key_frames), weighting)}
    kept = [
        replace(left[row.tag], origin=row.origin, extra=row.extra) if said.get(row.tag) == row.count else row
        for row in rows
        if said.get(row.tag) != row.count or row.tag in left
    ]
    came = {correction.became for correction in of_tags} | set(named)
    listed = {row.tag for row in rows}
    kept += [replace(left[tag], origin=PERSON) for tag in left if tag in came - listed]
    return tuple(sorted(kept, key=lambda row: (-row.relative_strength, row.tag)))


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
