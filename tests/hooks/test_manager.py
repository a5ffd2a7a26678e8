"""Plugins: what they offer is collected, what fails is named and left out."""

import math
from fractions import Fraction
from importlib import metadata

import msgspec
import pytest

from cinetag_plugin.document.contracts import (
    DetectorSpec,
    EvidenceSpec,
    Exporter,
    Frame,
    GroupingSpec,
    Tag,
    Vocabulary,
)
from cinetag_plugin.document.errors import PluginError
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    DetectorUse,
    Film,
    KeyFrame,
    Shot,
    Span,
    TagScore,
    TagSpan,
    Timing,
    Transition,
)
from cinetag_plugin.export import formats as export_formats
from cinetag_plugin.hooks import Scores, hookimpl, specs
from cinetag_plugin.hooks.manager import Plugins

OURS = export_formats.EXPORTERS


class _Point:
    """An entry point of a plugin that needs no installation."""

    dist = None
    value = "somewhere:plugin"

    def __init__(self, name: str, plugin: object) -> None:
        self.name = name
        self._plugin = plugin

    def load(self) -> object:
        if isinstance(self._plugin, Exception):
            raise self._plugin
        return self._plugin


@pytest.fixture
def with_plugins(monkeypatch):
    """Return a function that loads cinetag with the given plugins, by name."""

    def load(*, strict: bool = False, warn=lambda line: None, **plugins: object) -> Plugins:
        points = [_Point(name, plugin) for name, plugin in plugins.items()]
        monkeypatch.setattr(metadata, "entry_points", lambda group: points)
        return Plugins(strict=strict, warn=warn)

    return load


def _key_frame(**changes: object) -> KeyFrame:
    plain = KeyFrame(index=0, shot=0, frame=5, pts=5, entropy=12.0)
    return msgspec.structs.replace(plain, **changes)


class _Mood:
    @hookimpl
    def cinetag_register_vocabulary(self):
        return [Vocabulary(name="moods", tags=(Tag(slug="gloomy", name="Gloomy", group="form"),))]

    @hookimpl
    def cinetag_refine_label(self, key_frame, picture):
        return Scores(tags=(TagScore(tag="gloomy", probability=0.9), *key_frame.tags))


class _Raises:
    @hookimpl
    def cinetag_register_exporters(self):
        raise ZeroDivisionError("no luck")

    @hookimpl
    def cinetag_refine_label(self, key_frame):
        raise KeyError("gone")


class _AnswersNonsense:
    @hookimpl
    def cinetag_register_exporters(self):
        return ["not an exporter"]

    @hookimpl
    def cinetag_key_frame_accepted(self, film, key_frame):
        return "yes"


class _TakesOurName:
    @hookimpl
    def cinetag_register_exporters(self):
        return [Exporter(slug="otio", suffix=".otio", render=lambda events, analysis: b"")]


class _Misspelt:
    @hookimpl
    def cinetag_refine_lable(self):
        return None


def test_our_own_plugins_offer_what_the_command_line_names():
    plugins = Plugins(only_own=True)
    assert {"accurate", "paper"} <= set(plugins.detectors())
    assert {"otio", "json", "csv"} <= set(plugins.exporters())
    assert len(plugins.names().tags) == 50


def test_a_plugin_extends_the_vocabulary(with_plugins):
    assert with_plugins(mood=_Mood()).names().group("gloomy") == "form"


def test_labels_go_through_a_chain(with_plugins):
    plugins = with_plugins(mood=_Mood(), again=_Mood())
    refined = plugins.refined_label(_key_frame(), picture=None)
    assert [score.tag for score in refined.tags] == ["gloomy", "gloomy"]


def test_a_plugin_that_raises_is_named_and_left_out(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, broken=_Raises(), mood=_Mood())
    assert "otio" in plugins.exporters()
    assert plugins.refined_label(_key_frame(), picture=None).tags[0].tag == "gloomy"
    assert any("broken" in line and "no luck" in line for line in lines)
    assert any("broken" in line and "gone" in line for line in lines)
    (listed,) = [loaded for loaded in plugins.loaded() if loaded.name == "broken"]
    assert "no luck" in listed.fault


def test_strict_ends_the_run(with_plugins):
    plugins = with_plugins(strict=True, broken=_Raises())
    with pytest.raises(PluginError, match="broken"):
        plugins.exporters()


@pytest.mark.parametrize("plugin", [_AnswersNonsense(), _TakesOurName()])
def test_an_unusable_offer_is_refused(with_plugins, plugin):
    lines: list[str] = []
    exporters = with_plugins(warn=lines.append, odd=plugin).exporters()
    assert exporters["otio"] in OURS
    assert all(isinstance(exporter, Exporter) for exporter in exporters.values())
    assert len(lines) == 1
    assert "odd" in lines[0]


def test_a_misspelt_hook_is_a_fault_not_silence(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, typo=_Misspelt())
    assert "typo" in lines[0]
    assert "cinetag_refine_lable" in lines[0]
    assert plugins.names().tags


def test_a_plugin_that_cannot_be_imported_is_listed(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, absent=ImportError("no module named lost"))
    (listed,) = [loaded for loaded in plugins.loaded() if loaded.name == "absent"]
    assert "no module named lost" in listed.fault
    assert len(lines) == 1


@pytest.mark.parametrize(("entropy", "accepted"), [(0.2, False), (0.21, True), (12.0, True)])
def test_the_entropy_gate_lets_pass_what_lies_above_it(entropy, accepted):
    assert Plugins(only_own=True).accepts(None, _key_frame(entropy=entropy)) is accepted


def test_the_gate_has_the_threshold_of_the_settings():
    from cinetag_plugin.pipeline import Analyzer
    from cinetag_plugin.settings import Settings

    plugins = Plugins(only_own=True)
    with Analyzer(Settings(only="shots", entropy=15), plugins=plugins):
        assert not plugins.accepts(None, _key_frame(entropy=12.0))


def test_a_plugin_decides_before_the_gate(with_plugins):
    class Refuses:
        @hookimpl
        def cinetag_key_frame_accepted(self, key_frame):
            return False if key_frame.frame == 5 else None

    plugins = with_plugins(refuses=Refuses())
    assert not plugins.accepts(None, _key_frame(frame=5))
    assert plugins.accepts(None, _key_frame(frame=6))


class _Exits:
    @hookimpl
    def cinetag_register_evidence(self):
        raise SystemExit(7)


def test_a_plugin_cannot_end_the_program(with_plugins):
    lines: list[str] = []
    assert with_plugins(warn=lines.append, quitter=_Exits()).evidence() == {}
    assert "SystemExit" in lines[0]


def test_a_plugin_with_the_name_of_ours_does_not_hide_it(with_plugins):
    plugins = with_plugins(**{"cinetag.entropy-gate": _Mood()})
    listed = {loaded.name: loaded for loaded in plugins.loaded()}
    assert listed["cinetag.entropy-gate"].origin == "cinetag"
    assert not listed["cinetag.entropy-gate"].fault
    assert listed["cinetag.entropy-gate of somewhere:plugin"].hooks


class _BreaksTheDocument:
    @hookimpl
    def cinetag_refine_tags(self, analysis):
        spans = (TagSpan(tag="war", start=0, end=99_999, strength=0.5, probability=float("nan")),)
        return msgspec.structs.replace(analysis, tag_spans=spans)


def _analysis() -> Analysis:
    film = Film(
        path="f.mp4", name="f", frames=10, rate=Fraction(25), variable_rate=False, time_base=Fraction(1, 25),
        start_pts=0, width=4, height=4, duration=0.4, timing=(Timing(frame=0, pts=0, step=1),),
    )  # fmt: skip
    start = Transition(kind="start", start=0, end=0)
    return Analysis(
        created_by="test",
        film=film,
        analysed=Span(start=0, end=10),
        detector=DetectorUse(name="none", version="1"),
        shots=(Shot(index=0, start=0, end=10, transition_in=start),),
    )


def test_a_refinement_that_contradicts_the_film_is_not_taken(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, breaker=_BreaksTheDocument())
    assert plugins.refined_tags(_analysis()) == _analysis()
    assert "breaker" in lines[0]


class _Careless:
    """Offers a detector, a measure and a format that all raise when they are used."""

    @hookimpl
    def cinetag_register_detectors(self):
        return [DetectorSpec(name="careless", version="1", make=_CarelessDetector, context=0)]

    @hookimpl
    def cinetag_register_evidence(self):
        return [EvidenceSpec(name="careless", make=lambda stream: 1 / 0)]

    @hookimpl
    def cinetag_register_groupings(self):
        return [GroupingSpec(name="careless", group=lambda analysis: ["an event"])]

    @hookimpl
    def cinetag_register_exporters(self):
        return [Exporter(slug="careless", suffix=".c", render=lambda events, analysis: "text")]


class _CarelessDetector:
    def __init__(self, stream, threshold):
        pass

    def feed(self, frame):
        return [frame.index]

    def finish(self):
        raise RuntimeError("no end")


def test_what_a_plugin_offers_fails_under_its_own_name(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, careless=_Careless())
    detector = plugins.detectors()["careless"].make(None, None)
    frame = Frame(0, 0, None, None, None)
    with pytest.raises(PluginError, match=r"plugin careless.*not Boundary"):
        detector.feed(frame)
    with pytest.raises(PluginError, match=r"plugin careless.*no end"):
        detector.finish()
    with pytest.raises(PluginError, match=r"plugin careless.*not bytes"):
        plugins.exporters()["careless"].render([], _analysis())
    with pytest.raises(PluginError, match=r"plugin careless.*not BeatEvent"):
        plugins.groupings()["careless"].group(_analysis())
    assert not lines


class _WholeFilm:
    @hookimpl
    def cinetag_register_groupings(self):
        return [GroupingSpec(name="whole", group=self._group)]

    def _group(self, analysis):
        end = analysis.analysed.end
        return [BeatEvent(category="pursuit", start=0, end=end, confidence=0.5)]


def test_a_grouping_of_a_plugin_makes_the_beats(with_plugins, shared):
    from cinetag_plugin.pipeline import Analyzer
    from cinetag_plugin.settings import Settings

    settings = Settings(only={"shots", "beats"}, grouping="whole")
    with Analyzer(settings, plugins=with_plugins(whole=_WholeFilm())) as analyzer:
        (beat,) = analyzer.analyze(shared / "media" / "odd" / "rate_25.mp4").beats
    assert (beat.category, beat.start, beat.end) == ("pursuit", 0, 72)


class _Empty:
    """A measure that is falsy, and counts how often it was made."""

    made = 0

    def __init__(self, stream):
        type(self).made += 1

    def __len__(self):
        return 0

    def feed(self, frame):
        return self.made


class _OffersEmpty:
    @hookimpl
    def cinetag_register_evidence(self):
        return [EvidenceSpec(name="empty", make=_Empty)]


def test_a_measure_is_made_once_a_film(with_plugins):
    evidence = with_plugins(empty=_OffersEmpty()).evidence()["empty"].make(None)
    assert [evidence.feed(Frame(i, i, None, None, None)) for i in range(3)] == [1, 1, 1]


def test_a_failing_measure_is_told_once_and_measures_nothing(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, careless=_Careless())
    evidence = plugins.evidence()["careless"].make(None)
    values = [evidence.feed(Frame(i, i, None, None, None)) for i in range(3)]
    assert all(math.isnan(value) for value in values)
    assert len(lines) == 1
    assert "careless" in lines[0]


class _Deaf:
    def __init__(self, stream):
        pass

    def hear(self, samples):
        raise ValueError("deaf")


class _OffersSound:
    @hookimpl
    def cinetag_register_evidence(self):
        return [
            EvidenceSpec(name="seen", make=_Empty),
            EvidenceSpec(name="heard", make=_Deaf, hears=True),
        ]


def test_measures_of_sound_are_told_from_those_of_frames(with_plugins):
    lines: list[str] = []
    plugins = with_plugins(warn=lines.append, both=_OffersSound())
    assert set(plugins.evidence()) == {"seen"}
    assert set(plugins.evidence(hears=True)) == {"heard"}
    evidence = plugins.evidence(hears=True)["heard"].make(None)
    assert all(math.isnan(evidence.hear(None)) for _ in range(3))
    assert len(lines) == 1
    assert "deaf" in lines[0]


def test_every_hook_stands_in_the_documentation(request):
    text = (request.config.rootpath / "docs" / "hooks.md").read_text(encoding="utf-8")
    for name, function in vars(specs).items():
        if name.startswith("cinetag_"):
            arguments = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
            assert f"`{name}({arguments})`" in text


def test_every_hook_stands_in_the_example(request):
    example = request.config.rootpath / "hooks" / "pluggy" / "cinetag-example" / "src" / "cinetag_example.py"
    text = example.read_text(encoding="utf-8")
    missing = [name for name in vars(specs) if name.startswith("cinetag_") and f"def {name}(" not in text]
    assert not missing
