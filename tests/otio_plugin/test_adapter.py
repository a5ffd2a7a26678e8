"""OpenTimelineIO reads a film through the adapter ``cinetag``, and an analysis without the film."""

import json
import subprocess
import sys
from fractions import Fraction
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import opentimelineio as otio
import pytest

from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.settings import Settings


@pytest.fixture
def analysed(monkeypatch, analysis):
    """Stand in for the pipeline; return what it was asked."""
    asked = []

    def analyze(film, settings, *, plugins):
        asked.append((film, settings))
        return analysis

    monkeypatch.setitem(sys.modules, "cinetag_plugin.pipeline", SimpleNamespace(analyze=analyze))
    return asked


def _names(markers):
    return [marker.name for marker in markers]


def test_the_manifest_declares_hooks_and_attaches_none():
    manifest = json.loads(
        resources.files("cinetag_plugin.otio_plugin").joinpath("plugin_manifest.json").read_text()
    )
    assert [script["name"] for script in manifest["hook_scripts"]] == ["cinetag_mark"]
    assert set(map(len, manifest["hooks"].values())) == {0}
    assert "json" not in manifest["adapters"][0]["suffixes"]
    assert "cinetag" in otio.adapters.available_adapter_names()
    assert "cinetag_mark" in otio.hooks.available_hookscript_names()


@pytest.mark.parametrize("name", ["film.mp4", "film.MOV", "film.mkv", "film.mxf"])
def test_a_film_is_read_by_its_ending(analysed, name):
    timeline = otio.adapters.read_from_file(name)
    assert [film for film, _ in analysed] == [name]
    assert _names(timeline.tracks[0]) == ["Shot 001", "Shot 002", "Shot 003"]
    assert _names(timeline.tracks.markers) == ["War", "Battle"]
    assert timeline.global_start_time == otio.opentime.RationalTime(86400, 24)


def test_what_reading_takes_reaches_the_timeline_and_the_settings(analysed):
    given = {
        "markers": "clip",
        "detector": "paper",
        "only": "shots,tags",
        "rate": "23.976",
        "cut_list": "cuts.edl",
    }
    timeline = otio.adapters.read_from_file("film.mp4", adapter_name="cinetag", **given)
    assert _names(timeline.tracks.markers) == []
    assert [_names(clip.markers) for clip in timeline.tracks[0]] == [["War"], ["War", "Battle"], ["Battle"]]
    assert analysed[0][1] == Settings(
        detector="paper",
        only=frozenset({"shots", "tags"}),
        rate=Fraction(24000, 1001),
        cut_list=Path("cuts.edl"),
    )


@pytest.mark.parametrize("given", [{"markers": "nowhere"}, {"colour": "red"}, {"rate": "fast"}, {"top": 0}])
def test_an_argument_that_does_not_exist_is_told_before_any_work(analysed, given):
    with pytest.raises(UsageError):
        otio.adapters.read_from_file("film.mp4", **given)
    assert analysed == []


def test_an_analysis_is_read_without_the_film(analysed, document):
    timeline = otio.adapters.read_from_file(str(document), adapter_name="cinetag")
    assert _names(timeline.tracks.markers) == ["War", "Battle"]
    assert analysed == []


def test_a_document_that_is_none_is_told_in_one_line(document):
    document.write_text("{}")
    with pytest.raises(DocumentError, match="is not a valid analysis"):
        otio.adapters.read_from_file(str(document), adapter_name="cinetag")


def test_otioconvert_turns_an_analysis_into_a_timeline(document, tmp_path):
    target = tmp_path / "film.otio"
    command = [
        sys.executable,
        "-m",
        "opentimelineio.console.otioconvert",
        "-I",
        "cinetag",
        "-a",
        "markers=both",
    ]
    subprocess.run([*command, "-i", str(document), "-o", str(target)], check=True)
    timeline = otio.adapters.read_from_file(str(target))
    assert len(timeline.tracks.markers) == 2
    assert sum(len(clip.markers) for clip in timeline.find_clips()) == 4


def test_otioconvert_turns_a_film_into_a_timeline(shared, tmp_path):
    # 72 frames of three takes laid end to end, cut at 24 and 44, from 00:59:59;28
    film, target = shared / "media" / "odd" / "tc_2997df_00595928.mov", tmp_path / "film.otio"
    command = [sys.executable, "-m", "opentimelineio.console.otioconvert", "-a", "only=shots"]
    subprocess.run([*command, "-i", str(film), "-o", str(target)], check=True)
    timeline = otio.adapters.read_from_file(str(target))
    shown = [clip.source_range for clip in timeline.video_tracks()[0]]
    hour = 107_892
    assert [(r.start_time.value, r.duration.value) for r in shown] == [
        (hour - 2, 24),
        (hour + 22, 20),
        (hour + 42, 28),
    ]
    assert {clip.media_reference.target_url for clip in timeline.find_clips()} == {film.absolute().as_uri()}
