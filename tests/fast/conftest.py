"""Both forms of the kernels under one name, so that each test says its sentence about both."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from cinetag_plugin import _fast
from cinetag_plugin._fast import reference

NAMES = [name for name in _fast.__all__ if name not in ("COMPILED", "implementation")]


def _compiled() -> SimpleNamespace:
    modules = []
    for name in ("cube", "distance", "entropy", "histogram", "luma", "plane"):
        try:
            modules.append(import_module(f"cinetag_plugin._fast.{name}"))
        except ImportError as fault:
            pytest.skip(f"the kernels are not compiled here: {fault}")
    return SimpleNamespace(**{name: getattr(m, name) for m in modules for name in NAMES if hasattr(m, name)})


def _twins() -> SimpleNamespace:
    return SimpleNamespace(**{name: getattr(reference, name) for name in NAMES})


@pytest.fixture(scope="session")
def compiled() -> SimpleNamespace:
    return _compiled()


@pytest.fixture(scope="session")
def twins() -> SimpleNamespace:
    return _twins()


@pytest.fixture(scope="session", params=["compiled", "twins"])
def kernels(request) -> SimpleNamespace:
    return _compiled() if request.param == "compiled" else _twins()


@pytest.fixture(scope="session")
def cv2():
    return pytest.importorskip("cv2", reason="OpenCV is not installed to compare with")
