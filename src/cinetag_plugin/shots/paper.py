"""The detector of the paper: one frame a second, joint HSV histograms, half their L1 distance.

Khan et al., "Movies Tags Extraction Using Deep Learning" (AVSS 2017) compare frames sampled at 1 FPS
and start a shot where the difference of the normalised HSV histograms exceeds 0.5. Neither bins nor
distance are printed; a joint histogram of 8 x 8 x 8 bins and half the L1 distance (0 to 1) make 0.5 a
working point: at least half of the pixels have changed bin. A boundary stands at a sampled frame,
so it may be up to a second late.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Boundary, DetectorSpec, Frame, StreamFacts

BINS = (8, 8, 8)
THRESHOLD = 0.5


class PaperDetector:
    """Compares the first frame of each second with that of the second before.

    Seconds are counted on the stream's own clock, so a run that begins in mid-film samples the
    same frames as one that begins at the start.
    """

    def __init__(self, stream: StreamFacts, threshold: float | None = None) -> None:
        self._time_base: Fraction = stream.time_base
        self._threshold = THRESHOLD if threshold is None else threshold
        self._second: int | None = None
        self._histogram: Any = None

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Return a cut at this frame if it is sampled and differs from the last one sampled."""
        second = (frame.pts * self._time_base).__floor__()
        if second == self._second:
            return ()
        before, self._second = self._histogram, second
        self._histogram = _fast.hsv_joint_histogram_yuv(
            *frame.sampled, matrix=frame.matrix, full_range=frame.full_range, bins=BINS
        )
        if before is None or _fast.half_l1(before, self._histogram) <= self._threshold:
            return ()
        return (Boundary("cut", frame.index, frame.index),)

    def finish(self) -> Iterable[Boundary]:
        """Nothing is ever open."""
        return ()


SPEC = DetectorSpec(
    name="paper",
    version="2",
    make=PaperDetector,
    context=0,
    settings={"threshold": THRESHOLD, "frames_per_second": 1, "bins": list(BINS), "distance": "half L1"},
    samples=True,
    summary="one frame a second, joint HSV histograms (Khan et al. 2017)",
)
