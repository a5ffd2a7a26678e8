"""The record of a film that has been decoded."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film, Source, Timing
from cinetag_plugin.document.time import Clock, commonest_rate, is_constant
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.times import Runs

SAMPLE = 64 * 1024
"""Bytes read at the beginning, in the middle and at the end for the fingerprint."""

_SAME_RATE = Fraction(1, 10_000)


def film_of(probe: Probe, runs: Runs) -> Film:
    """Return what is known of a film after the frames noted in ``runs``.

    Raises:
        MediaError: the file can no longer be read.
    """
    clock = Clock(runs.so_far(), runs.frames, probe.time_base)
    rate, varies = rate_of(clock, probe.rate)
    path = str(probe.source.path)
    telling = probe.source.telling_files
    return Film(
        path=path,
        name=probe.source.name,
        frames=runs.frames,
        rate=rate,
        variable_rate=varies,
        time_base=probe.time_base,
        start_pts=clock.pts(0),
        container_start=probe.start if probe.source.composition is None else None,
        start_timecode=probe.start_timecode,
        drop_frame=probe.drop_frame,
        width=probe.width,
        height=probe.height,
        pixel_aspect=probe.pixel_aspect,
        duration=float(length_of(clock, runs)),
        has_audio=probe.has_audio,
        timing=tuple(Timing(frame=run.frame, pts=run.pts, step=run.step) for run in runs.so_far()),
        sources=tuple(_sources(probe, clock, rate)),
        fingerprint=fingerprint(*telling) if telling else "",
    )


def _sources(probe: Probe, clock: Clock, rate: Fraction) -> Iterator[Source]:
    """Yield a row a file, or a row a part of a package, of what was decoded of it."""
    composition = probe.source.composition
    if composition is None:
        yield Source(path=str(probe.source.path), start=0, frames=clock.frames, entry=0, rate=rate)
        return
    # pictures that could not be decoded leave gaps in the times, and so tell which part they are of
    frames = range(clock.frames)
    for part in composition.parts:
        start = bisect_left(frames, part.start, key=clock.pts)
        end = bisect_left(frames, part.start + part.frames, key=clock.pts)
        if start < end:
            entry = part.entry + clock.pts(start) - part.start
            yield Source(path=str(part.path), start=start, frames=end - start, entry=entry, rate=rate)


def length_of(clock: Clock, runs: Runs) -> Fraction:
    """Return the seconds from the first frame to the end of the last, as long as the one before."""
    return clock.seconds(runs.frames - 1) + runs.last_step * clock.time_base


def rate_of(clock: Clock, declared: Fraction) -> tuple[Fraction, bool]:
    """Return the rate and whether it varies: the declared one if the times agree, else the commonest.

    Times may also agree with what a coarse time base makes of the declared rate.
    """
    commonest = commonest_rate(clock)
    if is_constant(clock, declared) or commonest is None:
        return declared, False
    if abs(commonest - declared) < declared * _SAME_RATE and is_constant(clock, commonest):
        return declared, False
    return commonest, True


def fingerprint(*paths: Path) -> str:
    """Return ``sha256-sampled:<hex>`` over the size and three samples of each file: known again unread.

    Raises:
        MediaError: the file cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                digest.update(str(size).encode())
                for place in (0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)):
                    file.seek(place)
                    digest.update(file.read(SAMPLE))
        except OSError as fault:
            raise MediaError(path, f"cannot be read ({fault.strerror})", "check its rights") from fault
    return "sha256-sampled:" + digest.hexdigest()
