"""The colour cube, and with it all that shots are told apart by; `reference` says what they are."""

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin._fast.reference import Cells, Plane

def colour_cube(y: Plane, u: Plane, v: Plane) -> NDArray[np.float32]: ...
def colours_and_cells(
    y: Plane, u: Plane, v: Plane, luma_grid: tuple[int, int], chroma_grid: tuple[int, int]
) -> tuple[Cells, Cells, Cells]: ...
