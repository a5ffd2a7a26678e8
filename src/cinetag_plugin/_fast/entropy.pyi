"""Shannon's entropy of histograms and of planes; `reference` says what it is."""

from numpy.typing import ArrayLike

from cinetag_plugin._fast.reference import Plane

def entropy(histogram: ArrayLike) -> float: ...
def channel_entropies_yuv(y: Plane, u: Plane, v: Plane) -> tuple[float, float, float]: ...
