"""The joint histogram of luminance and colour; `reference` says what it is."""

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin._fast.reference import Plane

def colour_cube(y: Plane, u: Plane, v: Plane) -> NDArray[np.float32]: ...
