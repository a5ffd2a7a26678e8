"""The timelines open in every supported release of OpenTimelineIO.

CINETAG_OTIO_PYTHONS names interpreters that have one each, divided as in PATH.
"""

import os
import subprocess
import sys
from pathlib import Path

import opentimelineio
import pytest
from made_films import NAMES, film, told, variable

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import STANDARD_RATES
from cinetag_plugin.export.events import events
from cinetag_plugin.export.otio import render, timeline

OPENS = Path(__file__).with_name("opens_in_otio.py")
OTHERS = [path for path in os.environ.get("CINETAG_OTIO_PYTHONS", "").split(os.pathsep) if path]


def _at(rate):
    facts = {name: getattr(told(), name) for name in Analysis.__struct_fields__}
    return Analysis(**facts | {"film": film(720, rate, start_timecode="23:59:50:00")})


@pytest.fixture(scope="module")
def timelines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timelines")
    for number, rate in enumerate(STANDARD_RATES):
        source = _at(rate)
        (folder / f"rate{number}.otio").write_bytes(render(events(source, NAMES), source))
    varying = variable([0, 40, 80, 137, 160], 1 / STANDARD_RATES[3], (0, 3, 5))
    (folder / "variable.otio").write_bytes(render(events(varying, NAMES), varying))
    both = timeline(events(told(), NAMES), told(), markers="both", transitions=True)
    schemas = opentimelineio.versioning.fetch_map("OTIO_CORE", "0.15.0")
    opentimelineio.adapters.write_to_file(both, str(folder / "both.otio"), target_schema_versions=schemas)
    return [str(path) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("python", [sys.executable, *OTHERS])
def test_every_timeline_opens(python, timelines):
    done = subprocess.run([python, str(OPENS), *timelines], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_oldest_and_the_newest_release_were_tried():
    if not OTHERS:
        pytest.skip("CINETAG_OTIO_PYTHONS names no other interpreters with OpenTimelineIO")
    show = "import opentimelineio as o; print(o.__version__)"
    found = {subprocess.check_output([python, "-c", show], text=True).strip() for python in OTHERS}
    assert {"0.16.0", "0.17.0"} <= found | {opentimelineio.__version__}
