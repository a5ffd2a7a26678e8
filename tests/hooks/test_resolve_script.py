"""The script for DaVinci Resolve, against a stand-in of its interface as it is described."""

import importlib.util
import json
import runpy
import sys
import types
from fractions import Fraction

import pytest

from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.colours import colour

# the sixteen that Resolve offers
COLOURS = {"Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia"} | {
    *("Rose", "Lavender", "Sky", "Mint", "Lemon", "Sand", "Cocoa", "Cream")
}


class FakeTimeline:
    """Keeps one marker a frame, counted from the timeline's start; takes nothing twice."""

    def __init__(self, rate):
        self.rate = rate
        self.markers = {}

    def GetSetting(self, name):  # noqa: N802
        return {"timelineFrameRate": self.rate}[name]

    def GetMarkers(self):  # noqa: N802
        return self.markers

    def AddMarker(self, frame, colour, name, note, duration, custom=""):  # noqa: N802
        assert type(frame) is int
        assert type(duration) is int
        assert duration >= 1
        assert colour in COLOURS
        if frame in self.markers:
            return False
        said = {"color": colour, "name": name, "note": note, "duration": duration, "customData": custom}
        self.markers[frame] = said
        return True

    def DeleteMarkerByCustomData(self, custom):  # noqa: N802
        (frame,) = [at for at, marker in self.markers.items() if marker["customData"] == custom]
        del self.markers[frame]
        return True


class OldTimeline(FakeTimeline):
    """Knows no custom data, and its frames are told as numbers with a point."""

    def AddMarker(self, frame, colour, name, note, duration):  # noqa: N802
        return super().AddMarker(frame, colour, name, note, duration)

    def GetMarkers(self):  # noqa: N802
        return {float(frame): marker for frame, marker in self.markers.items()}


class FakeResolve:
    """Project manager, project and host in one."""

    def __init__(self, timeline):
        self.timeline = timeline

    def GetProjectManager(self):  # noqa: N802
        return self

    def GetCurrentProject(self):  # noqa: N802
        return self

    def GetCurrentTimeline(self):  # noqa: N802
        return self.timeline


@pytest.fixture
def path(request):
    return request.config.rootpath / "hooks" / "nle" / "resolve_markers.py"


@pytest.fixture
def script(path):
    spec = importlib.util.spec_from_file_location("resolve_markers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def document(**film):
    """An analysis as JSON, from its documented form."""
    facts = {"rate": "24000/1001", "variable_rate": False, "time_base": "1001/24000", "timing": []}
    return {
        "film": facts | film,
        "tags": [
            {"tag": "war", "relative_strength": 0.82},
            {"tag": "forest", "relative_strength": 0.9},
        ],
        "tag_spans": [{"tag": "war", "start": 0, "end": 480, "strength": 0.82, "probability": 0.91}],
        "beats": [
            {"category": "battle", "start": 125, "end": 175, "confidence": 0.81},
            {"category": "men_pursuit", "start": 720, "end": 721, "confidence": 0.5},
        ],
    }


def test_markers_count_from_the_start_of_the_timeline_whatever_its_timecode(script):
    timeline = FakeTimeline("23.976")
    said = script.main(FakeResolve(timeline), document(start_timecode="01:00:00:00"))
    assert said == "cinetag: 3 markers"
    told = {f: (m["color"], m["name"], m["duration"]) for f, m in timeline.markers.items()}
    assert told == {
        0: ("Cream", "Film: War 0.82 + War", 480),
        125: ("Red", "Battle", 50),
        720: ("Yellow", "Men pursuit", 1),
    }
    assert timeline.markers[125]["note"] == "beat - confidence 0.81"


def test_a_second_run_replaces_our_markers_and_leaves_those_of_others(script):
    timeline = FakeTimeline("24.0")
    timeline.AddMarker(7, "Blue", "mine", "", 1, "mine")
    script.main(FakeResolve(timeline), document(rate="24/1"))
    first = dict(timeline.markers)
    assert script.main(FakeResolve(timeline), document(rate="24/1")) == "cinetag: 3 markers"
    assert timeline.markers == first
    assert timeline.markers[7]["name"] == "mine"


def test_a_frame_that_is_taken_is_reported(script):
    timeline = FakeTimeline(24.0)
    timeline.AddMarker(125, "Blue", "mine", "", 1, "")
    said = script.main(FakeResolve(timeline), document(rate="24/1"))
    assert said.startswith("cinetag: 2 markers; frames where Resolve took none")
    assert said.endswith(": 125")


def test_a_marker_whose_frame_is_taken_goes_on_the_next_free_one_where_that_is_wished(script):
    timeline = FakeTimeline(24.0)
    for frame in (125, 126):
        timeline.AddMarker(frame, "Blue", "mine", "", 1, f"mine {frame}")
    said = script.main(FakeResolve(timeline), document(rate="24/1"), nudge=True)
    assert said == "cinetag: 3 markers, 1 of them later than they should be"
    assert timeline.markers[127]["name"] == "Battle"
    assert timeline.markers[125]["name"] == "mine"


def test_a_timeline_of_another_rate_is_marked_at_the_same_times(script):
    timeline = FakeTimeline("50")
    script.main(FakeResolve(timeline), document(rate="25/1"))
    assert sorted(timeline.markers) == [0, 250, 1440]
    assert timeline.markers[250]["duration"] == 100


def test_films_of_variable_rate_are_marked_by_their_times(script):
    # 25 frames a second to frame 100, then 50
    runs = [{"frame": 0, "pts": 500, "step": 40}, {"frame": 100, "pts": 4500, "step": 20}]
    timeline = FakeTimeline("25")
    script.main(FakeResolve(timeline), document(variable_rate=True, time_base="1/1000", timing=runs))
    assert sorted(timeline.markers) == [0, 113, 410]


@pytest.mark.parametrize(
    ("setting", "rate"),
    [
        ("23.976", Fraction(24000, 1001)),
        (24.0, Fraction(24)),
        ("29.97 DF", Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        ("60", Fraction(60)),
        ("25", Fraction(25)),
    ],
)
def test_rates_are_read_as_resolve_says_them(script, setting, rate):
    assert script.timeline_rate(setting) == rate


@pytest.mark.parametrize(("numerator", "per_second"), [(24000, 24), (30000, 30), (60000, 60)])
def test_no_frame_of_two_hours_is_off(script, numerator, per_second):
    rate = Fraction(numerator, 1001)
    place = script.placed({"rate": f"{numerator}/1001", "variable_rate": False}, rate)
    frames = range(0, 7200 * per_second, 997)
    assert [place(frame) for frame in frames] == list(frames)


def test_the_colours_are_those_of_the_exported_files(script):
    names = Names([builtin_vocabulary()])
    for known in names.beat_classes:
        key = f"beat.{names.beat_family(known.slug)}"
        assert script.colour_of(known.slug, script.BEAT_COLOURS) == colour(key, "resolve_api")
    for tag in names.tags:
        assert script.colour_of(tag.slug, script.TAG_COLOURS) == colour(f"tag.{tag.group}", "resolve_api")
    assert script.colour_of("of_a_plugin", script.TAG_COLOURS) == colour("tag.other", "resolve_api")


def test_without_a_timeline_it_says_so(script):
    with pytest.raises(RuntimeError, match="no timeline is open"):
        script.main(FakeResolve(None), document())


def test_run_from_the_menu_it_takes_the_analysis_beside_it(path, tmp_path, monkeypatch, capsys):
    (tmp_path / "film.cinetag.json").write_text(json.dumps(document()), encoding="utf-8")
    copied = tmp_path / "resolve_markers.py"
    copied.write_bytes(path.read_bytes())
    monkeypatch.setattr(sys, "argv", [str(copied)])
    timeline = FakeTimeline("23.976")
    runpy.run_path(str(copied), {"resolve": FakeResolve(timeline)}, run_name="__main__")
    assert capsys.readouterr().out == "cinetag: 3 markers\n"
    assert len(timeline.markers) == 3


def test_several_analyses_beside_it_are_too_many(path, tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / f"{name}.cinetag.json").write_text("{}", encoding="utf-8")
    copied = tmp_path / "resolve_markers.py"
    copied.write_bytes(path.read_bytes())
    monkeypatch.setattr(sys, "argv", [str(copied)])
    with pytest.raises(RuntimeError, match="2 analyses beside this file"):
        runpy.run_path(str(copied), {"resolve": FakeResolve(None)}, run_name="__main__")


def test_an_older_resolve_is_marked_without_custom_data(script):
    timeline = OldTimeline("24.0")
    timeline.AddMarker(720, "Blue", "mine", "", 1)
    said = [script.main(FakeResolve(timeline), document(rate="24/1")) for _ in range(2)]
    assert said[0].startswith("cinetag: 2 markers; frames where Resolve took none")
    assert said[1] == said[0]
    assert sorted(timeline.markers) == [0, 125, 720]
    assert timeline.markers[720]["name"] == "mine"


def test_where_the_host_names_no_file_the_analysis_is_that_in_the_current_folder(
    path, tmp_path, monkeypatch, capsys
):
    (tmp_path / "film.cinetag.json").write_text(json.dumps(document()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [""])
    host = {"__name__": "__main__", "resolve": FakeResolve(FakeTimeline("24"))}
    exec(compile(path.read_text(encoding="utf-8"), "<script>", "exec"), host)
    assert capsys.readouterr().out == "cinetag: 3 markers\n"


def test_a_resolve_that_does_not_run_is_told_in_one_line(path, monkeypatch):
    bridge = types.ModuleType("DaVinciResolveScript")
    bridge.scriptapp = lambda name: None
    monkeypatch.setitem(sys.modules, bridge.__name__, bridge)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(path), run_name="__main__")
    assert ended.value.code.startswith("cinetag: Resolve does not answer: start ")
