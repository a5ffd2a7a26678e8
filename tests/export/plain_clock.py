"""The times of a film counted run by run, and clock times as formats write them: no code of the writers."""

import re
from fractions import Fraction

from cinetag_plugin.document.records import Film


def time_of(film: Film, frame: int) -> Fraction:
    """Return the exact time of a frame since the first; beyond the last the last step goes on."""
    if not film.variable_rate:
        return frame / film.rate
    ticks = 0
    for run, following in zip(film.timing, [*film.timing[1:], None], strict=True):
        end = frame if following is None else min(frame, following.frame)
        ticks += max(end - run.frame, 0) * run.step
    return ticks * film.time_base


def frame_at(film: Film, seconds: Fraction) -> int:
    """Return the frame nearest to a time, the end of the film among them."""
    low, high = 0, film.frames
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if time_of(film, middle) <= seconds else (low, middle)
    return low if seconds - time_of(film, low) <= time_of(film, high) - seconds else high


def first_frame_from(film: Film, seconds: Fraction) -> int:
    """Return the first frame that is not before a time, as FFmpeg counts it; the end where there is none."""
    near = frame_at(film, seconds)
    candidates = range(max(near - 1, 0), film.frames)
    return next((frame for frame in candidates if time_of(film, frame) >= seconds), film.frames)


def seconds(clock: str, point: str, places: int) -> Fraction:
    """Read ``HH:MM:SS.mmm`` with just so many decimals."""
    found = re.fullmatch(rf"(\d\d+):([0-5]\d):([0-5]\d){re.escape(point)}(\d{{{places}}})", clock)
    assert found, clock
    hours, minutes, whole, part = found.groups()
    return Fraction(f"{(int(hours) * 60 + int(minutes)) * 60 + int(whole)}.{part}")
