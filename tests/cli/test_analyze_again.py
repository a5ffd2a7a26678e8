"""``cinetag analyze`` of a film that was analysed before: what a person set there is kept."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.synth import make_demo_film

_MADE_CUTS = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    film = tmp_path_factory.mktemp("made") / "made.mp4"
    assert len(make_demo_film(film, find_ffmpeg())) == _MADE_CUTS
    return film


@pytest.fixture
def film(made, tmp_path) -> Path:
    return Path(shutil.copy(made, tmp_path / "made.mp4"))


@pytest.fixture
def again(cinetag, film):
    """Return a function that analyses the film, with ``-y`` over what stands; it returns what was told."""

    def analyse(*options: object):
        told = cinetag("analyze", film, "--only", "shots", "-y", "-o", film.parent, *options)
        assert told.code == 0, told.err
        return told

    return analyse


def _analysis(film: Path) -> Path:
    return film.with_name(f"{film.stem}{SUFFIX}")


def _corrected(film: Path) -> None:
    """Let a person name a beat and a span, and reject a tag."""
    document = json.loads(_analysis(film).read_bytes())
    of_person = {"start": 60, "end": 108, "shots": [1], "origin": "person"}
    document["beats"] = [{"category": "battle", "confidence": 0.5, "key_shot": 1, **of_person}]
    document["tag_spans"] = [{"tag": "sea", "strength": 0.5, "probability": 0.5, **of_person}]
    document["corrections"] = [{"kind": "tag", "name": "war", "start": 0, "end": 60}]
    _analysis(film).write_text(json.dumps(document), encoding="utf-8")


def _kept_lines(told) -> list[str]:
    return [line for line in told.err.splitlines() if ": kept " in line]


def test_what_a_person_set_is_kept_and_told(again, film):
    again()
    _corrected(film)
    before = read_analysis(_analysis(film))
    told = again("--threshold", "5")
    assert _kept_lines(told) == [
        f"cinetag: {film}: kept 3 that a person set: 1 tag span, 1 beat, 1 rejection"
    ]
    after = read_analysis(_analysis(film))
    assert after.detector != before.detector
    assert len(after.shots) == 1
    assert after.beats == (replace(before.beats[0], shots=(0,), key_shot=0),)
    assert after.tag_spans == (replace(before.tag_spans[0], shots=(0,)),)
    assert after.corrections == before.corrections
    assert "battle" in film.with_suffix(".otio").read_text(encoding="utf-8").lower()


def test_plugins_are_told_of_what_was_kept_too(again, film, monkeypatch):
    again()
    _corrected(film)
    told = []
    monkeypatch.setattr(Plugins, "finished", lambda self, analysis: told.append(analysis))
    again()
    assert [[beat.category for beat in analysis.beats] for analysis in told] == [["battle"]]


def test_of_another_film_nothing_is_kept(again, film):
    again()
    _corrected(film)
    with film.open("ab") as file:
        file.write(b"\0" * 1000)
    told = again()
    assert _kept_lines(told) == []
    assert "is of another film; not kept: 3 that a person set" in told.err
    assert read_analysis(_analysis(film)).beats == ()


def test_shots_that_a_person_gave_are_kept_until_others_are_given(again, film):
    cuts = film.with_name("cuts.csv")
    cuts.write_text("frame\n77\n", encoding="utf-8")
    again("--shots", cuts)
    cuts.unlink()
    told = again()
    assert "kept 2 that a person set: 2 shots" in told.err
    after = read_analysis(_analysis(film))
    assert [(shot.start, shot.origin) for shot in after.shots] == [(0, "person"), (77, "person")]
    assert after.detector.name == "cut list"
    cuts.write_text("frame\n30\n", encoding="utf-8")
    assert _kept_lines(again("--shots", cuts)) == []
    assert [shot.start for shot in read_analysis(_analysis(film)).shots] == [0, 30]


def test_over_what_is_no_analysis_nothing_is_kept(again, film):
    _analysis(film).write_text("{}", encoding="utf-8")
    assert "nothing of it is kept" in again().err
    assert len(read_analysis(_analysis(film)).shots) == _MADE_CUTS + 1
