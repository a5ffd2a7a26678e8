"""Films in words: one letter a shot."""

from fractions import Fraction

from cinetag_plugin.document.records import (
    Analysis,
    BeatScore,
    DetectorUse,
    Film,
    KnownErrors,
    ModelUse,
    Shot,
    Span,
    Transition,
)
from plain_film import plain_film

NAMES = {"a": "battle", "b": "pursuit", "c": "romance"}


def film_of(frames: int) -> Film:
    return plain_film(frames, Fraction(24))


def labelled_film(word: str, errors: KnownErrors | None, sure: float = 1.0, lengths=None) -> Analysis:
    """A film whose every shot gives its letter's category; ``-`` shows no beat, ``?`` was not looked at."""
    lengths = lengths or [24] * len(word)
    shots, start = [], 0
    for index, (letter, length) in enumerate(zip(word, lengths, strict=True)):
        said = BeatScore(category=NAMES.get(letter, "battle"), probability=sure if letter in NAMES else 0.0)
        beats = () if letter == "?" else (said,)
        cut = Transition(kind="cut", start=start, end=start)
        shots.append(Shot(index=index, start=start, end=start + length, transition_in=cut, beats=beats))
        start += length
    use = ModelUse(
        role="beats", name="m", sha256="0" * 64, delegate="cpu", labels=tuple(NAMES.values()), errors=errors
    )
    return Analysis(
        created_by="test",
        film=film_of(start),
        analysed=Span(start=0, end=start),
        detector=DetectorUse(name="rule", version="1"),
        shots=tuple(shots),
        models=(use,),
    )


def word_of(analysis: Analysis, events) -> str:
    """Write events down as one letter a shot; ``-`` where there is none."""
    letters = {name: letter for letter, name in NAMES.items()}
    word = ["-"] * len(analysis.shots)
    for event in events:
        for index in event.shots:
            word[index] = letters[event.category]
    return "".join(word)


def errors_of(right: int, wrong: int, *, none: bool = False) -> KnownErrors:
    labels = (*NAMES.values(), "none") if none else tuple(NAMES.values())
    counts = tuple(tuple(right if row == column else wrong for column in labels) for row in labels)
    return KnownErrors(labels=labels, counts=counts)
