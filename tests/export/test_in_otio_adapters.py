"""Final Cut Pro 7 XML and EDL, read by the adapters that OpenTimelineIO brought until 0.16."""

import json
import os
import re
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path

import pytest
from made_films import GRIDS, analysis, counted, event, film
from other_programs import run

from cinetag_plugin.export import edl, fcp7xml

READS = Path(__file__).with_name("read_in_otio.py")
PYTHONS = [path for path in os.environ.get("CINETAG_OTIO_PYTHONS", "").split(os.pathsep) if path]
SPANS = [(0, 1), (0, 240), (125, 175), (240, 241), (1799, 1801), (17_981, 18_000)]
BORDERS = (0, 1, 240, 1800, 17_982, 18_000)
SHOTS = [list(span) for span in pairwise(BORDERS)]
STARTS = [None, "01:00:00", "10:00:00"]


def read(adapter: str, files: list[str]) -> list[dict]:
    """Return what the first interpreter that has the adapter understands of each file."""
    for python in PYTHONS:
        lines = run([python, READS, adapter, *files]).decode().splitlines()
        if found := [json.loads(line) for line in lines if line != "null"]:
            return found
    pytest.skip(f"CINETAG_OTIO_PYTHONS names no interpreter with OpenTimelineIO's adapter {adapter}")
    return []


def films(fastest: Fraction):
    """A film of 18 000 frames at every rate and start."""
    for (rate, drop, *_), start in product(GRIDS, STARTS):
        if rate <= fastest:
            label = f"{start}{';' if drop else ':'}00" if start else None
            yield analysis(film(18_000, rate, start_timecode=label, drop_frame=drop), BORDERS)


def written(folder: Path, render, sources) -> list[str]:
    """Write each film's file; return their names, with rates."""
    names = []
    for number, source in enumerate(sources):
        path = folder / f"{number}"
        path.write_bytes(render([event(a, b) for a, b in SPANS], source))
        names.append(f"{path}@{source.film.rate}")
    return names


def test_markers_and_clips_of_final_cut_pro_7_xml_are_on_their_frames(tmp_path):
    names = [re.sub("@.*", "@", name) for name in written(tmp_path, fcp7xml.render, films(Fraction(60)))]
    for found in read("fcp_xml", names):
        # the adapter reads a point as without length
        assert found["markers"] == [[a, a if b == a + 1 else b] for a, b in SPANS]
        assert found["clips"] == found["sources"] == SHOTS


def test_clips_and_locators_of_an_edl_are_on_their_frames(tmp_path):
    sources = list(films(Fraction(30)))
    names = written(tmp_path, edl.render, sources)
    for found, source in zip(read("cmx_3600", names), sources, strict=True):
        first = counted(source.film)[0]
        assert found["clips"] == SHOTS
        assert found["sources"] == [[first + a, first + b] for a, b in SHOTS]
        # the adapter knows no locator in drop frame: its pattern has no semicolon
        places = [] if source.film.drop_frame else [a for a, _ in SPANS]
        assert [a - first for a, _ in found["clip_markers"]] == places
