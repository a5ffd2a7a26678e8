"""``cinetag info``: what it says of films and of the installation."""

import platform
import shutil

import pytest

from cinetag_plugin import __version__


def _facts(out: str) -> dict[str, str]:
    return {line[:16].strip(): line[17:] for line in out.splitlines()}


def test_the_installation(cinetag):
    told = cinetag("info")
    facts = _facts(told.out)
    assert told.code == 0
    assert list(facts) == ["cinetag", "python", "kernels", "ffmpeg", "model runtime", "models"]
    assert facts["cinetag"] == __version__
    assert facts["python"] == platform.python_version()
    assert "ffmpeg" in facts["ffmpeg"]


def test_what_is_missing_is_told_and_the_rest_still_shown(cinetag):
    told = cinetag("info", "--ffmpeg", "/no/such/ffmpeg")
    facts = _facts(told.out)
    assert told.code == 0
    assert "is no FFmpeg that runs" in facts["ffmpeg"]
    assert "models" in facts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("noaudio.mp4", {"rate": "24 frames a second", "sound": "no", "start": "no timecode"}),
        ("sar_16_11.mp4", {"picture": "180x144, yuv420p, pixel aspect 16/11"}),
        ("tc_25_01000000.mov", {"start": "01:00:00:00", "rate": "25 frames a second"}),
        ("two_video_second_default.mkv", {"stream": "1 of 0, 1"}),
    ],
)
def test_a_film(cinetag, shared, name, expected):
    film = shared / "media" / "odd" / name
    told = cinetag("info", film)
    facts = _facts(told.out)
    assert told.code == 0
    assert facts["film"] == str(film)
    assert {key: facts[key][: len(value)] for key, value in expected.items()} == expected


def test_a_bad_film_does_not_stop_the_others(cinetag, shared):
    odd = shared / "media" / "odd"
    told = cinetag("info", odd / "fault_text.mp4", odd / "noaudio.mp4", odd / "none.mp4")
    assert told.code == 3
    assert [line for line in told.out.splitlines() if line.startswith("film ")] == [
        f"{'film':<16} {odd / 'noaudio.mp4'}"
    ]
    assert told.err.splitlines()[-3:] == [
        "cinetag: 2 of 3 films failed:",
        f"cinetag:   {odd / 'fault_text.mp4'}",
        f"cinetag:   {odd / 'none.mp4'}",
    ]


def test_a_single_bad_film_has_the_code_of_its_fault(cinetag, tmp_path):
    told = cinetag("info", tmp_path / "none.mp4")
    assert told.code == 4
    assert len(told.err.splitlines()) == 1
    assert not told.out


def test_a_folder_stands_for_its_films(cinetag, shared, tmp_path):
    for name in ("b.mp4", "a.mp4"):
        shutil.copy(shared / "media" / "odd" / "noaudio.mp4", tmp_path / name)
    told = cinetag("info", tmp_path)
    films = [line.split()[1] for line in told.out.splitlines() if line.startswith("film ")]
    assert films == [str(tmp_path / "a.mp4"), str(tmp_path / "b.mp4")]


def test_no_ffmpeg_is_4_where_a_film_is_to_be_read(cinetag, shared):
    film = shared / "media" / "odd" / "noaudio.mp4"
    assert cinetag("info", film, "--ffmpeg", "/no/such/ffmpeg").code == 4
