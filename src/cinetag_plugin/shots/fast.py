"""The detector ``fast``: cuts from packets and key pictures, whole stretches only where in doubt.

Packets tell what each picture cost, key pictures what the film looks like every few seconds; together
they give every picture a probability of being a cut (:mod:`.suspects`). Where that leaves doubt the
stretch is decoded and ``accurate`` decides (:mod:`.stretches`). What stays undecided gives the loss
to expect, and where it is too large, or nothing would be saved, the film is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Boundary, Detector, DetectorSpec, Frame, StreamFacts
from cinetag_plugin.media.excerpts import Excerpts
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import LostPlaceError
from cinetag_plugin.media.packets import Packets, read_packets
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.slices import intra_pictures
from cinetag_plugin.shots.measures import measure
from cinetag_plugin.shots.stretches import Plan, Stretch, planned
from cinetag_plugin.shots.suspects import cut_probabilities

VERSION = "1"

SMALL_LOSS = 0.02
"""Loss of F1 down to which stretches are decoded, and which is not worth a warning."""

GREAT_LOSS = 0.15
"""Loss of F1 at which the film is better decoded as a whole, whatever was asked for."""

FEWEST = 1500
"""Pictures below which starting FFmpeg several times eats up what is saved."""

UNDERSTATED = {"h264": 1.5, "hevc": 3.0, "vp8": 1.0}
"""Codecs whose encoders begin groups at cuts, and whose decoders give the key pictures alone.

With each about how many times more was lost than foretold on films left out of the fit, of fast
cutting; x265 often begins a group two pictures before the cut.
"""

_MOST_KEYS = 1 / 8
_MOST_BYTES = 0.35
_LONGEST_GROUP = 500
_FIXED = 0.7
_FEWEST_DECODABLE = 0.5
_SPACING = 4
_MOST_COST = 0.3


class UnfitError(Exception):
    """The film would lose cuts, or gain nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class FastResult:
    """What was found.

    Attributes:
        boundaries: rising.
        pts: presentation time of every frame, from the packets.
        pictures: decoded frames, rising; at least one in each shot.
        decoded: share of the frames that were decoded, 0 to 1.
        loss: expected loss of F1 against ``accurate``, 0 to 1.
    """

    boundaries: tuple[Boundary, ...]
    pts: NDArray[np.int64]
    pictures: tuple[Frame, ...]
    decoded: float
    loss: float

    def picture_of(self, start: int, end: int) -> Frame:
        """Return the decoded frame nearest the middle of the shot ``[start, end)``."""
        inside = [frame for frame in self.pictures if start <= frame.index < end]
        return min(inside or self.pictures, key=lambda frame: abs(frame.index - (start + end) // 2))


def fast_boundaries(
    probe: Probe,
    ffmpeg: Ffmpeg,
    accurate: DetectorSpec,
    *,
    threshold: float | None = None,
    threads: int | None = None,
    most_loss: float = GREAT_LOSS,
) -> FastResult:
    """Find the boundaries of a film without decoding it as a whole.

    Args:
        probe: the film.
        ffmpeg: the program that lists and decodes.
        accurate: the detector that decides where something is decoded.
        threshold: that detector's; None for its own.
        threads: for the decoder; FFmpeg's own choice where None.
        most_loss: expected loss of F1 above which the film is refused.

    Raises:
        UnfitError: the film is better decoded as a whole.
        MediaError: FFmpeg made no progress.
    """
    packets = read_packets(probe, ffmpeg)
    refuse_unfit(probe, packets)
    excerpts = Excerpts(probe, ffmpeg, packets, threads=threads)
    try:
        pictures = excerpts.key_pictures()
        keys = _decodable(packets, pictures)
        chances = cut_probabilities(
            packets, intra_pictures(probe, ffmpeg, packets), [measure(picture) for picture in pictures]
        )
        plan = planned(chances, keys, accurate.context, SMALL_LOSS, understated=UNDERSTATED[packets.codec])
        if plan.loss > most_loss:
            raise UnfitError(f"about {plan.loss:.0%} of its cuts would be lost")
        if plan.cost(accurate.context) > _MOST_COST * len(packets):
            raise UnfitError("too much of it would have to be decoded all the same")
        facts = StreamFacts(rate=probe.rate, time_base=probe.time_base)
        looks = [
            _looked_at(excerpts, accurate.make(facts, threshold), stretch, accurate.context, len(packets))
            for stretch in plan.stretches
        ]
    except LostPlaceError:
        raise UnfitError("its pictures are not those that its packets name") from None
    if excerpts.complaint:
        raise UnfitError(f"it is damaged ({excerpts.complaint})")
    boundaries = _sorted([*_undecoded(chances, plan), *(b for look in looks for b in look.boundaries)])
    seen = {frame.index: frame for frame in pictures}
    seen |= {frame.index: frame for look in looks for frame in look.pictures}
    return FastResult(
        boundaries=tuple(boundaries),
        pts=packets.pts,
        pictures=tuple(seen[index] for index in sorted(seen)),
        decoded=(len(pictures) + sum(look.frames for look in looks)) / len(packets),
        loss=plan.loss,
    )


def refuse_unfit(probe: Probe, packets: Packets) -> None:
    """Raise :class:`UnfitError` where packets alone tell that a film is better decoded as a whole."""
    if probe.interlaced:
        raise UnfitError("its frames are made of two fields")
    if packets.doubt:
        raise UnfitError(packets.doubt)
    if len(packets) < FEWEST:
        raise UnfitError("it is too short to gain anything")
    keys = np.flatnonzero(packets.keys)
    if len(keys) > _MOST_KEYS * len(packets):
        raise UnfitError("nearly every picture is a key picture")
    if packets.codec not in UNDERSTATED:
        raise UnfitError(f"what {packets.codec or 'its codec'} tells of cuts is not known")
    if len(packets) > _LONGEST_GROUP * len(keys):
        raise UnfitError("it has hardly any key pictures")
    gaps = np.diff(keys)
    if (gaps == gaps.max(initial=0)).mean() > _FIXED:
        raise UnfitError("its key pictures stand at fixed distances, wherever the cuts are")
    if packets.sizes[keys].sum() > _MOST_BYTES * packets.sizes.sum():
        raise UnfitError("its key pictures are most of the file")


def _decodable(packets: Packets, pictures: Sequence[Frame]) -> NDArray[np.int64]:
    keys = np.array([picture.index for picture in pictures], np.int64)
    if len(keys) < _FEWEST_DECODABLE * packets.keys.sum() or keys[0] != 0:
        raise UnfitError("its key pictures cannot be decoded alone")
    return keys


@dataclass(frozen=True, slots=True)
class _Look:
    """What one stretch showed: boundaries, some of its frames, how many there were."""

    boundaries: Sequence[Boundary]
    pictures: Sequence[Frame]
    frames: int


def _looked_at(excerpts: Excerpts, detector: Detector, stretch: Stretch, context: int, frames: int) -> _Look:
    """Decode a stretch and what the detector needs beyond it."""
    end = min(stretch.last + 1 + context, frames)
    kept = list(excerpts.stretch(stretch.first, end))
    found = [boundary for frame in kept for boundary in detector.feed(frame)]
    found += detector.finish()
    decided = [boundary for boundary in found if stretch.first < boundary.frame <= stretch.last]
    starts = {boundary.frame for boundary in decided}
    shown = [frame for frame in kept if frame.index in starts or frame.index % _SPACING == 0]
    return _Look(decided, shown, len(kept))


def _undecoded(chances: NDArray[np.float64], plan: Plan) -> Iterator[Boundary]:
    """Yield the cuts that are taken from the packets' word."""
    decided = np.zeros(len(chances), np.bool_)
    for first, last in plan.stretches:
        decided[first + 1 : last + 1] = True
    for place in np.flatnonzero((chances >= 0.5) & ~decided).tolist():
        yield Boundary("cut", place, place)


def _sorted(boundaries: Iterable[Boundary]) -> list[Boundary]:
    """Return boundaries in rising order, one a frame."""
    rising = sorted(boundaries, key=lambda boundary: boundary.frame)
    return rising[:1] + [later for former, later in pairwise(rising) if former.frame < later.frame]
