"""The project for Shotcut: clips that add up to the film, markers on their frames, XML for any text."""

import shutil
import subprocess
from fractions import Fraction
from xml.dom import minidom

import pytest
from hypothesis import given, settings
from made_films import NAMES, analysis, event, film, timed_tables, told
from plain_clock import seconds

from cinetag_plugin.document.records import Source
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.shotcut import render


class Plain:
    """What the project says, read with another parser than the writer's."""

    def __init__(self, content: bytes) -> None:
        self.document = minidom.parseString(content)
        profile = self.one("profile")
        self.rate = Fraction(*(int(profile.getAttribute(f"frame_rate_{part}")) for part in ("num", "den")))
        (track,) = [p for p in self.all("playlist") if p.getAttribute("id") == "playlist0"]
        self.clips = [
            (node.getAttribute("producer"), int(node.getAttribute("in")), int(node.getAttribute("out")) + 1)
            for node in track.getElementsByTagName("entry")
        ]
        self.markers = [
            {field.getAttribute("name"): _text(field) for field in node.getElementsByTagName("property")}
            for node in self.all("properties")
            if node.getAttribute("name").isdigit()
        ]

    def all(self, tag: str):
        return self.document.getElementsByTagName(tag)

    def one(self, tag: str):
        (found,) = self.all(tag)
        return found

    def resources(self) -> dict[str, str]:
        return {
            node.getAttribute("id"): _text(field)
            for node in self.all("producer")
            for field in node.getElementsByTagName("property")
            if field.getAttribute("name") == "resource"
        }

    def spans(self) -> list[tuple[int, int]]:
        """Frames of the markers: a point is one frame."""
        found = []
        for marker in self.markers:
            start, end = (self.frame(marker[which]) for which in ("start", "end"))
            found.append((start, max(end, start + 1)))
        return found

    def frame(self, clock: str) -> int:
        return int(seconds(clock, ".", 3) * self.rate + Fraction(1, 2))


def _text(node) -> str:
    return "".join(child.data for child in node.childNodes)


def test_the_example_of_the_film_of_three_shots():
    found = Plain(render(events(told(), NAMES, kinds=MARKED), told()))
    assert found.clips == [("producer0", 0, 240), ("producer0", 240, 480), ("producer0", 480, 720)]
    assert found.resources() == {"producer0": "/media/film.mov", "black": "0"}
    assert found.markers[2] == {
        "text": "Battle: beat - confidence 0.81 - shot 1",
        "start": "00:00:05.214",
        "end": "00:00:07.299",
        "color": "#D22C36",
    }
    assert found.spans() == [(0, 1), (0, 480), (125, 175), (240, 480)]


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_clips_add_up_and_every_marker_is_on_its_frame(drawn):
    source, table = drawn
    found = Plain(render(table, source))
    assert all(a < b for _, a, b in found.clips)
    assert [a for _, a, _ in found.clips] == [0, *(b for *_, b in found.clips)][:-1]
    assert len(found.clips) == len(source.shots)
    if not source.film.variable_rate:
        assert found.rate == source.film.rate
        assert found.clips[-1][2] == source.film.frames
        assert found.spans() == [(row.start, row.end) for row in table]
        assert [m["text"] for m in found.markers] == [row.name for row in table]


def test_a_film_of_several_files_is_cut_from_each_from_its_entry():
    rate = Fraction(24)
    parts = [Source(path=f"/m/{n}.mxf", start=50 * n, frames=50, entry=12, rate=rate) for n in range(2)]
    found = Plain(render([], analysis(film(100, rate, sources=tuple(parts)), (0, 30, 100))))
    assert found.clips == [("producer0", 12, 42), ("producer0", 42, 62), ("producer1", 12, 62)]
    assert found.resources()["producer1"] == "/m/1.mxf"
    assert not found.markers


@pytest.mark.parametrize("name", ["a & <b>.mov", "\x01\udcff\r.mov", "é 😀.mov"])
def test_any_file_name_gives_a_project_that_parses(name):
    said = Plain(render([], analysis(film(path=f"/media/{name}")))).resources()["producer0"]
    legal = [char for char in name if char not in "\x01\udcff\r"]
    assert said == f"/media/{name}" or [char for char in said[7:] if char != "\ufffd"] == legal


def test_mlt_loads_the_project(tmp_path):
    melt = shutil.which("melt")
    if melt is None:
        pytest.skip("melt is not installed")
    (tmp_path / "film.mlt").write_bytes(render([event(0, 9)], told()))
    run = [melt, str(tmp_path / "film.mlt"), "-consumer", f"xml:{tmp_path / 'again.mlt'}"]
    subprocess.run(run, check=True, timeout=60, stdin=subprocess.DEVNULL)
    assert b"shotcut:markers" in (tmp_path / "again.mlt").read_bytes()
