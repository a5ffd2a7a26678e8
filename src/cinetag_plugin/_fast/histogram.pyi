"""Histograms of hue, saturation, value and luma; `reference` says what they are."""

from cinetag_plugin._fast.matrices import Matrix
from cinetag_plugin._fast.reference import Counts, Pixels, Plane

def hsv_histogram_yuv(
    y: Plane,
    u: Plane,
    v: Plane,
    *,
    matrix: Matrix,
    full_range: bool,
    bins: tuple[int, int, int] = ...,
    step: int = 1,
) -> tuple[Counts, Counts, Counts]: ...
def hsv_histogram_rgb(
    rgb: Pixels, *, bins: tuple[int, int, int] = ..., step: int = 1
) -> tuple[Counts, Counts, Counts]: ...
def hsv_joint_histogram_yuv(
    y: Plane,
    u: Plane,
    v: Plane,
    *,
    matrix: Matrix,
    full_range: bool,
    bins: tuple[int, int, int] = ...,
    step: int = 1,
) -> Counts: ...
def hsv_joint_histogram_rgb(rgb: Pixels, *, bins: tuple[int, int, int] = ..., step: int = 1) -> Counts: ...
def luma_histogram(y: Plane, bins: int = 256, step: int = 1) -> Counts: ...
