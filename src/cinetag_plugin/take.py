"""One pass over the frames of a film: boundaries, shots and key frames as they become certain.

Memory is bounded by the detector's context and the candidates of one shot; nothing waits for the
end of the film but the last shot.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import numpy as np

from cinetag_plugin.document.contracts import Boundary, Detector, Evidence, Frame
from cinetag_plugin.document.records import KeyFrame
from cinetag_plugin.shots.duplicates import Pictures, coarse_picture
from cinetag_plugin.shots.key_frames import Keeper, KeptFrames, entropy_of
from cinetag_plugin.shots.shot_measures import ShotMeasures
from cinetag_plugin.window import Window

Judge = Callable[[KeyFrame, Frame], KeyFrame]
"""Accepts or refuses a key frame, and labels it; the frame's planes are its own."""


class Take:
    """Watches every frame once, in order.

    A measure that is no number over a shot is left out of that shot.

    Args:
        detector: finds the boundaries.
        context: frames after a boundary the detector may need.
        window: the part of the film that is wanted.
        time_base: seconds a tick of pts lasts.
        judge: accepts and labels each key frame.
        evidence: measures of every frame, by name; one with the name of our own takes its place.
        keeper: keeps frames until a shot's key frames can be chosen; None takes the middle ones.

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
    ) -> None:
        self._detector = detector
        self._window = window
        self._time_base = time_base
        self._judge = judge
        self._evidence = evidence
        self._kept = KeptFrames(context) if keeper is None else keeper
        self._means = ShotMeasures()
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

    def see(self, frame: Frame) -> None:
        """Take the next frame of the film."""
        if not self._is_wanted(frame):
            return
        if self.start is None:
            self.start = self._shot_start = self._clear_from = frame.index
        self.end = frame.index + 1
        kept = self._kept.keep(frame)
        self._means.feed(kept)
        if self._opening is None:
            self._opening = coarse_picture(kept)
        for name, evidence in self._evidence.items():
            self._values[name].append(evidence.feed(frame))
        self._close_at(self._detector.feed(frame))

    def _is_wanted(self, frame: Frame) -> bool:
        if self._window.is_whole:
            return True
        if self._first_pts is None:
            self._first_pts = frame.pts
        seconds = (frame.pts - self._first_pts) * self._time_base
        return self._window.begun(frame.index, seconds) and not self._window.over(frame.index, seconds)

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

    def _close_shot(self, end: int, clear_until: int) -> None:
        start, shot = self._shot_start, len(self.measures)
        clear = range(max(start, self._clear_from), min(end, clear_until)) or range(start, end)
        self.pictures.append(self._known_by(clear))
        for frame in self._kept.close(start, end, clear):
            found = KeyFrame(
                index=len(self.key_frames),
                shot=shot,
                frame=frame.index,
                pts=frame.pts,
                entropy=entropy_of(frame),
            )
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
