"""Films and analyses that no decoder has seen, for tests of formats."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import plain_csv
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    DetectorUse,
    Film,
    KeyFrame,
    ModelUse,
    Shot,
    Span,
    TagSpan,
    TagStrength,
    Timing,
    Transition,
)
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.text import NAME_LIMIT, clean
from plain_film import plain_film

NAMES = Names([builtin_vocabulary()])

# rate, drop-frame, labels a second, labels dropped a minute: written out, not computed
GRIDS = [
    (Fraction(24000, 1001), False, 24, 0),
    (Fraction(24), False, 24, 0),
    (Fraction(25), False, 25, 0),
    (Fraction(30000, 1001), False, 30, 0),
    (Fraction(30000, 1001), True, 30, 2),
    (Fraction(30), False, 30, 0),
    (Fraction(48000, 1001), False, 48, 0),
    (Fraction(48), False, 48, 0),
    (Fraction(50), False, 50, 0),
    (Fraction(60000, 1001), False, 60, 0),
    (Fraction(60000, 1001), True, 60, 4),
    (Fraction(60), False, 60, 0),
]
STARTS = ["00:00:00", "01:00:00", "10:00:00", "23:59:50"]


def film(frames: int = 720, rate: Fraction = Fraction(24000, 1001), **changes: Any) -> Film:
    """A plain film of constant rate, with sound, without a start timecode."""
    return plain_film(frames, rate, **{"has_audio": True, **changes})


def shots(borders: Sequence[int], *transitions: Transition) -> tuple[Shot, ...]:
    """Shots between borders; each transition replaces the cut at the shot that it begins."""
    gradual = {(t.start + t.end) // 2: t for t in transitions}
    first, cuts = borders[0], borders[1:-1]
    entries = [Transition(kind="start", start=first, end=first)]
    entries += [gradual.get(cut, Transition(kind="cut", start=cut, end=cut)) for cut in cuts]
    return tuple(
        Shot(index=i, start=start, end=end, transition_in=entry, key_frames=(i,))
        for i, (start, end, entry) in enumerate(zip(borders, borders[1:], entries, strict=False))
    )


def analysis(of: Film | None = None, borders: Sequence[int] = (), **changes: Any) -> Analysis:
    """An analysis with a key frame a shot; it covers the film unless ``borders`` say otherwise."""
    of = of or film()
    cut = changes.pop("shots", None) or shots(borders or (0, of.frames))
    keys = (
        KeyFrame(index=s.index, shot=s.index, frame=(s.start + s.end) // 2, pts=0, entropy=6.9) for s in cut
    )
    facts: dict[str, Any] = {
        "created_by": "cinetag 0.1.0",
        "film": of,
        "analysed": Span(start=cut[0].start, end=cut[-1].end),
        "detector": DetectorUse(name="accurate", version="1"),
        "shots": cut,
        "key_frames": tuple(keys),
    }
    return Analysis(**facts | changes)


def told() -> Analysis:
    """A film of three shots with a dissolve, a battle, two tags: the example of most tests."""
    return analysis(
        film(start_timecode="01:00:00:00"),
        shots=shots((0, 240, 480, 720), Transition(kind="dissolve", start=474, end=486)),
        tags=(
            TagStrength(tag="military", count=1, weight=0.5, relative_strength=0.61),
            TagStrength(tag="war", count=2, weight=1.0, relative_strength=0.82),
        ),
        tag_spans=(
            TagSpan(tag="war", start=0, end=480, strength=0.82, probability=0.91, shots=(0, 1)),
            TagSpan(tag="military", start=240, end=480, strength=0.61, probability=0.7, shots=(1,)),
        ),
        beats=(BeatEvent(category="battle", start=125, end=175, confidence=0.81, shots=(0,), key_shot=0),),
        models=(ModelUse(role="tags", name="tiny", sha256="ab" * 32, delegate="cpu"),),
    )


def variable(
    pts: Sequence[int], time_base: Fraction, borders: Sequence[int] = (), **changes: Any
) -> Analysis:
    """An analysis of a film whose frames lie at ``pts``."""
    timing = tuple(Timing(frame=i, pts=p, step=b - p) for i, (p, b) in enumerate(pairwise(pts)))
    of = film(
        len(pts), changes.pop("rate", Fraction(25)), variable_rate=True, time_base=time_base, timing=timing
    )
    return analysis(of, borders, **changes)


def event(start: int, end: int, **changes: Any) -> Event:
    """A beat event as the table would hold it."""
    facts: dict[str, Any] = {"kind": "beat", "slug": "battle", "name": "Battle", "colour": "beat.battle"}
    return Event(start=start, end=end, **facts | changes)


def minute_starts(per_second: int, dropped: int, minutes: int) -> list[int]:
    """Frames at which the first minutes begin, counted minute by minute."""
    starts = [0]
    for minute in range(minutes):
        starts.append(starts[-1] + 60 * per_second - (dropped if minute % 10 else 0))
    return starts


@st.composite
def gridded_films(draw: st.DrawFn) -> tuple[Film, int, int]:
    """A film at any standard rate, drop or not, from any start; with its labels a second and dropped."""
    rate, drop, per_second, dropped = draw(st.sampled_from(GRIDS))
    frames = draw(st.one_of(st.integers(1, 200), st.integers(1, 40_000), st.integers(1, 6_000_000)))
    start = draw(st.one_of(st.none(), st.sampled_from(STARTS)))
    label = None if start is None else f"{start}{';' if drop else ':'}00"
    made = film(frames, rate, start_timecode=label, drop_frame=drop, has_audio=draw(st.booleans()))
    return made, per_second, dropped


@st.composite
def frames_of(draw: st.DrawFn, made: Film, per_second: int, dropped: int) -> int:
    """A frame of the film: anywhere, at its ends, or beside a label that drop-frame counting leaves out."""
    last = made.frames - 1
    edge = st.sampled_from(minute_starts(per_second, dropped, 21)).flatmap(
        lambda frame: st.integers(frame - 3, frame + 3)
    )
    return min(max(draw(st.one_of(st.integers(0, last), st.sampled_from([0, last]), edge)), 0), last)


@st.composite
def event_tables(draw: st.DrawFn) -> tuple[Analysis, list[Event]]:
    """A cut film and events anywhere in it: of one frame, of the whole film, of anything between."""
    made, per_second, dropped = draw(gridded_films())
    frame = frames_of(made, per_second, dropped)
    cuts = draw(st.sets(frame, max_size=6)) - {0}
    whole = analysis(made, (0, *sorted(cuts), made.frames))
    table = []
    for number in range(draw(st.integers(0, 6))):
        start, end = sorted((draw(frame), draw(frame)))
        if draw(st.booleans()):
            start, end = draw(st.sampled_from([(0, made.frames - 1), (start, start)]))
        table.append(
            event(start, end + 1, name=f"Event {number}", kind=draw(st.sampled_from(["beat", "tag"])))
        )
    return whole, table


def counted(made: Film) -> tuple[int, int, int, int]:
    """The frame of a film's start label, its labels a second, those dropped a minute, and frames of a day."""
    per_second, dropped = next(
        (n, d) for rate, drop, n, d in GRIDS if (rate, drop) == (made.rate, made.drop_frame)
    )
    start = plain_csv.count(made.start_timecode, per_second, dropped) if made.start_timecode else 0
    return start, per_second, dropped, plain_csv.day(per_second, dropped)


HOSTILE_TEXT = st.one_of(
    st.text(st.characters()),  # lone surrogates included
    st.text(st.sampled_from("&<>\"'\\|=;#%{}:,\n\t\0\r🎬שaé ]-"), max_size=40),
    st.sampled_from(
        ["x" * 10_000, "]]>", "<!--", "|C:ResolveColorRed |M:a |D:9", "* LOC: 01:00:00:00 RED", ""]
    ),
)
"""Words that a plugin might put into the table."""


RATES = [
    *(Fraction(n, 1001) for n in (24000, 30000, 48000, 60000)),
    *map(Fraction, (15, 24, 25, 30, 48, 50, 60)),
]


@st.composite
def timed_films(draw: st.DrawFn) -> Film:
    """A film of any rate, constant or not, up to two days long; no step is shorter than four milliseconds."""
    frames = draw(st.one_of(st.integers(1, 300), st.integers(1, 6_000_000)))
    if draw(st.booleans()):
        return film(frames, draw(st.sampled_from(RATES)))
    base, shortest = draw(st.sampled_from([(1000, 4), (24000, 96), (90000, 360)]))
    edges = draw(st.sets(st.integers(1, max(frames - 1, 1)), max_size=5))
    runs, pts = [], draw(st.sampled_from([0, 43, -9000]))
    starts = [0, *sorted(edge for edge in edges if edge < frames)]
    for start, following in zip(starts, [*starts[1:], frames], strict=True):
        step = draw(st.integers(shortest, 50 * shortest))
        runs.append(Timing(frame=start, pts=pts, step=step))
        pts += step * (following - start)
    facts = {"variable_rate": True, "time_base": Fraction(1, base), "timing": tuple(runs)}
    return film(frames, Fraction(25), **facts)


TEXTS = st.text(st.characters(), max_size=120) | st.text("&<>\"'\\|=;#%{}:,[]\n\t\0 -–é😀", max_size=30)
"""Any text, and text of what formats take for their own."""


@st.composite
def timed_tables(draw: st.DrawFn) -> tuple[Analysis, list[Event]]:
    """A film of any times, cut anywhere, and beats and tags anywhere in it, named anyhow; sorted by start."""
    made = draw(timed_films())
    frame = st.integers(0, made.frames - 1) | st.sampled_from([0, made.frames - 1])
    cuts = draw(st.sets(frame, max_size=6)) - {0}
    table = []
    for _ in range(draw(st.integers(0, 6))):
        start, last = sorted((draw(frame), draw(st.one_of(frame, st.none())) or 0))
        said = clean(draw(TEXTS), NAME_LIMIT)
        table.append(event(start, last + 1, name=said, kind=draw(st.sampled_from(["beat", "tag"]))))
    whole = analysis(made, (0, *sorted(cuts), made.frames))
    return whole, sorted(table, key=lambda row: (row.start, -row.duration))
