"""One pass over the frames of a film: boundaries, shots and key frames as they become certain.

Memory is bounded by the detector's context and the candidates of one shot; nothing waits for the
end of the film but the last shot.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import msgspec
import numpy as np

from cinetag_plugin.document.contracts import Boundary, Detector, Evidence, Frame
from cinetag_plugin.document.records import KeyFrame
from cinetag_plugin.media.frames import LostPlaceError
from cinetag_plugin.shots.duplicates import GRID, Pictures, coarse_picture
from cinetag_plugin.shots.key_frames import Keeper, KeptFrames, entropy_of
from cinetag_plugin.shots.shot_measures import ShotMeasures
from cinetag_plugin.window import Window

Judge = Callable[[KeyFrame, Frame], KeyFrame]
"""Accepts or refuses a key frame, and labels it; the frame's planes are its own."""


_PICTURES = 3  # that a shot is known by
_COARSE_BYTES = 3 * GRID[0] * GRID[1]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a :class:`Take` knows where one shot has ended and the next begins, to go on from there later.

    ``pictures`` and ``opening`` are bytes of coarse pictures; ``mark`` tells the shot's first frame
    from another.
    """

    start: int
    first_pts: int
    shot_start: int
    clear_from: int
    boundaries: tuple[Boundary, ...]
    key_frames: tuple[KeyFrame, ...]
    measures: tuple[dict[str, float], ...]
    pictures: bytes
    opening: bytes
    mark: int

    @property
    def is_sound(self) -> bool:
        """Whether the parts fit each other; what comes from a file may be anything."""
        shots = len(self.measures)
        return (
            len(self.pictures) == shots * _PICTURES * _COARSE_BYTES
            and len(self.opening) == _COARSE_BYTES
            and len(self.boundaries) == shots
            and 0 <= self.start < self.shot_start
        )


class Take:
    """Watches every frame once, in order.

    A measure that is no number over a shot is left out of that shot. A take that goes on from an
    earlier one's standing is fed from some frames before the running shot, for its detector's sake.

    Args:
        detector: finds the boundaries.
        context: frames after a boundary the detector may need.
        window: the part of the film that is wanted.
        time_base: seconds a tick of pts lasts.
        judge: accepts and labels each key frame.
        evidence: measures of every frame, by name; one with the name of our own takes its place.
        keeper: keeps frames until a shot's key frames can be chosen; None takes the middle ones.
        standing: where an earlier take stood.

    Attributes:
        start: first frame looked at; None while there was none.
        end: one past the last frame looked at.
        boundaries: those found so far.
        key_frames: judged, those of one shot after those of the one before.
        measures: by shot, the mean of each measure.
        pictures: by shot, the coarse pictures by which it is known again.
    """

    def __init__(
        self,
        detector: Detector,
        *,
        context: int,
        window: Window,
        time_base: Fraction,
        judge: Judge,
        evidence: Mapping[str, Evidence],
        keeper: Keeper | None = None,
        standing: Standing | None = None,
    ) -> None:
        self._detector = detector
        self._context = context
        self._window = window
        self._time_base = time_base
        self._judge = judge
        self._evidence = evidence
        self._kept = KeptFrames(context) if keeper is None else keeper
        self._means = ShotMeasures(time_base)
        self._values = {name: array("d") for name in evidence}
        self._first_pts: int | None = None
        self._shot_start = 0
        self._clear_from = 0
        self._opening: Pictures | None = None
        self.start: int | None = None
        self.end = 0
        self.boundaries: list[Boundary] = []
        self.key_frames: list[KeyFrame] = []
        self.measures: list[dict[str, float]] = []
        self.pictures: list[Pictures] = []
        self._awaited: int | None = None
        self._first_mark: int | None = None
        if standing is not None:
            self._go_on(standing)

    def _go_on(self, standing: Standing) -> None:
        self.start, self._first_pts = standing.start, standing.first_pts
        self._shot_start, self._clear_from = standing.shot_start, standing.clear_from
        self.boundaries, self.key_frames = list(standing.boundaries), list(standing.key_frames)
        self.measures = [dict(means) for means in standing.measures]
        self.pictures = list(_coarse(standing.pictures, _PICTURES))
        self._opening = _coarse(standing.opening, 1)[0, 0]
        self._awaited = self._first_mark = standing.mark

    def see(self, frame: Frame) -> None:
        """Take the next frame of the film."""
        if self._is_outside(frame):
            return
        if self.start is None:
            self.start = self._shot_start = self._clear_from = frame.index
        self.end = frame.index + 1
        if frame.index < self._shot_start and self._awaited is not None:
            self._close_at(self._detector.feed(frame))
            return
        self._refuse_another(frame)
        kept = self._kept.keep(frame)
        self._means.feed(kept)
        if self._opening is None:
            self._opening = coarse_picture(kept)
        for name, evidence in self._evidence.items():
            self._values[name].append(evidence.feed(frame))
        self._close_at(self._detector.feed(frame))

    def _refuse_another(self, frame: Frame) -> None:
        """Raise where the first frame of the running shot is not the one that an earlier take saw."""
        if self._awaited is not None:
            if frame.index != self._shot_start or mark_of(frame) != self._awaited:
                raise LostPlaceError
            self._awaited = None

    def _is_outside(self, frame: Frame) -> bool:
        """Tell whether a frame lies outside the window; the detector sees what it needs around it."""
        if self._first_pts is None:
            self._first_pts = frame.pts
        if self._window.is_whole:
            return False
        seconds = (frame.pts - self._first_pts) * self._time_base
        if not self._window.begun(frame.index, seconds):
            self._detector.feed(frame)  # a transition may be under way when the window begins
            return True
        if not self._window.over(frame.index, seconds):
            return False
        if self.start is not None and frame.index < self.end + self._context:
            self._close_at(self._detector.feed(frame))
        return True

    def finish(self) -> None:
        """Close the last shot."""
        if self.start is None:
            return
        self._close_at(self._detector.finish())
        self._close_shot(self.end, self.end)

    def _close_at(self, boundaries: Iterable[Boundary]) -> None:
        for boundary in boundaries:
            # a detector of somebody else's may name frames twice, or outside the film
            if self._shot_start < boundary.frame < self.end:
                self.boundaries.append(boundary)
                self._close_shot(boundary.frame, boundary.start)
                self._clear_from = boundary.end
                self._opening = coarse_picture(self._kept.near(max(boundary.frame, boundary.end)))
                first = self._kept.near(boundary.frame)
                self._first_mark = mark_of(first) if first.index == boundary.frame else None

    @property
    def standing(self) -> Standing | None:
        """Where the running shot began, for another take to go on from; None where nobody could."""
        if self._first_mark is None or self.start is None or self._first_pts is None:
            return None
        assert self._opening is not None
        return Standing(
            start=self.start,
            first_pts=self._first_pts,
            shot_start=self._shot_start,
            clear_from=self._clear_from,
            boundaries=tuple(self.boundaries),
            key_frames=tuple(self.key_frames),
            measures=tuple(self.measures),
            pictures=b"".join(pictures.tobytes() for pictures in self.pictures),
            opening=self._opening.tobytes(),
            mark=self._first_mark,
        )

    def _close_shot(self, end: int, clear_until: int) -> None:
        start, shot = self._shot_start, len(self.measures)
        clear = range(max(start, self._clear_from), min(end, clear_until)) or range(start, end)
        self.pictures.append(self._known_by(clear))
        for frame in self._kept.close(start, end, clear):
            found = key_frame_of(frame, index=len(self.key_frames), shot=shot)
            self.key_frames.append(self._judge(found, frame))
        means = {name: self._mean(name, end - start) for name in self._values}
        means = self._means.close(end, clear) | means
        self.measures.append({name: mean for name, mean in means.items() if math.isfinite(mean)})
        self._shot_start = end

    def _known_by(self, clear: range) -> Pictures:
        """Return coarse pictures of the first, middle and last clear frame, or of those kept nearest."""
        middle, last = (
            coarse_picture(self._kept.near(place)) for place in (clear[len(clear) // 2], clear[-1])
        )
        return np.stack([middle if self._opening is None else self._opening, middle, last])

    def _mean(self, name: str, frames: int) -> float:
        """Return the mean over the shot that closes, and forget its values."""
        values = self._values[name]
        mean = sum(values[:frames]) / frames
        del values[:frames]
        return mean


def key_frame_of(frame: Frame, *, index: int, shot: int) -> KeyFrame:
    """Return the record of a frame as a key frame, not yet judged."""
    return KeyFrame(index=index, shot=shot, frame=frame.index, pts=frame.pts, entropy=entropy_of(frame))


def mark_of(frame: Frame) -> int:
    """Return a number that tells a frame's sample from another."""
    return zlib.crc32(frame.sampled.y.tobytes())


def _coarse(content: bytes, pictures: int) -> Pictures:
    """Return coarse pictures, so many a shot, from the bytes of all."""
    return np.frombuffer(content, np.uint8).reshape(-1, pictures, 3, *GRID)
