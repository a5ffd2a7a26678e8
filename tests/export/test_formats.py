"""What every format promises: whole files, the same bytes for the same document, faults in one line."""

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from made_films import NAMES, analysis, told, variable

from cinetag_plugin.document.files import read_analysis, render_record
from cinetag_plugin.export.events import events
from cinetag_plugin.export.formats import EXPORTERS
from cinetag_plugin.export.writing import write

# the table of docs on file names
SUFFIXES = {
    "otio": ".otio",
    "json": ".cinetag.json",
    "csv": ".csv",
    "fcpxml": ".fcpxml",
    "fcp7xml": ".fcp7xml.xml",
    "edl": ".edl",
    "resolve": ".resolve.edl",
    "avid": ".avid.txt",
    "avidxml": ".avid.xml",
    "aaf": ".aaf",
    "kdenlive": ".kdenlive.json",
    "shotcut": ".mlt",
    "blender": ".blender.py",
    "ffmetadata": ".ffmetadata.txt",
    "mkvchapters": ".mkvchapters.xml",
    "webvtt": ".webvtt.vtt",
    "srt": ".srt",
    "youtube": ".youtube.txt",
    "jsonl": ".jsonl",
    "select": ".select.txt",
    "sendcmd": ".sendcmd.txt",
    "segments": ".segments.csv",
}
BY_SLUG = {exporter.slug: exporter for exporter in EXPORTERS}
DATED = "aaf"  # whose library writes date and random numbers into every file
EACH = pytest.mark.parametrize("exporter", EXPORTERS, ids=list(BY_SLUG))
LONG = variable(
    [*range(0, 50_000, 40), *range(50_000, 60_000, 25)],
    Fraction(1, 1000),
    (0, 400, 900, 1300, 1650),
    tags=told().tags,
    tag_spans=told().tag_spans,
)

RENDER = """
import sys
from pathlib import Path
from cinetag_plugin.document.files import read_analysis
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.events import events
from cinetag_plugin.export.formats import EXPORTERS
analysis = read_analysis(Path(sys.argv[1]))
table = events(analysis, Names([builtin_vocabulary()]))
for exporter in EXPORTERS:
    if exporter.slug != "aaf":
        sys.stdout.buffer.write(exporter.render(table, analysis))
"""


def test_the_files_have_the_endings_that_are_promised():
    assert {slug: BY_SLUG[slug].suffix for slug in SUFFIXES} == SUFFIXES
    assert len(BY_SLUG) == len(EXPORTERS)
    assert len({exporter.suffix for exporter in EXPORTERS}) == len(EXPORTERS)


@EACH
def test_a_format_gives_the_same_bytes_twice_and_something_for_next_to_nothing(exporter):
    table = events(LONG, NAMES)
    assert exporter.render(table, LONG) == exporter.render(table, LONG) or exporter.slug == DATED
    bare = analysis(key_frames=())
    if exporter.slug != "youtube":  # which wants three chapters
        assert exporter.render(events(bare, NAMES), bare)


def test_the_json_format_is_the_document_itself(tmp_path):
    path = tmp_path / "film.cinetag.json"
    write(BY_SLUG["json"], [], told(), path)
    assert read_analysis(path) == told()


def test_the_same_document_gives_the_same_bytes_on_any_day_and_machine(tmp_path):
    document = tmp_path / "film.cinetag.json"
    document.write_bytes(render_record(LONG))
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONUTF8": "1"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"},
    ]
    written = {
        subprocess.run(
            [sys.executable, "-c", RENDER, str(document)],
            env=os.environ | surrounding,
            capture_output=True,
            check=True,
        ).stdout
        for surrounding in surroundings
    }
    assert len(written) == 1


def test_naming_the_formats_loads_no_library():
    code = "import sys, cinetag_plugin.export.formats; print('opentimelineio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
