"""What is printed of every frame, in the form and with the keys of FFmpeg's filters.

The form is that of ``metadata=print``; ``lavfi.scd.*`` are the keys of ``scdet``, measured here on the
reduced frame. A frame is printed when its shot has closed, for only then is it known what the shot shows.
"""

from array import array
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.records import BeatEvent, TagSpan
from cinetag_plugin.filter.places import Places
from cinetag_plugin.filter.reports import Write
from cinetag_plugin.filter.watching import ClosedShot
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.shots.measures import FrameMeasures, difference, measure

_LEVELS = 256


class SceneScores:
    """The measures of FFmpeg's ``scdet`` (libavfilter/vf_scdet.c), on luminance of 8 bits."""

    def __init__(self) -> None:
        self._before: NDArray[np.int16] | None = None
        self._difference = 0.0

    def of(self, luminance: NDArray[np.uint8]) -> tuple[float, float]:
        """Return the mean absolute difference from the frame before and the score, both 0 to 100."""
        now = luminance.astype(np.int16)
        mean = 0.0
        score = 0.0
        if self._before is not None:
            mean = float(np.abs(now - self._before).mean()) * 100 / _LEVELS
            score = min(mean, abs(mean - self._difference), 100.0)
        self._before, self._difference = now, mean
        return mean, score


class Printed:
    """Prints blocks of metadata.

    Args:
        write: takes the blocks of a shot.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._places = Places()
        self._time_base = Fraction(1)
        self._scores = SceneScores()
        self._before: FrameMeasures | None = None
        self._first = 0
        self._pts = array("q")
        self._values = array("f")  # three a frame: difference, score, ours

    def begin(self, facts: Probe, places: Places) -> None:
        """Learn the time base, and where frames stand."""
        self._places = places
        self._time_base = facts.time_base

    def see(self, frame: Frame) -> None:
        """Measure a frame, and remember it until its shot closes."""
        measures = measure(frame)
        ours = 0.0 if self._before is None else difference(self._before, measures)
        self._before = measures
        self._pts.append(frame.pts)
        self._values.extend((*self._scores.of(frame.sampled.y), ours))

    def tell(self, closed: ClosedShot) -> None:
        """Print the frames of a shot; those before the first shot are passed over."""
        self._forget(closed.analysed.start)
        blocks = (line for frame in closed.analysed for line in self._block(frame, closed))
        self._write("".join(f"{line}\n" for line in blocks).encode())
        self._forget(closed.analysed.stop)

    def tell_event(self, event: TagSpan | BeatEvent, passed: int) -> None:
        """What lasts longer than a shot is not printed: its frames are long gone."""

    def _forget(self, until: int) -> None:
        count = until - self._first
        del self._pts[:count]
        del self._values[: 3 * count]
        self._first = until

    def _block(self, frame: int, closed: ClosedShot) -> Iterator[str]:
        here = frame - self._first
        number = self._places.of(frame)
        pts = self._pts[here] + number - frame
        seconds = f"{float(pts * self._time_base):.6g}"
        mean, score, ours = self._values[3 * here : 3 * here + 3]
        yield f"frame:{number:<4d} pts:{pts:<7d} pts_time:{seconds}"
        yield f"lavfi.scd.mafd={mean:.3f}"
        yield f"lavfi.scd.score={score:.3f}"
        begins = frame == closed.analysed.start
        kind = closed.shot.transition_in.kind
        if begins and kind != "start":
            yield f"lavfi.scd.time={seconds}"
            yield f"lavfi.cinetag.cut={kind}"
        yield f"lavfi.cinetag.shot={closed.shot.index}"
        yield f"lavfi.cinetag.score={ours:.6f}"
        if begins:
            yield from _tags(closed)


def _tags(closed: ClosedShot) -> Iterator[str]:
    """Yield the tags of a shot, each with the best probability among its key frames."""
    best: dict[str, float] = {}
    for key in closed.key_frames:
        for score in key.tags:
            best[score.tag] = max(score.probability, best.get(score.tag, 0.0))
    for tag, probability in sorted(best.items(), key=lambda item: -item[1]):
        yield f"lavfi.cinetag.tag.{tag}={probability:.6f}"
