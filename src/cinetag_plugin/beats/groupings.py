"""The ways of turning shots that say what they show into beat events, by name.

``semi-markov`` is the default: events drawn many times over from what the shots say, from how often
the model errs, and from the lengths of the shots; then those that most draws hold. ``viterbi`` is the
likeliest course, ``paper`` and ``centred`` are two readings of the published rule, without errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cinetag_plugin.beats import windows
from cinetag_plugin.beats.votes import NONE, answers
from cinetag_plugin.document.contracts import GroupingSpec
from cinetag_plugin.document.records import Analysis, BeatEvent, KnownErrors, Shot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Answers = NDArray[np.float64]

ASSUMED_ACCURACY = 0.69
"""Of a model that states no errors: that of the published system on films (1,256 of 1,818)."""

ASSUMED_COUNT = 20
"""Shots of each category by which such a model's accuracy is held to be known."""

LEAST_CONFIDENCE = 0.3
"""An event less probable than this is none: the evidence is too thin."""


class Run(NamedTuple):
    """Shots ``[start, end)`` that share a label, and how sure that is."""

    start: int
    end: int
    label: str
    confidence: float


def semi_markov(analysis: Analysis) -> list[BeatEvent]:
    """Group by :func:`cinetag_plugin.beats.storylines.drawn`; confidence is the share of draws."""
    return _grouped(analysis, _semi_markov_runs)


def viterbi(analysis: Analysis) -> list[BeatEvent]:
    """Group by :func:`cinetag_plugin.beats.viterbi.likeliest`; confidence is the mean score."""
    return _grouped(analysis, _viterbi_runs)


def paper(analysis: Analysis) -> list[BeatEvent]:
    """Group by the published rule, read literally; confidence is the mean score."""
    return _grouped(analysis, lambda shots, said, errors: _windowed(windows.paper, shots, said, errors))


def centred(analysis: Analysis) -> list[BeatEvent]:
    """Group by the published rule with each shot in the middle of its window; confidence likewise."""
    return _grouped(analysis, lambda shots, said, errors: _windowed(windows.centred, shots, said, errors))


def _grouped(
    analysis: Analysis, runs_of: Callable[[Sequence[Shot], Answers, KnownErrors], Iterable[Run]]
) -> list[BeatEvent]:
    shots = analysis.shots
    errors = _errors(analysis)
    if not any(shot.beats for shot in shots) or not errors.labels:
        return []
    said = _said(analysis, errors)
    column = {label: place for place, label in enumerate(errors.labels)}
    return [
        _event(shots[run.start : run.end], run, said[run.start : run.end, column[run.label]])
        for run in runs_of(shots, said, errors)
        if run.label != NONE
    ]


def _said(analysis: Analysis, errors: KnownErrors) -> Answers:
    """Return what each shot says, by its pictures and by the evidence that was asked for."""
    said = answers(analysis.shots, errors.labels, errors.shares)
    if not analysis.evidence:
        return said
    from cinetag_plugin.beats.leanings import leaned

    return leaned(said, analysis.shots, errors.labels, analysis.evidence)


def _event(shots: Sequence[Shot], run: Run, said: Answers) -> BeatEvent:
    """Make the event of some shots; the key shot says it most clearly, and is the longest that does."""
    clearest = max(zip(said, shots, strict=True), key=lambda pair: (pair[0], pair[1].end - pair[1].start))[1]
    return BeatEvent(
        category=run.label,
        start=shots[0].start,
        end=shots[-1].end,
        confidence=min(1.0, run.confidence),
        shots=tuple(shot.index for shot in shots),
        key_shot=clearest.index,
    )


def _errors(analysis: Analysis) -> KnownErrors:
    """Return the errors that the beat model states; what it does not state is assumed."""
    uses = [use for use in analysis.models if use.role == "beats"]
    seen = sorted({score.category for shot in analysis.shots for score in shot.beats})
    for use in uses:
        if use.errors is not None:
            return _with_labels(use.errors, [label for label in seen if label not in use.errors.labels])
    knows_none = any(NONE in use.labels for use in uses) or len(seen) == 1
    labels = [*(label for label in seen if label != NONE), *([NONE] if knows_none else [])]
    return KnownErrors(
        labels=tuple(labels), counts=tuple(_assumed(place, len(labels)) for place in range(len(labels)))
    )


def _with_labels(stated: KnownErrors, others: Sequence[str]) -> KnownErrors:
    """Add labels that a second stage or a plugin gives, with assumed errors and the least share there is.

    A label that was never true in the test has no errors that one could know: its row is assumed too.
    """
    known, size = len(stated.labels), len(stated.labels) + len(others)
    rows = [
        (*row, *(0 for _ in others)) if any(row) else _assumed(place, size)
        for place, row in enumerate(stated.counts)
    ]
    rows += [_assumed(place, size) for place in range(known, size)]
    shares = [*stated.shares, *(min(stated.shares) for _ in others)] if stated.shares else []
    return KnownErrors(
        labels=(*stated.labels, *others),
        counts=tuple(rows),
        shares=tuple(share / sum(shares) for share in shares),
    )


def _assumed(true: int, labels: int) -> tuple[int, ...]:
    """Return how often a true label is assumed to be answered by each label: at least once."""
    others = max(1, labels - 1)
    wrong = max(1, round(ASSUMED_COUNT * (1 - ASSUMED_ACCURACY) / others))
    right = round(wrong * others * ASSUMED_ACCURACY / (1 - ASSUMED_ACCURACY))
    return tuple(right if label == true else wrong for label in range(labels))


def _semi_markov_runs(shots: Sequence[Shot], said: Answers, errors: KnownErrors) -> Iterable[Run]:
    import numpy as np

    from cinetag_plugin.beats.expected import best_stretches
    from cinetag_plugin.beats.rhythm import turns
    from cinetag_plugin.beats.storylines import drawn

    counts = np.array(errors.counts, float)
    shares = np.array(errors.shares) if errors.shares else None
    is_never_wrong = not (counts - np.diag(counts.diagonal())).any()
    if is_never_wrong and shares is None:  # nothing to smooth
        return _runs([errors.labels[place] for place in said.argmax(axis=1)], said, errors)
    lengths = [shot.end - shot.start for shot in shots]
    silent = errors.labels.index(NONE) if NONE in errors.labels else None
    stretches = best_stretches(drawn(said[None], counts, shares=shares, turns=turns(lengths))[0], silent)
    return [
        Run(stretch.start, stretch.end, errors.labels[stretch.label], stretch.probability)
        for stretch in stretches
        if stretch.probability >= LEAST_CONFIDENCE
    ]


def _viterbi_runs(shots: Sequence[Shot], said: Answers, errors: KnownErrors) -> Iterable[Run]:
    import numpy as np

    from cinetag_plugin.beats.viterbi import likeliest

    counts = np.array(errors.counts, float)
    smoothed = counts + 0.5 * (counts.sum(axis=1, keepdims=True) > counts.diagonal()[:, None])
    rates = smoothed / np.maximum(smoothed.sum(axis=1, keepdims=True), 1.0)
    if errors.shares:
        rates = np.diag(1 / np.array(errors.shares))
    return _runs([errors.labels[place] for place in likeliest(said, rates)], said, errors)


def _windowed(
    rule: Callable[[Sequence[str]], list[str]], shots: Sequence[Shot], said: Answers, errors: KnownErrors
) -> Iterable[Run]:
    """Group the best labels; a shot that says nothing shows no beat, where that is a label."""
    best = [errors.labels[place] for place in said.argmax(axis=1)]
    if NONE in errors.labels:
        best = [label if shot.beats else NONE for label, shot in zip(best, shots, strict=True)]
    return _runs(rule(best), said, errors)


def _runs(labels: Sequence[str], said: Answers, errors: KnownErrors) -> Iterable[Run]:
    """Join neighbours of one label; how sure they are is their mean score."""
    start = 0
    for label, alike in groupby(labels):
        end = start + sum(1 for _ in alike)
        yield Run(start, end, label, float(said[start:end, errors.labels.index(label)].mean()))
        start = end


GROUPINGS = (
    GroupingSpec(
        name="semi-markov",
        group=semi_markov,
        summary="the default: by the model's known errors and the film's own rhythm",
    ),
    GroupingSpec(name="viterbi", group=viterbi, summary="the likeliest course, each shot staying with 0.8"),
    GroupingSpec(name="paper", group=paper, summary="a window of three, as published (Ejaz et al. 2017)"),
    GroupingSpec(name="centred", group=centred, summary="a window of three around each shot"),
)
"""All of them, the default first."""
