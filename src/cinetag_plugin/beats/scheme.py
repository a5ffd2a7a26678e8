"""The two stages of beat classes: parts roll up into categories, merged classes are split.

A model of the first stage predicts what a picture can show: "Car Pursuit", or "Argument" whoever
argues. What it says is raised to the 11 categories where that is certain. A merged class of several
categories stays as it is until somebody tells them apart: a second model, or a plugin by the hook
``cinetag_refine_label``. The scheme is data (``document/data/vocabulary.json``); the classes are those
of Ejaz et al. (ICMV 2017).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from cinetag_plugin.document.contracts import Category
from cinetag_plugin.document.records import BeatScore
from cinetag_plugin.document.vocabulary import raised_class


class Scheme:
    """Knows what rolls up into what.

    Args:
        classes: categories, their parts and merged classes, as vocabularies name them.
    """

    def __init__(self, classes: Iterable[Category]) -> None:
        known = {entry.slug: entry for entry in classes}
        self._merged = {slug: entry.merges for slug, entry in known.items() if entry.merges}
        self._raised = {slug: raised_class(slug, known) for slug in known}

    def raised(self, label: str) -> str:
        """Return the category of a label, or the merged class that stands for several; unknown ones stay."""
        return self._raised.get(label, label)

    def members(self, label: str) -> tuple[str, ...]:
        """Return the categories that a merged class stands for; nothing for other labels."""
        return self._merged.get(label, ())

    def rolled_up(self, scores: Iterable[BeatScore]) -> tuple[BeatScore, ...]:
        """Raise each label; what falls together is added up, to 1 at most; the best first."""
        totals: dict[str, float] = defaultdict(float)
        for score in scores:
            totals[self.raised(score.category)] += score.probability
        return _falling(totals)

    def split(self, scores: Iterable[BeatScore], second: Mapping[str, float]) -> tuple[BeatScore, ...]:
        """Split each merged class by what a second stage says of its members; the best first.

        A class is split where the second stage has a probability for at least one member: each gets
        its share of the class. Other labels stay as they are.

        Args:
            scores: of the first stage.
            second: probability of each category, by the second stage; they need not sum to 1.
        """
        totals: dict[str, float] = defaultdict(float)
        for score in scores:
            parts = {member: second[member] for member in self.members(score.category) if member in second}
            whole = sum(parts.values())
            if whole > 0:
                for member, part in parts.items():
                    totals[member] += score.probability * part / whole
            else:
                totals[score.category] += score.probability
        return _falling(totals)


def _falling(totals: Mapping[str, float]) -> tuple[BeatScore, ...]:
    scores = [BeatScore(category=label, probability=min(1.0, total)) for label, total in totals.items()]
    return tuple(sorted(scores, key=lambda score: (-score.probability, score.category)))
