"""Light and sharpness of a luma plane; `reference` says what they are."""

from cinetag_plugin._fast.reference import Plane

def luma_statistics(y: Plane, step: int = 1) -> tuple[float, float, float]: ...
