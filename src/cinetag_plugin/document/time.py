"""The only arithmetic of time in cinetag: rates, timecode labels, seconds, presentation times.

A point in time is an integer frame index in display order; an interval is half open, ``[start,
end)``. Rates are :class:`~fractions.Fraction`; seconds are fractions until the moment they are
shown to people. Timecode is a label of a frame, never a time. The formulas are those of SMPTE
ST 12-1 drop-frame counting.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

STANDARD_RATES: tuple[Fraction, ...] = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48000, 1001),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
"""The rates that editing systems know; see :func:`snapped_rate`."""

_SNAP_TOLERANCE = Fraction(1, 10_000)
_ROUNDED_STEPS = range(10, 200)  # ticks a frame where neighbouring steps are one rate, rounded to ticks
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})", re.ASCII)
_RATE = re.compile(r"(\d{1,9})(?:[/:](\d{1,9})|(\.\d{1,9}))?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,9})(\.\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3}):(?=[0-5]?\d:))?(\d{1,3}):([0-5]?\d(?:\.\d{1,9})?)", re.ASCII)


class TimingRun(NamedTuple):
    """A stretch of evenly spaced frames: ``pts(f) = pts + (f - frame) * step`` from ``frame`` on."""

    frame: int
    pts: int
    step: int


def snapped_rate(rate: Fraction) -> Fraction:
    """Return the standard rate within 1e-4 of ``rate``, or ``rate`` itself (2997/125 is 23.976)."""
    for standard in STANDARD_RATES:
        if abs(rate - standard) < standard * _SNAP_TOLERANCE:
            return standard
    return rate


def parsed_rate(text: str) -> Fraction:
    """Read a frame rate: ``25``, ``24000/1001``, ``30000:1001``, ``23.976``, ``23.98``.

    Raises:
        ValueError: the text is not a positive rate.
    """
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a frame rate such as 25 or 24000/1001")
    if text.strip() == "23.98":
        return Fraction(24000, 1001)
    rate = Fraction(match[1] + (match[3] or ""))
    if match[2]:
        if int(match[2]) == 0:
            raise ValueError(f"{text!r} divides by zero")
        rate /= int(match[2])
    if rate <= 0:
        raise ValueError("a frame rate is above zero")
    return snapped_rate(rate)


def nominal(rate: Fraction) -> int:
    """Return the whole number of frame labels a second has: 24 at 24000/1001."""
    return -(-rate.numerator // rate.denominator)


def dropped_labels(rate: Fraction) -> int:
    """Return how many labels drop-frame timecode leaves out a minute: 2, 4, or 0 where there is none."""
    return {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}.get(rate, 0)


def has_timecode(rate: Fraction) -> bool:
    """Tell whether labels ``hh:mm:ss:ff`` exist at ``rate`` (the table of standard rates)."""
    return rate in STANDARD_RATES


def day_length(rate: Fraction, drop: bool) -> int:
    """Return the number of frames after which timecode begins again at 00:00:00:00."""
    labels = 86_400 * nominal(rate)
    return labels - dropped_labels(rate) * (24 * 60 - 24 * 6) if drop else labels


def timecode(frame: int, rate: Fraction, drop: bool = False) -> str:
    """Label ``frame``, counted from 00:00:00:00; past midnight the labels begin again.

    Raises:
        ValueError: ``drop`` at a rate that has no drop-frame counting.
    """
    per_second = nominal(rate)
    frame %= day_length(rate, drop)
    if drop:
        frame += _labels_dropped_before(frame, rate)
    seconds, frames = divmod(frame, per_second)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    digits = 3 if per_second > 100 else 2
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames:0{digits}}"


def _labels_dropped_before(frame: int, rate: Fraction) -> int:
    drop = dropped_labels(rate)
    if not drop:
        raise ValueError(f"drop-frame timecode does not exist at {rate}")
    minute = 60 * nominal(rate) - drop
    tens, rest = divmod(frame, 10 * minute + drop)
    return 9 * drop * tens + (drop * ((rest - drop) // minute) if rest >= drop else 0)


def frame_of_timecode(label: str, rate: Fraction, drop: bool | None = None) -> int:
    """Return the frame that ``label`` names, counted from 00:00:00:00.

    Args:
        label: ``hh:mm:ss:ff``; ``;``, ``.`` or ``,`` before the frames mean drop-frame.
        rate: frames a second.
        drop: overrides what the separator says.

    Raises:
        ValueError: not a timecode, or a label that drop-frame counting leaves out.
    """
    match = _TIMECODE.fullmatch(label.strip())
    if match is None:
        raise ValueError(f"{label!r} is not a timecode hh:mm:ss:ff")
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    per_second = nominal(rate)
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= per_second:
        raise ValueError(f"{label!r} is no label at {per_second} frames a second")
    count = ((hours * 60 + minutes) * 60 + seconds) * per_second + frames
    counts_drop = match[4] in ";.," if drop is None else drop
    dropped = dropped_labels(rate)
    if not (counts_drop and dropped):
        return count
    if seconds == 0 and frames < dropped and minutes % 10:
        raise ValueError(f"{label!r} is left out by drop-frame counting")
    total = hours * 60 + minutes
    return count - dropped * (total - total // 10)


def is_drop_frame(label: str) -> bool:
    """Tell whether a timecode label is written in drop-frame form."""
    match = _TIMECODE.fullmatch(label.strip())
    return match is not None and match[4] in ";.,"


def seconds_at(frame: int, rate: Fraction) -> Fraction:
    """Return the exact time of ``frame`` at a constant rate."""
    return frame / rate


def nearest_frame(seconds: Fraction, rate: Fraction) -> int:
    """Return the frame nearest to ``seconds``: rounded half up, never down (milliseconds are rounded)."""
    return (seconds * rate + Fraction(1, 2)).__floor__()


def parsed_seconds(text: str) -> Fraction:
    """Read a time for people: ``90``, ``90.5``, ``1:30``, ``0:01:30.5``.

    Raises:
        ValueError: the text is neither seconds nor a clock time.
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return Fraction(text)
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is neither seconds (90.5) nor a clock time (1:30)")
    return (int(match[1] or 0) * 60 + int(match[2])) * 60 + Fraction(match[3])


class Clock:
    """The presentation time of every frame of a film, from its run-length ``timing``.

    Args:
        timing: runs in rising order, the first at frame 0.
        frames: how many frames the film has.
        time_base: seconds a tick of pts lasts.
    """

    def __init__(self, timing: Sequence[TimingRun], frames: int, time_base: Fraction) -> None:
        if not timing or timing[0].frame != 0:
            raise ValueError("timing must begin at frame 0")
        self._runs = timing
        self._starts = [run.frame for run in timing]
        self.frames = frames
        self.time_base = time_base

    def pts(self, frame: int) -> int:
        """Return the presentation time of ``frame`` in ticks; beyond the last frame the last step goes on."""
        run = self._runs[max(0, bisect_right(self._starts, frame) - 1)]
        return run.pts + (frame - run.frame) * run.step

    def seconds(self, frame: int) -> Fraction:
        """Return the time of ``frame`` since the first frame, exact."""
        return (self.pts(frame) - self._runs[0].pts) * self.time_base

    def frame_at(self, seconds: Fraction) -> int:
        """Return the frame shown at ``seconds`` since the first frame, clamped to the film."""
        wanted = self._runs[0].pts + (seconds / self.time_base).__floor__()
        low, high = 0, max(0, self.frames - 1)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.pts(middle) <= wanted else (low, middle - 1)
        return low

    def steps(self) -> Iterator[tuple[int, int]]:
        """Yield ``(step, how many frames have it)``, run by run."""
        ends = [*self._starts[1:], self.frames - 1]
        for run, end in zip(self._runs, ends, strict=True):
            if end > run.frame:
                yield run.step, end - run.frame

    def run_edges(self) -> list[int]:
        """Return the first frame of every run, and the last frame of the film."""
        return [*self._starts, self.frames - 1]

    def conformed(self, rate: Fraction) -> list[int]:
        """Return for each frame its place at a constant ``rate``, strictly rising (see :func:`conform`)."""
        return conform((self.seconds(frame) for frame in range(self.frames)), rate)


def conform(times: Iterable[Fraction], rate: Fraction) -> list[int]:
    """Place frames of uneven ``times`` (seconds) on a constant-rate grid, order and distance >= 1 kept."""
    places: list[int] = []
    for seconds in times:
        place = nearest_frame(seconds, rate)
        places.append(max(place, places[-1] + 1) if places else place)
    return places


def run_lengths(pts: Iterable[int]) -> Iterator[TimingRun]:
    """Fold presentation times into runs of equal steps; a film of one frame has a step of one tick."""
    previous: int | None = None
    step: int | None = None
    for frame, tick in enumerate(pts):
        if previous is not None and tick - previous != step:
            step = tick - previous
            yield TimingRun(frame - 1, previous, step)
        previous = tick
    if step is None and previous is not None:
        yield TimingRun(0, previous, 1)


def commonest_rate(clock: Clock) -> Fraction | None:
    """Return the snapped rate of the commonest step between frames; None for fewer than two frames.

    Where a tick is coarse (Matroska: 1 ms) steps of one rate alternate, 41 and 42 ms at 24000/1001,
    and only their mean tells the rate.
    """
    counts: Counter[int] = Counter()
    for step, count in clock.steps():
        counts[step] += count
    if not counts:
        return None
    commonest = max(counts, key=lambda s: (counts[s], -s))
    if commonest <= 0:
        return None
    if commonest not in _ROUNDED_STEPS:
        return snapped_rate(1 / (commonest * clock.time_base))
    alike = (commonest - 1, commonest, commonest + 1)
    frames, ticks = sum(counts[s] for s in alike), sum(counts[s] * s for s in alike)
    return _nearest_rate(frames / (ticks * clock.time_base), Fraction(1, ticks))


def _nearest_rate(measured: Fraction, tolerance: Fraction) -> Fraction:
    """Return the standard or whole rate nearest to ``measured`` within a relative ``tolerance``."""
    rates = {rate for rate in (*STANDARD_RATES, Fraction(round(measured))) if rate > 0}
    nearest = min(rates, key=lambda rate: abs(rate - measured))
    return nearest if abs(nearest - measured) <= nearest * max(tolerance, _SNAP_TOLERANCE) else measured


def is_constant(clock: Clock, rate: Fraction) -> bool:
    """Tell whether every frame lies within a tick and a half of a grid of ``rate`` from the first frame.

    Containers with a coarse time base (Matroska: 1 ms) round each pts; that is not a variable rate.
    """
    if clock.frames < 3:
        return True
    tolerance = 3 * clock.time_base / 2
    # between the edges of a run the drift is linear, so the edges bound it
    return all(
        abs(clock.seconds(frame) - seconds_at(frame, rate)) <= tolerance for frame in clock.run_edges()
    )
