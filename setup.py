"""The compiled kernels; everything else about the package stands in pyproject.toml.

Each extension is optional: without a compiler the package installs all the same and runs the
numpy twins.
"""

import os

from setuptools import Extension, setup

SPEED = ["/O2"] if os.name == "nt" else ["-O3"]

setup(
    ext_modules=[
        Extension(
            f"cinetag_plugin._fast.{name}",
            [f"src/cinetag_plugin/_fast/{name}.pyx"],
            depends=[
                f"src/cinetag_plugin/_fast/{header}"
                for header in ("blocks.pxd", "cells.pxd", "counting.pxd", "dispatch.h", "hsv.pxd")
            ],
            extra_compile_args=SPEED,
            optional=True,
        )
        for name in ("cube", "distance", "entropy", "histogram", "luma", "plane")
    ]
)
