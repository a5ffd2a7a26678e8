"""What an analysis must hold to be believed: that its numbers fit each other.

A document may come from anywhere. What passes here can be used without further looks: every frame
lies in the film, every index points at something, every score is a score.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from cinetag_plugin.document.records import SCHEMA_VERSION, Analysis, Film, Timing

MOST_FRAMES = 2**31 - 1
"""Frames; a film above this is none (a year at 60 frames a second), and formats run out of digits."""

LOWEST_RATE, HIGHEST_RATE = Fraction(1, 1000), Fraction(1000)
"""Frames a second; what is constant is not slower or faster."""

_LONGEST_TICK = 1000  # seconds: a frame at the lowest rate, where frames are counted
_LARGEST_TICK = 2**63
_ROUNDING = 1e-6


def contradiction(analysis: Analysis) -> str:
    """Return what an analysis says against itself, as a fault for people; empty where it is sound."""
    return next(_faults(analysis), "")


def _faults(analysis: Analysis) -> Iterator[str]:
    """Yield faults; each check may lean on those before it having passed."""
    if analysis.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        yield f"has schema {analysis.schema_version[:20]}, this cinetag reads {SCHEMA_VERSION}"
    yield from _faults_of_film(analysis.film)
    yield from _faults_of_frames(analysis)
    yield from _faults_of_indices(analysis)
    yield from _faults_of_scores(analysis)


def _faults_of_film(film: Film) -> Iterator[str]:
    if film.rate <= 0 or film.time_base <= 0 or film.pixel_aspect <= 0:
        yield "has a rate, time base or pixel aspect that is not above zero"
    # where times vary, the rate is what the commonest step comes to, which may be a single tick
    highest = max(HIGHEST_RATE, 1 / film.time_base) if film.variable_rate else HIGHEST_RATE
    if not LOWEST_RATE <= film.rate <= highest:
        yield f"has a rate outside {LOWEST_RATE} to {highest} frames a second"
    if film.time_base > _LONGEST_TICK:
        yield "counts time in steps that no film has"
    if min(film.width, film.height) < 1 or film.duration < 0:
        yield "has a picture without size, or a film shorter than nothing"
    if not 1 <= film.frames <= MOST_FRAMES:
        yield "has no frames, or more than a film can have"
    starts = [run.frame for run in film.timing]
    if starts[:1] != [0] or starts[-1] >= film.frames or any(b <= a for a, b in pairwise(starts)):
        yield "has timing that does not begin at frame 0, does not rise, or goes beyond the film"
    # decoding lets no time repeat or run back: what a damaged film says is repaired before it is noted
    if any(run.step <= 0 for run in film.timing) or any(not _goes_on(a, b) for a, b in pairwise(film.timing)):
        yield "has times that do not rise"
    ticks = [film.start_pts, *(run.pts for run in film.timing), *(run.step for run in film.timing)]
    if any(abs(tick) >= _LARGEST_TICK for tick in ticks):
        yield "has times that no film has"
    try:
        film.start_frame  # noqa: B018 - parsed for its errors
    except ValueError as bad_label:
        yield f"has a start timecode that cannot be ({bad_label})"


def _goes_on(run: Timing, following: Timing) -> bool:
    """Tell whether a run of frames begins after the last frame of the one before it."""
    return following.pts > run.pts + (following.frame - 1 - run.frame) * run.step


def _faults_of_frames(analysis: Analysis) -> Iterator[str]:
    frames = analysis.film.frames
    spans = [(analysis.analysed.start, analysis.analysed.end)]
    spans += [(shot.start, shot.end) for shot in analysis.shots]
    spans += [(span.start, span.end) for span in analysis.tag_spans]
    spans += [(beat.start, beat.end) for beat in analysis.beats]
    spans += [(correction.start, correction.end) for correction in analysis.corrections]
    if any(not 0 <= start < end <= frames for start, end in spans):
        yield "names frames that the film does not have"
    entries = [shot.transition_in for shot in analysis.shots]
    if any(not 0 <= entry.start <= entry.end <= frames for entry in entries):
        yield "has a transition outside the film"
    if any(not 0 <= key.frame < frames or abs(key.pts) >= _LARGEST_TICK for key in analysis.key_frames):
        yield "has a key frame outside the film"
    ends = [analysis.analysed.start, *(shot.end for shot in analysis.shots)]
    if any(shot.start != end for shot, end in zip(analysis.shots, ends, strict=False)):
        yield "has shots that do not follow each other"


def _faults_of_indices(analysis: Analysis) -> Iterator[str]:
    shots, keys = len(analysis.shots), len(analysis.key_frames)
    if [shot.index for shot in analysis.shots] != list(range(shots)):
        yield "has shots that are not numbered from 0"
    if [key.index for key in analysis.key_frames] != list(range(keys)):
        yield "has key frames that are not numbered from 0"
    if not _within((index for shot in analysis.shots for index in shot.key_frames), keys):
        yield "names key frames that it does not have"
    if not _within(_shots_named(analysis), shots):
        yield "names shots that it does not have"


def _shots_named(analysis: Analysis) -> Iterator[int]:
    yield from (key.shot for key in analysis.key_frames)
    yield from (shot.group for shot in analysis.shots if shot.group is not None)
    yield from (index for span in analysis.tag_spans for index in span.shots)
    yield from (index for beat in analysis.beats for index in beat.shots)
    yield from (beat.key_shot for beat in analysis.beats if beat.key_shot is not None)


def _within(indices: Iterable[int], length: int) -> bool:
    return all(0 <= index < length for index in indices)


_LARGEST_MEASURE = 1e9


def _faults_of_scores(analysis: Analysis) -> Iterator[str]:
    if not all(-_ROUNDING <= share <= 1 + _ROUNDING for share in _shares(analysis)):
        yield "has a probability or strength outside 0 to 1"
    if any(tag.count < 0 or tag.weight < 0 or tag.probability_sum < 0 for tag in analysis.tags):
        yield "counts a tag less than no times"
    measures = (value for shot in analysis.shots for value in shot.measures.values())
    if not all(abs(value) <= _LARGEST_MEASURE for value in measures):  # not true of nan either
        yield "measures a shot by what no measure can be"


def _shares(analysis: Analysis) -> Iterator[float]:
    yield from (tag.relative_strength for tag in analysis.tags)
    yield from (share for span in analysis.tag_spans for share in (span.strength, span.probability))
    yield from (beat.confidence for beat in analysis.beats)
    yield from (score.probability for shot in analysis.shots for score in shot.beats)
    for key in analysis.key_frames:
        yield from (score.probability for score in key.tags)
        yield from (score.probability for score in key.beats)
