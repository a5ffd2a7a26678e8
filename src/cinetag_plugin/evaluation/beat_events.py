"""How right beat events and the categories of shots are, against what people say of whole films.

An event is right where a true one of its category overlaps it by half or more (intersection over union
of their frames), each taken once. Parts count as the class they lie within; where anybody speaks of a
merged class, so do those that it merges. ``difficult`` and ``none`` are no events: true ones of them
are left out, and so are answers that lie for their larger part where a viewer would not decide.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names, raised_class
from cinetag_plugin.evaluation.beat_truth import DIFFICULT, NONE, BeatSpan
from cinetag_plugin.evaluation.beats import Confusion, category_figures, confusion_of
from cinetag_plugin.evaluation.matching import largest_matching, overlap
from cinetag_plugin.evaluation.shots import Counts

OVERLAP = 0.5
"""Least intersection over union of a true event and the one found."""

NO_ANSWER = "none"


@dataclass(frozen=True, slots=True)
class ShotAnswer:
    """The true category of a shot, what its key frames say, and the event that most of it lies in."""

    true: str
    said: str | None
    grouped: str | None


@dataclass(frozen=True, slots=True)
class EventScores:
    """The scores of a film, or of several together.

    Attributes:
        counts: of each category that is true or was found.
        difficult: true events left out, for a viewer would not decide.
        unjudged: events found that lie there for their larger part, left out.
        shots: true shots that have a category; None where the truth has no shots.
        shots_left_out: true shots that are difficult or none.
    """

    counts: Mapping[str, Counts]
    difficult: int = 0
    unjudged: int = 0
    shots: tuple[ShotAnswer, ...] | None = None
    shots_left_out: int = 0

    def __add__(self, other: "EventScores") -> "EventScores":
        none = Counts(0, 0, 0)
        labels = dict.fromkeys([*self.counts, *other.counts])
        both = {label: self.counts.get(label, none) + other.counts.get(label, none) for label in labels}
        shots = (
            None if self.shots is None and other.shots is None else (self.shots or ()) + (other.shots or ())
        )
        return EventScores(
            both,
            self.difficult + other.difficult,
            self.unjudged + other.unjudged,
            shots,
            self.shots_left_out + other.shots_left_out,
        )

    @property
    def together(self) -> Counts:
        """All categories as one."""
        return sum(self.counts.values(), Counts(0, 0, 0))

    @property
    def mean_f(self) -> float | None:
        """Mean of the categories' F, over those that are true or were found."""
        known = [counts.f1 for counts in self.counts.values() if counts.f1 is not None]
        return sum(known) / len(known) if known else None

    @property
    def confusion(self) -> Confusion | None:
        """True shots against what their key frames say; ``none`` is no answer. None without shots."""
        if not self.shots:
            return None
        said = [shot.said or NO_ANSWER for shot in self.shots]
        labels = list(dict.fromkeys([*(shot.true for shot in self.shots), *said]))
        place = {label: number for number, label in enumerate(labels)}
        true = [place[shot.true] for shot in self.shots]
        return confusion_of(labels, true, [place[label] for label in said])

    @property
    def grouped_accuracy(self) -> float | None:
        """The part of the true shots that lie mostly in an event of their category; None without shots."""
        if not self.shots:
            return None
        return sum(shot.grouped == shot.true for shot in self.shots) / len(self.shots)

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that scripts rely on."""
        confusion = self.confusion
        whole = category_figures(self.together)
        return {
            "overlap": OVERLAP,
            "per_category": {label: category_figures(counts) for label, counts in self.counts.items()},
            "mean_f": self.mean_f,
            **whole,
            "accuracy": confusion and confusion.accuracy,
            "grouped_accuracy": self.grouped_accuracy,
            "confusion": confusion and {"labels": confusion.labels, "matrix": confusion.matrix},
            "shots": None if self.shots is None else len(self.shots),
            "left_out": {
                "difficult": self.difficult,
                "unjudged": self.unjudged,
                "shots": self.shots_left_out,
            },
        }


def score_events(true: Iterable[BeatSpan], found: Iterable[BeatSpan]) -> EventScores:
    """Score events; the categories are already comparable (see :func:`comparable`)."""
    true, found = list(true), list(found)
    hidden = [span for span in true if span.category == DIFFICULT]
    truth, answers = _by_category(true), _by_category(found)
    counts, unjudged = {}, 0
    for category in dict.fromkeys([*truth, *answers]):
        pairs = _matched(truth[category], answers[category])
        wrong = [span for place, span in enumerate(answers[category]) if place not in pairs]
        doubtful = sum(_mostly_within(span, hidden) for span in wrong)
        unjudged += doubtful
        if truth[category] or len(answers[category]) > doubtful:
            counts[category] = Counts(len(truth[category]), len(answers[category]) - doubtful, len(pairs))
    return EventScores(counts, len(hidden), unjudged)


def _by_category(spans: Iterable[BeatSpan]) -> defaultdict[str, list[BeatSpan]]:
    found: defaultdict[str, list[BeatSpan]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.extent):
        if span.category not in (DIFFICULT, NONE):
            found[span.category].append(span)
    return found


def _matched(true: Sequence[BeatSpan], found: Sequence[BeatSpan]) -> dict[int, int]:
    """Pair as many as possible; return the place of the true one by that of the one found."""
    starts = [span.start for span in found]
    choices = []
    for span in true:
        # what overlaps by half is at most twice as long, so it begins at most this much earlier
        length = span.end - span.start
        near = range(bisect_left(starts, span.start - length), bisect_right(starts, span.end))
        overlaps = [(-overlap(span.extent, found[place].extent), place) for place in near]
        choices.append(sorted(pair for pair in overlaps if -pair[0] >= OVERLAP))
    return largest_matching(choices)


def _mostly_within(span: BeatSpan, others: Iterable[BeatSpan]) -> bool:
    return 2 * sum(_common(span, other) for other in others) > span.end - span.start


def _common(a: BeatSpan, b: BeatSpan) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def score_film(
    analysis: Analysis,
    true_events: Sequence[BeatSpan],
    true_shots: Sequence[BeatSpan] | None,
    level: Callable[[str], str],
) -> EventScores:
    """Score a film's events, and the categories of its shots where the truth has shots.

    Args:
        analysis: what was found.
        true_events, true_shots: what people say.
        level: makes categories comparable.
    """
    found = [BeatSpan(beat.start, beat.end, level(beat.category)) for beat in analysis.beats]
    scores = score_events(_leveled(true_events, level), found)
    if true_shots is None:
        return scores
    judged = [shot for shot in true_shots if shot.category not in (DIFFICULT, NONE)]
    answers = tuple(_answer(shot, analysis, found, level) for shot in judged)
    left_out = len(true_shots) - len(judged)
    return EventScores(scores.counts, scores.difficult, scores.unjudged, answers, left_out)


def _leveled(spans: Iterable[BeatSpan], level: Callable[[str], str]) -> list[BeatSpan]:
    return [BeatSpan(span.start, span.end, level(span.category)) for span in spans]


def _answer(
    shot: BeatSpan, analysis: Analysis, found: Iterable[BeatSpan], level: Callable[[str], str]
) -> ShotAnswer:
    best = max(
        analysis.shots,
        key=lambda other: _common(shot, BeatSpan(other.start, other.end, "")),
        default=None,
    )
    said = level(best.beats[0].category) if best is not None and best.beats else None
    covered: dict[str, int] = defaultdict(int)
    for event in found:
        covered[event.category] += _common(shot, event)
    most = max(covered, key=lambda category: covered[category], default=None)
    return ShotAnswer(level(shot.category), said, most if most and covered[most] else None)


def comparable(names: Names, labels: Iterable[str]) -> Callable[[str], str]:
    """Return what brings categories to one level.

    A part becomes the class it lies within, and a class that merges one category that category. Where
    ``labels``, all that are true or were answered, have a class that merges several, these become it.
    """
    classes = {known.slug: known for known in names.beat_classes}

    def whole(slug: str) -> str:
        return raised_class(slug, classes)

    wholes = (whole(label) for label in labels)
    merged = {member: slug for slug in wholes if slug in classes for member in classes[slug].merges}
    return lambda slug: merged.get(whole(slug), whole(slug))


def labels_of(analysis: Analysis) -> set[str]:
    """Return all beat classes that an analysis speaks of, in its events and its shots."""
    shots = {score.category for shot in analysis.shots for score in shot.beats[:1]}
    return shots | {beat.category for beat in analysis.beats}
