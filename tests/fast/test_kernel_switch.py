"""Which form runs, who chooses it, and that nobody can tell the two apart by their signatures."""

import inspect
import os
import subprocess
import sys

import pytest

from cinetag_plugin import _fast

NAMES = [name for name in _fast.__all__ if name not in ("COMPILED", "implementation")]
REPORT = """
from cinetag_plugin import _fast
print(_fast.COMPILED, _fast.implementation(), _fast.entropy([1, 1]), _fast.entropy.__module__, sep="|")
"""


def _report(code: str = REPORT, **environment: str) -> list[str]:
    kept = {k: v for k, v in os.environ.items() if k != "CINETAG_NO_EXTENSIONS"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().split("|")


def test_the_environment_forces_the_twins():
    assert _report(CINETAG_NO_EXTENSIONS="1") == [
        "False",
        "numpy twins (no compiled extension: CINETAG_NO_EXTENSIONS is 1)",
        "1.0",
        "cinetag_plugin._fast.reference",
    ]


def test_compiled_kernels_run_where_they_were_built(compiled):
    expected = ["True", "compiled", "1.0", "cinetag_plugin._fast.entropy"]
    assert _report() == expected
    assert _report(CINETAG_NO_EXTENSIONS="0") == expected


@pytest.mark.parametrize("missing", ["cube", "distance", "entropy", "histogram", "luma", "plane"])
def test_one_missing_extension_brings_in_all_twins_and_its_name(missing):
    code = f"import sys; sys.modules['cinetag_plugin._fast.{missing}'] = None\n" + REPORT
    is_compiled, form, bits, module = _report(code)
    assert (is_compiled, bits, module) == ("False", "1.0", "cinetag_plugin._fast.reference")
    assert form.startswith("numpy twins (no compiled extension: ")


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_have_one_signature(compiled, twins, name):
    one, other = (inspect.signature(getattr(form, name)) for form in (compiled, twins))
    assert [(p.name, p.kind, p.default) for p in one.parameters.values()] == [
        (p.name, p.kind, p.default) for p in other.parameters.values()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_are_documented(kernels, name):
    assert inspect.getdoc(getattr(kernels, name))
