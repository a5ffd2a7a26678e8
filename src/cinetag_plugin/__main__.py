"""``python -m cinetag_plugin`` is the program ``cinetag``."""

import os
import sys

# A stray *.dist-info or module in the working folder must not be loaded; what Python itself has loaded
# by now, os and sys, is all that may be used before the path is clean.
try:
    _here = os.path.realpath(os.getcwd())  # noqa: PTH109 - pathlib is not loaded yet
except FileNotFoundError:
    _here = ""
sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != _here]

from cinetag_plugin.cli.main import run  # noqa: E402 - only after the path is clean

run()
