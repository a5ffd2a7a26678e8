"""One pass over the frames of a film: boundaries, shots and key frames as they become certain.

Memory is bounded by the detector's context and the candidates of one shot; nothing waits for the
end of the film but the last shot.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from cinetag_plugin.document.contracts import Boundary, Detector, Evidence, Frame
from cinetag_plugin.document.records import KeyFrame
from cinetag_plugin.shots.fast import FastResult
from cinetag_plugin.shots.key_frames import KeptFrames, entropy_of
from cinetag_plugin.window import Window

Judge = Callable[[KeyFrame, Frame], KeyFrame]
"""Accepts or refuses a key frame, and labels it; the frame's planes are its own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What :class:`Take` knows at its end, found without seeing every frame; its attributes are the same."""

    start: int
    end: int
    boundaries: Sequence[Boundary]
    key_frames: Sequence[KeyFrame]
    measures: Sequence[Mapping[str, float]]


def taken(found: FastResult, judge: Judge) -> Taken:
    """Make the shots of a film that was not decoded as a whole, with the nearest picture there is of each."""
    frames = len(found.pts)
    edges = [0, *(boundary.frame for boundary in found.boundaries), frames]
    key_frames = []
    for index, (start, end) in enumerate(pairwise(edges)):
        frame = found.picture_of(start, end)
        key_frames.append(judge(_key_frame(index, frame), frame))
    return Taken(0, frames, found.boundaries, key_frames, [{} for _ in key_frames])


def _key_frame(index: int, frame: Frame) -> KeyFrame:
    return KeyFrame(index=index, shot=index, frame=frame.index, pts=frame.pts, entropy=entropy_of(frame))


class Take:
    """Watches every frame once, in order.

    A measure that is no number over a shot is left out of that shot.

    Args:
        detector: finds the boundaries.
        context: frames after a boundary the detector may need.
        window: the part of the film that is wanted.
        time_base: seconds a tick of pts lasts.
        judge: accepts and labels each key frame.
        evidence: measures of every frame, by name.

    Attributes:
        start: first frame looked at; None while there was none.
        end: one past the last frame looked at.
        boundaries: those found so far.
        key_frames: one a shot, judged.
        measures: by shot, the mean of each measure.
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
    ) -> None:
        self._detector = detector
        self._window = window
        self._time_base = time_base
        self._judge = judge
        self._evidence = evidence
        self._kept = KeptFrames(context)
        self._values = {name: array("d") for name in evidence}
        self._first_pts: int | None = None
        self._shot_start = 0
        self.start: int | None = None
        self.end = 0
        self.boundaries: list[Boundary] = []
        self.key_frames: list[KeyFrame] = []
        self.measures: list[dict[str, float]] = []

    def see(self, frame: Frame) -> None:
        """Take the next frame of the film."""
        if self._first_pts is None:
            self._first_pts = frame.pts
        seconds = (frame.pts - self._first_pts) * self._time_base
        if self._window.over(frame.index, seconds) or not self._window.begun(frame.index, seconds):
            return
        if self.start is None:
            self.start = self._shot_start = frame.index
        self.end = frame.index + 1
        self._kept.keep(frame)
        for name, evidence in self._evidence.items():
            self._values[name].append(evidence.feed(frame))
        self._close_at(self._detector.feed(frame))

    def finish(self) -> None:
        """Close the last shot."""
        if self.start is None:
            return
        self._close_at(self._detector.finish())
        self._close_shot(self.end)

    def _close_at(self, boundaries: Iterable[Boundary]) -> None:
        for boundary in boundaries:
            # a detector of somebody else's may name frames twice, or outside the film
            if self._shot_start < boundary.frame < self.end:
                self.boundaries.append(boundary)
                self._close_shot(boundary.frame)

    def _close_shot(self, end: int) -> None:
        frame = self._kept.middle(self._shot_start, end)
        index = len(self.key_frames)
        self.key_frames.append(self._judge(_key_frame(index, frame), frame))
        means = {name: self._mean(name, end - self._shot_start) for name in self._values}
        self.measures.append({name: mean for name, mean in means.items() if math.isfinite(mean)})
        self._shot_start = end

    def _mean(self, name: str, frames: int) -> float:
        """Return the mean over the shot that closes, and forget its values."""
        values = self._values[name]
        mean = sum(values[:frames]) / frames
        del values[:frames]
        return mean
