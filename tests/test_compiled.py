"""Where the compiled kernels are expected, they are the ones that run."""

import os

import pytest

from cinetag_plugin import _fast


def test_the_compiled_kernels_run():
    if os.environ.get("CINETAG_EXPECT_COMPILED") != "1":
        pytest.skip("CINETAG_EXPECT_COMPILED is not 1: the numpy twins may run")
    assert _fast.COMPILED, _fast.implementation()
