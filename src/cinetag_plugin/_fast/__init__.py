"""Kernels over picture planes and histograms: compiled where they were built, in numpy elsewhere.

Both forms have one API and the same results (see `reference`, the specification). Setting the
environment variable CINETAG_NO_EXTENSIONS=1 before the first import forces the numpy form.
"""

import os

__all__ = [
    "COMPILED",
    "bhattacharyya",
    "block_means",
    "channel_entropies_yuv",
    "colour_cube",
    "colours_and_cells",
    "correlation_distance",
    "entropy",
    "half_l1",
    "hsv_histogram_rgb",
    "hsv_histogram_yuv",
    "hsv_joint_histogram_rgb",
    "hsv_joint_histogram_yuv",
    "implementation",
    "luma_histogram",
    "luma_statistics",
    "mean_abs_difference",
    "yuv_to_rgb",
]

COMPILED: bool
"""Whether the compiled kernels run."""

_WHY_NOT: str

try:
    if os.environ.get("CINETAG_NO_EXTENSIONS") == "1":
        raise ImportError("CINETAG_NO_EXTENSIONS is 1")
    from cinetag_plugin._fast.cube import colour_cube, colours_and_cells
    from cinetag_plugin._fast.distance import bhattacharyya, correlation_distance, half_l1
    from cinetag_plugin._fast.entropy import channel_entropies_yuv, entropy
    from cinetag_plugin._fast.histogram import (
        hsv_histogram_rgb,
        hsv_histogram_yuv,
        hsv_joint_histogram_rgb,
        hsv_joint_histogram_yuv,
        luma_histogram,
    )
    from cinetag_plugin._fast.luma import luma_statistics
    from cinetag_plugin._fast.plane import block_means, mean_abs_difference, yuv_to_rgb

    COMPILED, _WHY_NOT = True, ""
except ImportError as fault:
    from cinetag_plugin._fast.reference import (
        bhattacharyya,
        block_means,
        channel_entropies_yuv,
        colour_cube,
        colours_and_cells,
        correlation_distance,
        entropy,
        half_l1,
        hsv_histogram_rgb,
        hsv_histogram_yuv,
        hsv_joint_histogram_rgb,
        hsv_joint_histogram_yuv,
        luma_histogram,
        luma_statistics,
        mean_abs_difference,
        yuv_to_rgb,
    )

    COMPILED, _WHY_NOT = False, str(fault)


def implementation() -> str:
    """Name the form that runs: "compiled", or "numpy twins (no compiled extension: reason)"."""
    return "compiled" if COMPILED else f"numpy twins (no compiled extension: {_WHY_NOT})"
