"""Where in a film a tag holds: neighbouring shots that carry it, with small gaps closed.

The strengths of a film count every tag among a key frame's best three. A span says more: that the
tag is there, on these frames. So a shot carries a tag only where the probability reaches a floor;
otherwise the noise in third place would paint the whole film. Of several key frames in a shot the
mean must reach it, with nothing for those that lack the tag: if one of ten were enough, ten would
find ten times the noise.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cinetag_plugin.document.records import KeyFrame, Shot, TagSpan, TagStrength
from cinetag_plugin.tags.strengths import best_tags

PROBABILITY_FLOOR = 0.2
"""Below it a tag among the best three is wrong more than five times in six.

Measured on 469 film frames with heads (sigmoid and softmax) trained on other sources: from 0.15 to
0.2 one in seven is right, above 0.2 one in three to four; the third place alone, one in ten.
"""

GAP_SHOTS = 1
"""Shots that may lack the tag between two that carry it.

A shot is judged by one key frame or few, so a tag is missed by the shot, whatever its length; and dialogue
cuts A-B-A. In places labelled by people (17,000 shots), closing gaps of one shot would cover 0.5 to
3 % of the shots wrongly, gaps of up to three shots 1 to 8 %.
"""


def spans(
    shots: Sequence[Shot],
    key_frames: Iterable[KeyFrame],
    strengths: Iterable[TagStrength],
    *,
    floor: float = PROBABILITY_FLOOR,
    gap_shots: int = GAP_SHOTS,
) -> tuple[TagSpan, ...]:
    """Return the spans of every tag in ``strengths``, by start, the strongest tag first.

    A gap is closed when it is of at most ``gap_shots`` shots and no longer than the stretches it
    joins. ``TagSpan.shots`` names the shots that carry the tag, without those of closed gaps.

    Args:
        shots: in the order of the film, one following the other.
        key_frames: all or some of the film's; those not accepted are passed over.
        strengths: tags to find; each span takes its relative strength from here.
        floor: least probability, the mean over a shot's accepted key frames, that gives the shot a tag.
        gap_shots: 0 closes no gaps.
    """
    relative = {row.tag: row.relative_strength for row in strengths}
    place = {shot.index: position for position, shot in enumerate(shots)}
    carried = _carried(key_frames, relative.keys(), floor)
    found = [
        _span(tag, relative[tag], [shots[position] for position in run], probabilities)
        for tag, probabilities in carried.items()
        for run in _runs(sorted(place[index] for index in probabilities), shots, gap_shots)
    ]
    return tuple(sorted(found, key=lambda span: (span.start, -span.strength, span.tag)))


def _carried(
    key_frames: Iterable[KeyFrame], tags: Iterable[str], floor: float
) -> Mapping[str, Mapping[int, list[float]]]:
    """Gather for each tag the shots that carry it, each with those probabilities that reach the floor."""
    found: dict[str, dict[int, list[float]]] = {tag: defaultdict(list) for tag in tags}
    judged: Counter[int] = Counter()
    for key_frame in key_frames:
        if key_frame.accepted:
            judged[key_frame.shot] += 1
            for score in best_tags(key_frame):
                if score.tag in found:
                    found[score.tag][key_frame.shot].append(score.probability)
    return {
        tag: {
            shot: [probability for probability in some if probability >= floor]
            for shot, some in shots.items()
            if math.fsum(some) / judged[shot] >= floor
        }
        for tag, shots in found.items()
    }


def _runs(positions: Sequence[int], shots: Sequence[Shot], gap_shots: int) -> Iterator[list[int]]:
    """Split rising positions of carrying shots where the gap between two is too large to close."""
    run: list[int] = []
    before: list[int] = []
    for stretch in _stretches(positions):
        if run and not _closes(before, stretch, shots, gap_shots):
            yield run
            run = []
        run += stretch
        before = stretch
    if run:
        yield run


def _stretches(positions: Sequence[int]) -> Iterator[list[int]]:
    """Split rising positions into neighbours without a gap."""
    stretch: list[int] = []
    for position in positions:
        if stretch and position != stretch[-1] + 1:
            yield stretch
            stretch = []
        stretch.append(position)
    if stretch:
        yield stretch


def _closes(before: Sequence[int], after: Sequence[int], shots: Sequence[Shot], gap_shots: int) -> bool:
    gap = shots[after[0]].start - shots[before[-1]].end
    joined = sum(shots[side[-1]].end - shots[side[0]].start for side in (before, after))
    return after[0] - before[-1] - 1 <= gap_shots and gap <= joined


def _span(
    tag: str, strength: float, carriers: Sequence[Shot], probabilities: Mapping[int, list[float]]
) -> TagSpan:
    scores = [probability for shot in carriers for probability in probabilities[shot.index]]
    return TagSpan(
        tag=tag,
        start=carriers[0].start,
        end=carriers[-1].end,
        strength=strength,
        probability=math.fsum(scores) / len(scores),
        shots=tuple(shot.index for shot in carriers),
    )
