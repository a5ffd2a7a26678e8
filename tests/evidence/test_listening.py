"""The evidence ``sound`` of whole films: measures on the right shots, warnings, nothing left running."""

import contextlib
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from made_sound_models import LENGTH, lay_down, lay_sound_model, tiny

from cinetag_plugin import Settings, analyze
from cinetag_plugin.document.contracts import ModelOutput
from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.document.records import Shot, Transition
from cinetag_plugin.evidence.beside import Beside
from cinetag_plugin.evidence.choice import KINDS, opened_kinds
from cinetag_plugin.evidence.kinds import EvidenceKind, Found
from cinetag_plugin.evidence.listening import sound_kind
from cinetag_plugin.evidence.spans import stretches
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.probe import probe
from cinetag_plugin.models.store import ModelStore

SOUND = Settings(only="shots", plugins=False, evidence="sound")

SCENES = (
    "color=red:s=96x64:r=25:d=2[r];color=green:s=96x64:r=25:d=2[g];color=blue:s=96x64:r=25:d=2[b];"
    "[r][g][b]concat=n=3[v];"
)
"""Three shots of two seconds."""

LOUD_IN_THE_MIDDLE = "aevalsrc='0.5*sin(2*PI*440*t)*between(t,2,3.999)':s=48000:d=6[a]"


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")

    def run(name, sound, *options):
        path = folder / name
        if not path.exists():
            maps = ["-map", "[v]", *(["-map", "[a]"] if sound else [])]
            command = [
                find_ffmpeg().path,
                "-v",
                "error",
                "-nostdin",
                "-filter_complex",
                (SCENES + sound).rstrip(";"),
                *maps,
            ]
            subprocess.run([*command, *options, str(path)], check=True)
        return path

    return run


@pytest.fixture
def film(make):
    return make("loud.mp4", LOUD_IN_THE_MIDDLE, "-c:a", "aac")


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    """A user's folder of models, empty."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("CINETAG_MODELS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left():
    """Fail a test that leaves a thread or an FFmpeg behind."""
    before, running = set(threading.enumerate()), children()
    yield
    assert not [thread for thread in set(threading.enumerate()) - before if "film" in thread.name]
    assert not children() - running


def children():
    """Return the processes started by this one, where the kernel tells (Linux)."""
    found = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread may end meanwhile
            found |= set(listing.read_text().split())
    return found


def test_each_shot_has_the_sound_of_its_own_time(film):
    quiet, loud, quiet_again = (shot.measures for shot in analyze(film, SOUND).shots)
    assert loud["loudness"] == pytest.approx(-9.03, abs=0.3)
    assert loud["silence"] < 0.05
    assert quiet["silence"] > 0.95
    assert quiet_again["silence"] > 0.9
    assert max(quiet["loudness"], quiet_again["loudness"]) < loud["loudness"] - 15
    assert {"motion", "brightness", "cut_rate"} <= set(loud)


def test_without_being_asked_nothing_is_heard(film):
    analysis = analyze(film, replace_settings(SOUND, evidence=()))
    assert "loudness" not in analysis.shots[0].measures
    assert not analysis.warnings


def replace_settings(settings, **changes):
    given = {name: getattr(settings, name) for name in settings.__slots__}
    return Settings(**{**given, **changes})


def test_without_a_model_the_way_to_get_it_is_told(film):
    analysis = analyze(film, SOUND)
    assert not analysis.models
    (warning,) = analysis.warnings
    assert "speech, music" in warning
    assert "cinetag models pull yamnet" in warning


def test_with_a_model_its_measures_stand_beside_them_and_its_use_is_recorded(film, models):
    labels = ModelOutput(kind="scores", labels=("Music", "Speech"))
    card = lay_sound_model(models, output=labels)
    analysis = analyze(film, SOUND)
    assert not analysis.warnings
    assert [(use.role, use.name, use.sha256) for use in analysis.models] == [("sound", "ear", card.sha256)]
    assert analysis.models[0].labels == ("speech", "music")
    for shot in analysis.shots:
        assert {"loudness", "onsets", "silence", "speech", "music"} <= set(shot.measures)
        assert all(0 <= shot.measures[name] <= 1 for name in ("speech", "music"))


def test_a_model_that_fails_ends_the_film(film, models):
    """Its outputs are no probabilities: sums that the card takes for them."""
    net = tiny.Net()
    taken = net.tensor("sound", (1, LENGTH))
    given = net.dense(taken, np.full((LENGTH, 2), 100.0, np.float32), "sums")
    card = lay_sound_model(models, output=ModelOutput(kind="scores", labels=("Music", "Speech")))
    lay_down(models, card, net.content([taken], [given]))
    with pytest.raises(ModelError, match="ear"):
        analyze(film, SOUND)


def test_a_film_without_sound_says_so(make):
    analysis = analyze(make("mute.mp4", ""), SOUND)
    assert "the film has no sound to listen to" in analysis.warnings
    assert len(analysis.shots) == 3
    assert "loudness" not in analysis.shots[0].measures


def test_broken_sound_fails_no_film(film, tmp_path):
    broken = tmp_path / "broken.mp4"
    noise = ["-c", "copy", "-bsf:a", "noise=amount=1"]
    subprocess.run([find_ffmpeg().path, "-v", "error", "-i", film, *noise, broken], check=True)
    analysis = analyze(broken, SOUND)
    assert len(analysis.shots) == 3
    assert "loudness" not in analysis.shots[0].measures
    assert any(warning.startswith("its sound cannot be decoded") for warning in analysis.warnings)


def test_sound_that_ends_early_is_said(make):
    short = make("short.mkv", "sine=d=0.5[a]", "-c:a", "pcm_s16le", "-c:v", "mjpeg")
    analysis = analyze(short, SOUND)
    assert any("the sound ends 5.5 s before the pictures" in warning for warning in analysis.warnings)
    assert "loudness" in analysis.shots[0].measures
    assert "loudness" not in analysis.shots[2].measures


def test_a_part_of_the_film_has_the_same_sound(film):
    whole = analyze(film, SOUND).shots[1]
    part = analyze(film, replace_settings(SOUND, start="2", end="4")).shots
    assert [(shot.start, shot.end) for shot in part] == [(50, 100)]
    for name in ("loudness", "silence", "onsets"):
        assert part[0].measures[name] == pytest.approx(whole.measures[name])


def test_the_fast_detector_listens_too(tmp_path, monkeypatch):
    """Eight shots of noise, unlike and unlike in length; a tone from the fourth second to the fifth."""
    monkeypatch.setattr("cinetag_plugin.shots.fast.FEWEST", 100)
    lengths = (37, 52, 41, 63, 45, 58, 39, 50)
    shots = ";".join(
        f"color=gray:s=48x27:r=25,noise=all_seed={7 * shot + 1}:alls=100,scale=192:108,"
        f"noise=all_seed=5:alls=14:allf=t,trim=end_frame={length},setpts=N/25/TB[s{shot}]"
        for shot, length in enumerate(lengths)
    )
    joined = "".join(f"[s{shot}]" for shot in range(len(lengths)))
    tone = "aevalsrc='0.5*sin(2*PI*440*t)*between(t,4,5)':s=48000:d=15[a]"
    graph = f"{shots};{joined}concat=n={len(lengths)},format=yuv420p[v];{tone}"
    film = tmp_path / "noise.mp4"
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-filter_complex", graph, "-map", "[v]"]
    subprocess.run([*command, "-map", "[a]", "-c:v", "libx264", "-preset", "veryfast", str(film)], check=True)
    analysis = analyze(film, replace_settings(SOUND, detector="fast"))
    assert analysis.detector.name == "fast"
    loud = [shot.index for shot in analysis.shots if shot.measures["silence"] < 0.5]
    assert [(analysis.shots[i].start, analysis.shots[i].end) for i in loud] == [(89, 130)]


def test_packages_say_that_their_sound_is_not_heard(shared):
    package = next((shared / "media" / "imf").iterdir(), None)
    analysis = analyze(package, SOUND)
    assert any("package" in warning and "not listened to" in warning for warning in analysis.warnings)


def test_a_kind_that_nobody_knows_is_refused(models):
    with ExitStack() as opened, pytest.raises(UsageError, match=r"--evidence smell.*choose from sound"):
        opened_kinds(["sound", "smell"], ModelStore(models), opened)


def test_leaving_early_ends_thread_and_child(make):
    """What a signal does: the with statement is left before anything is found."""
    film = make("hour.mkv", "anullsrc=r=16000:d=900[a]", "-c:a", "pcm_u8", "-c:v", "mjpeg")
    ffmpeg = find_ffmpeg()
    kind = sound_kind(ModelStore(Path("nowhere")), ExitStack())
    with contextlib.suppress(KeyboardInterrupt), Beside([kind], probe(film, ffmpeg), ffmpeg):
        raise KeyboardInterrupt


class Counting:
    """Evidence that counts the frames it sees."""

    def __init__(self, probe, ffmpeg):
        self.frames, self.closed = 0, False

    def see(self, frame):
        self.frames += 1

    def found(self, film, shots):
        measures = [{"counted": float(self.frames), "cut_rate": -1.0} for _ in shots]
        return Found(measures, warnings=("counted",))

    def close(self):
        self.closed = True


def test_evidence_that_sees_is_shown_every_frame(film, monkeypatch):
    made = []

    def begin(probe, ffmpeg):
        made.append(Counting(probe, ffmpeg))
        return made[-1]

    kinds = {**KINDS, "counting": lambda store, opened: EvidenceKind("counting", begin, sees=True)}
    monkeypatch.setattr("cinetag_plugin.evidence.choice.KINDS", kinds)
    analysis = analyze(film, replace_settings(SOUND, evidence="sound, counting"))
    assert analysis.shots[0].measures["counted"] == 150
    assert analysis.shots[0].measures["cut_rate"] > 0  # our own stays
    assert "loudness" in analysis.shots[0].measures
    assert "counted" in analysis.warnings
    assert made[0].closed


def test_a_shot_is_a_stretch_of_the_films_clock(film):
    analysis = analyze(film, replace_settings(SOUND, evidence=()))
    places = list(stretches(analysis.film, analysis.shots))
    assert places[1] == pytest.approx((2.0, 4.0))
    last = Shot(index=0, start=149, end=150, transition_in=Transition(kind="start", start=149, end=149))
    (end,) = stretches(analysis.film, [last])
    assert end.length == pytest.approx(0.04)
    assert end.at_least(0.4).length == pytest.approx(0.4)
    assert end.at_least(0.4).middle == pytest.approx(end.middle)
