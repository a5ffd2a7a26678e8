"""Colour conversion, block means and differences of planes; `reference` says what they are."""

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin._fast.matrices import Matrix
from cinetag_plugin._fast.reference import Pixels, Plane

def yuv_to_rgb(y: Plane, u: Plane, v: Plane, *, matrix: Matrix, full_range: bool) -> Pixels: ...
def block_means(y: Plane, rows: int, cols: int) -> NDArray[np.float32]: ...
def mean_abs_difference(a: Plane, b: Plane, step: int = 1) -> float: ...
