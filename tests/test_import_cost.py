"""``import cinetag_plugin`` and ``cinetag --help`` are cheap."""

import subprocess
import sys

import pytest

import cinetag_plugin

HEAVY = ("numpy", "cv2", "opentimelineio", "ai_edge_litert", "PIL", "pluggy", "rich")


def _loaded_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert _loaded_after("import cinetag_plugin") == set()


def test_help_of_every_command_loads_neither_plugins_nor_arrays():
    help_only = (
        "import contextlib, io; from cinetag_plugin.cli.main import COMMANDS, main\n"
        "for name in COMMANDS:\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main([name, '--help'])\n"
        "pass"
    )
    assert _loaded_after(f"exec({help_only!r})") == set()


def test_public_names_all_exist():
    assert all(getattr(cinetag_plugin, name) is not None for name in cinetag_plugin.__all__)
    assert set(dir(cinetag_plugin)) == set(cinetag_plugin.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        cinetag_plugin.nothing_of_the_kind  # noqa: B018
