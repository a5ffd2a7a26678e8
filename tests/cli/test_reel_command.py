"""``cinetag reel``: what is chosen, refused and written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import opentimelineio as otio
import pytest

import cinetag_plugin.pipeline
from cinetag_plugin.document.files import SUFFIX, read_analysis, render_record
from cinetag_plugin.document.records import BeatEvent, ModelUse, TagSpan
from numbered import analysis_of, made_film, number_of, shown

SIZE = (160, 90)
GROUPS = ("-c:v", "libx264", "-sc_threshold", "0", "-g", "12", "-bf", "2", "-crf", "10")


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> dict[str, Path]:
    """Two analysed films of 96 numbered frames, 24 and 25 a second, the second with sound."""
    folder = tmp_path_factory.mktemp("films")
    made = {
        "one": made_film(folder / "one.mp4", frames=96, coded=GROUPS),
        "two": made_film(folder / "two.mp4", frames=96, rate="25", beeps=[10]),
    }
    models = (
        ModelUse(role="tags", name="t", sha256="", delegate="cpu", labels=("weapon", "military", "desert")),
        ModelUse(role="beats", name="b", sha256="", delegate="cpu", labels=("battle", "romance")),
    )
    span = {"strength": 1.0, "shots": (0,)}
    spans = (
        TagSpan(tag="weapon", start=10, end=20, probability=0.5, **span),
        TagSpan(tag="military", start=15, end=40, probability=0.9, **span),
        TagSpan(tag="weapon", start=60, end=70, probability=0.7, **span),
    )
    beats = (BeatEvent(category="battle", start=65, end=80, confidence=0.6, shots=(0,), key_shot=0),)
    for name, path in made.items():
        analysis = analysis_of(path, tag_spans=spans, beats=beats, models=models)
        (folder / f"{name}{SUFFIX}").write_bytes(render_record(analysis))
    return {name: folder / f"{name}{SUFFIX}" for name in made}


@pytest.fixture
def reel(cinetag, tmp_path):
    """Make a reel; return what was told and the numbers of its frames."""

    def run(*arguments):
        target = tmp_path / "reel.mp4"
        told = cinetag("reel", *arguments, "-o", target, "-y")
        assert told.code == 0, told.err
        return told, [number_of(frame) for frame in shown(target, SIZE)]

    return run


def test_a_reel_has_the_scenes_of_a_tag_with_handles(films, reel):
    told, numbers = reel(films["one"], "--tags", "Weapon", "--handles", 2)
    assert numbers == [*range(8, 22), *range(58, 72)]
    assert "2 scenes, 1.2 s" in told.err
    assert "  00:00:00:08, 0.58 s, strength 0.50: weapon\n" in told.err
    assert "  00:00:02:10, 0.58 s, strength 0.70: weapon\n" in told.err


def test_all_at_once_in_the_order_of_strength(films, reel):
    _, numbers = reel(films["one"], "--tags", "weapon,military", "--match", "all")
    assert numbers == list(range(15, 20))
    _, numbers = reel(films["one"], "--tags", "weapon", "--beats", "battle", "--order", "strength")
    assert numbers == [*range(60, 80), *range(10, 20)]
    _, numbers = reel(films["one"], "--tags", "weapon,military", "--length", "1", "--order", "strength")
    assert numbers == list(range(15, 39))


def test_a_reel_may_be_copied(films, cinetag, tmp_path):
    target = tmp_path / "reel.mp4"
    told = cinetag("reel", films["one"], "--tags", "military", "--copy", "-o", target)
    assert told.code == 0, told.err
    assert "00:00:00:15 to 00:00:01:16: begins 0.12 s earlier, ends 0.33 s later" in told.err
    assert [number_of(frame) for frame in shown(target, SIZE)] == list(range(12, 48))


def test_a_timeline_refers_to_the_films_in_media_time(films, cinetag, tmp_path):
    target = tmp_path / "reel.otio"
    assert cinetag("reel", *films.values(), "--tags", "weapon", "-o", target).code == 0
    timeline = otio.adapters.read_from_file(str(target))
    picture, sound = timeline.tracks
    told = [
        (
            Path(clip.media_reference.target_url).name,
            clip.source_range.start_time.value,
            clip.source_range.duration.value,
            clip.source_range.start_time.rate,
        )
        for clip in picture
    ]
    assert told == [
        ("one.mp4", 10, 10, 24),
        ("one.mp4", 60, 10, 24),
        ("two.mp4", 10, 10, 25),
        ("two.mp4", 60, 10, 25),
    ]
    assert [isinstance(item, otio.schema.Gap) for item in sound] == [True, True, False, False]
    assert [item.duration() for item in sound] == [clip.duration() for clip in picture]
    assert picture[0].metadata["cinetag"]["labels"][0] == "weapon"


def test_a_summary_is_a_reel_too(films, reel):
    _, numbers = reel(films["one"], "--summary", "--length", "10")
    assert numbers == list(range(96))


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--tags", "weapn"], 2, "--tags weapn: no such label: these were looked for: desert, military"),
        (["--tags", "romance"], 4, "no model looked for romance: analyse it with a model that does"),
        (["--beats", "pursuit"], 4, "no model looked for pursuit"),
        (["--tags", "desert"], 4, "nothing in it was chosen"),
        (["--tags", ","], 2, "--tags: names nothing"),
        ([], 2, "no scenes are chosen"),
        (["--summary", "--tags", "weapon"], 2, "--summary: chooses by itself"),
        (["--tags", "weapon", "--length", "0"], 2, "leaves nothing"),
        (["--tags", "weapon", "--length", "0.02"], 2, "--length 0.02: is too short: give more seconds"),
        (["--summary", "--length", "0.02"], 2, "--length 0.02: is too short: give more seconds"),
        (["--summary", "--length", "1", "--handles", "24"], 2, "too short for any scene with handles of 24"),
        (["--tags", "weapon", "--length", "soon"], 2, "neither seconds"),
        (["--tags", "weapon", "--handles", "-1"], 2, "number of frames"),
        (["--tags", "weapon", "--copy", "--order", "strength"], 2, "keeps the order of time"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(films, cinetag, tmp_path, options, code, told):
    answer = cinetag("reel", films["one"], *options, "-o", tmp_path / "reel.mp4")
    assert answer.code == code
    assert told in answer.err
    assert answer.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_other_endings_and_standing_files_are_refused(films, cinetag, tmp_path):
    told = cinetag("reel", films["one"], "--tags", "weapon", "-o", tmp_path / "reel.gif")
    assert (told.code, told.err.count("\n")) == (2, 1)
    kept = tmp_path / "reel.mp4"
    kept.write_bytes(b"mine")
    assert cinetag("reel", films["one"], "--tags", "weapon", "-o", kept).code == 6
    assert kept.read_bytes() == b"mine"


def test_several_films_are_not_copied_into_one(films, cinetag, tmp_path):
    told = cinetag("reel", *films.values(), "--tags", "weapon", "--copy", "-o", tmp_path / "reel.mp4")
    assert told.code == 2
    assert "one film only" in told.err


def test_a_film_that_was_not_searched_for_a_tag_is_told(films, cinetag, tmp_path):
    document = json.loads(films["two"].read_text(encoding="utf-8"))
    document |= {"models": [], "tag_spans": [], "beats": []}
    bare = films["two"].parent / f"bare{SUFFIX}"
    bare.write_text(json.dumps(document), encoding="utf-8")
    told = cinetag("reel", films["one"], bare, "--tags", "weapon", "-o", tmp_path / "reel.otio")
    assert told.code == 0
    assert f"{bare}: no model looked for weapon there" in told.err


def test_at_most_forty_scenes_have_a_line_and_quiet_says_nothing(films, cinetag, tmp_path):
    command = ("reel", *[films["one"]] * 21, "--tags", "weapon", "-o", tmp_path / "reel.otio", "-y")
    told = cinetag(*command)
    assert told.err.count("strength") == 40
    assert "  and 2 more\n" in told.err
    assert cinetag(*command, "-q").err == ""


def test_a_reel_is_not_written_over_a_film_that_it_is_made_of(films, cinetag, tmp_path):
    film = Path(shutil.copy(films["one"].with_name("one.mp4"), tmp_path / "one.mp4"))
    analysis = Path(shutil.copy(films["one"], tmp_path / "one.cinetag.json"))
    told = json.loads(analysis.read_text(encoding="utf-8"))
    told["film"]["path"] = str(film)
    analysis.write_text(json.dumps(told), encoding="utf-8")
    before = film.read_bytes()
    found = cinetag("reel", analysis, "--tags", "weapon", "-o", film, "-y")
    assert found.code == 2
    assert f"{film} itself, which is read: name another output" in found.err
    assert film.read_bytes() == before


@pytest.fixture
def never_analysed(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a film was analysed")

    monkeypatch.setattr(cinetag_plugin.pipeline.Analyzer, "analyze", refuse)


def test_a_name_that_nobody_knows_ends_the_run_before_films_are_analysed(
    films, cinetag, tmp_path, never_analysed
):
    film = films["one"].with_name("one.mp4")
    told = cinetag("reel", film, films["two"], "--tags", "dessert", "-o", tmp_path / "reel.mp4")
    assert (told.code, told.err) == (
        2,
        "cinetag: --tags dessert: no such label: did you mean desert, heist?\n",
    )


def test_a_film_that_is_not_there_ends_the_run_before_others_are_analysed(
    films, cinetag, tmp_path, never_analysed
):
    film, gone = films["one"].with_name("one.mp4"), _without_film(films["two"], tmp_path)
    target = tmp_path / "new" / "folder" / "reel.mp4"
    for missing in (gone, tmp_path / "none.mp4"):
        told = cinetag("reel", film, missing, "--tags", "weapon", "-o", target)
        assert told.code == 4
        assert "no such file" in told.err
        assert not target.parent.parent.exists()


def test_a_film_that_is_not_there_and_not_needed_ends_nothing(films, cinetag, tmp_path, monkeypatch):
    analysis = read_analysis(films["one"])
    monkeypatch.setattr(cinetag_plugin.pipeline.Analyzer, "analyze", lambda *_, **__: analysis)
    gone = _without_film(films["two"], tmp_path, beats=[])
    film = films["one"].with_name("one.mp4")
    told = cinetag("reel", gone, film, "--beats", "battle", "-o", tmp_path / "reel.mp4")
    assert told.code == 0, told.err


def test_a_film_without_chosen_scenes_need_not_be_there(films, cinetag, tmp_path):
    gone = _without_film(films["two"], tmp_path, beats=[])
    target = tmp_path / "reel.mp4"
    told = cinetag("reel", gone, films["one"], "--beats", "battle", "-o", target)
    assert told.code == 0, told.err
    assert [number_of(frame) for frame in shown(target, SIZE)] == list(range(65, 80))


def _without_film(analysis: Path, folder: Path, **changes: object) -> Path:
    document = json.loads(analysis.read_text(encoding="utf-8")) | changes
    document["film"]["path"] = str(folder / "gone.mp4")
    gone = folder / f"gone{SUFFIX}"
    gone.write_text(json.dumps(document), encoding="utf-8")
    return gone


def test_a_timeline_of_analyses_needs_no_ffmpeg(films, cinetag, tmp_path):
    command = ("reel", films["one"], "--tags", "weapon", "--ffmpeg", tmp_path / "none", "-o")
    assert cinetag(*command, tmp_path / "reel.otio").code == 0
    assert cinetag(*command, tmp_path / "reel.mp4").code != 0


def test_a_failed_reel_leaves_no_folder(films, cinetag, tmp_path):
    target = tmp_path / "a" / "b" / "reel.mp4"
    assert cinetag("reel", films["one"], "--tags", "desert", "-o", target).code == 4
    assert list(tmp_path.iterdir()) == []


def test_programs_are_told_of_sound_and_pictures_in_frames(films, cinetag, tmp_path):
    blocks = tmp_path / "blocks"
    told = cinetag(
        "reel", films["two"], "--tags", "weapon", "-o", tmp_path / "r.mp4", "-q", "--progress", blocks
    )
    assert (told.code, told.err) == (0, "")
    lines = blocks.read_text().splitlines()
    assert [line for line in lines if line.startswith("frame=")][-1] == "frame=20"
    assert lines.count("progress=end") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals are told otherwise there")
def test_a_terminated_reel_leaves_nothing(films, tmp_path):
    command = [sys.executable, "-m", "cinetag_plugin", "reel", *[films["one"]] * 40, "--tags", "weapon"]
    child = subprocess.Popen([*command, "-o", tmp_path / "reel.mp4"], stderr=subprocess.PIPE, env=os.environ)
    while child.poll() is None and not list(tmp_path.glob(".cinetag-*/reel.mp4")):
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 143, err
    assert list(tmp_path.iterdir()) == []
