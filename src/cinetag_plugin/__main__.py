"""``python -m cinetag_plugin`` is the program ``cinetag``."""

import sys
from pathlib import Path

# A stray *.dist-info in the working folder must not register a plugin.
sys.path[:] = [entry for entry in sys.path if entry and Path(entry) != Path.cwd()]

from cinetag_plugin.cli.main import run  # noqa: E402 - only after the path is clean

run()
