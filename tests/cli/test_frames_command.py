"""``cinetag frames``: the pictures are those of the frames they name, of the film that was analysed."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.media.ffmpeg import find_ffmpeg


@pytest.fixture
def odd(shared) -> Path:
    return shared / "media" / "odd"


@pytest.fixture
def film(odd, tmp_path) -> Path:
    """A copy of the reference film: 72 frames, 160x90, key frames 12, 34 and 58."""
    return Path(shutil.copy(odd / "noaudio.mp4", tmp_path / "film.mp4"))


@pytest.fixture
def analysed(cinetag, tmp_path):
    """Analyse the shots of a film; return the analysis file."""

    def run(film: Path, *options: object) -> Path:
        folder = tmp_path / "analyses"
        assert cinetag("analyze", film, "--only", "shots", "-q", "-o", folder, *options).code == 0
        return folder / f"{film.stem}{SUFFIX}"

    return run


@pytest.fixture
def pictures(cinetag, tmp_path):
    """Run ``cinetag frames``; return the pictures by frame number."""

    def run(film: Path, *options: object) -> dict[int, Path]:
        told = cinetag("frames", film, "-o", tmp_path / "pictures", *options)
        assert told.code == 0, told.err
        found = (tmp_path / "pictures").iterdir()
        return {int(path.stem.rpartition(".frame")[2]): path for path in found}

    return run


def _decoded(film: Path, stream: str, size: tuple[int, int]) -> np.ndarray:
    """Every frame of a film at a size, as FFmpeg itself decodes it."""
    graph = f"scale={size[0]}:{size[1]}:flags=bicubic"
    command = [find_ffmpeg().path, "-v", "error", "-i", str(film), "-map", f"0:{stream}", "-vf", graph]
    raw = subprocess.run(
        [*command, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3)


def _closest(picture: Path, frames: np.ndarray) -> tuple[int, float]:
    """Which frame a picture shows, and how far it is from it on average, in levels."""
    with Image.open(picture) as image:
        shown = np.asarray(image.convert("RGB"), np.int16)
    distances = np.abs(frames - shown).mean(axis=(1, 2, 3))
    return int(distances.argmin()), float(distances.min())


@pytest.mark.parametrize("form", ["jpeg", "png"])
def test_each_picture_is_the_frame_that_it_names(film, pictures, form):
    found = pictures(film, "--format", form)
    assert sorted(found) == [12, 34, 58]
    assert found[34].name == f"film.shot002.frame34.{'jpg' if form == 'jpeg' else 'png'}"
    frames = _decoded(film, "v", (160, 90))
    for frame, path in found.items():
        with Image.open(path) as image:
            assert image.format == form.upper()
            assert image.size == (160, 90)
        shown, distance = _closest(path, frames)
        assert shown == frame
        assert distance < 4


def test_pictures_have_the_shape_in_which_the_film_is_shown(odd, pictures):
    found = pictures(odd / "sar_16_11.mp4")
    frames = _decoded(odd / "sar_16_11.mp4", "v", (262, 144))
    for frame, path in found.items():
        assert _closest(path, frames)[0] == frame


def test_an_analysis_gives_the_pictures_of_its_stream(odd, analysed, pictures):
    film = odd / "two_video_second_default.mkv"
    found = pictures(analysed(film, "--stream", 0), "--format", "png")
    frames = _decoded(film, "0", (320, 180))
    assert {frame: _closest(path, frames)[0] for frame, path in found.items()} == {36: 36}


def test_the_film_may_lie_beside_its_analysis(film, analysed, pictures):
    analysis = analysed(film)
    film.rename(analysis.parent / film.name)
    assert sorted(pictures(analysis)) == [12, 34, 58]


def test_a_film_analysed_on_windows_is_found_beside_its_analysis(film, analysed, pictures):
    analysis = analysed(film)
    told = json.loads(analysis.read_text(encoding="utf-8"))
    told["film"]["path"] = "C:\\films\\film.mp4"
    analysis.write_text(json.dumps(told), encoding="utf-8")
    film.rename(analysis.parent / film.name)
    assert sorted(pictures(analysis)) == [12, 34, 58]


def test_the_film_beside_its_analysis_is_taken_where_another_took_its_place(film, odd, analysed, pictures):
    analysis = analysed(film)
    film.rename(analysis.parent / film.name)
    shutil.copy(odd / "sar_16_11.mp4", film)
    with Image.open(pictures(analysis)[12]) as image:
        assert image.size == (160, 90)


def test_another_film_in_its_place_is_refused(film, odd, analysed, cinetag, tmp_path):
    analysis = analysed(film)
    shutil.copy(odd / "rate_25.mp4", film)
    told = cinetag("frames", analysis, "-o", tmp_path / "pictures")
    assert told.code == 4
    assert f"{film}: is not the film that was analysed: analyse it again" in told.err
    assert not (tmp_path / "pictures").exists()


def test_a_film_that_is_gone_is_told_with_where_to_put_it(film, analysed, cinetag, tmp_path):
    analysis = analysed(film)
    film.unlink()
    told = cinetag("frames", analysis, "-o", tmp_path / "pictures")
    assert told.code == 4
    assert str(analysis.parent / film.name) in told.err
    assert not (tmp_path / "pictures").exists()


def test_a_missing_film_leaves_no_folder(cinetag, tmp_path):
    told = cinetag("frames", tmp_path / "none.mp4", "-o", tmp_path / "pictures")
    assert told.code == 4
    assert "no such file" in told.err
    assert not (tmp_path / "pictures").exists()


def test_an_analysis_that_knows_neither_stream_nor_fingerprint(film, analysed, pictures):
    analysis = analysed(film)
    document = json.loads(analysis.read_text(encoding="utf-8"))
    del document["film"]["stream"], document["film"]["fingerprint"]
    analysis.write_text(json.dumps(document), encoding="utf-8")
    assert sorted(pictures(analysis)) == [12, 34, 58]


def test_a_film_that_ends_too_early_is_told(film, analysed, cinetag, tmp_path):
    analysis = analysed(film)
    document = json.loads(analysis.read_text(encoding="utf-8"))
    document["film"] |= {"fingerprint": "", "frames": 1000}
    document["key_frames"][-1]["frame"] = 900
    analysis.write_text(json.dumps(document), encoding="utf-8")
    told = cinetag("frames", analysis, "-o", tmp_path / "pictures")
    assert told.code == 4
    assert "ended before frame 900" in told.err


def test_an_analysis_of_a_sequence_gives_its_pictures(odd, analysed, pictures):
    pattern = odd / "seq" / "img.%04d.png"
    found = pictures(analysed(pattern, "--rate", "12"), "--format", "png")
    originals = [
        np.asarray(Image.open(path).convert("RGB")) for path in sorted(pattern.parent.glob("img.*.png"))
    ]
    assert found
    for frame, path in found.items():
        assert _closest(path, np.stack(originals))[0] == frame


def test_existing_pictures_are_kept_unless_y(film, pictures, cinetag, tmp_path):
    kept = pictures(film)[34]
    kept.write_bytes(b"mine")
    told = cinetag("frames", film, "-o", tmp_path / "pictures")
    assert told.code == 6
    assert "use -y" in told.err
    assert kept.read_bytes() == b"mine"
    pictures(film, "-y")
    assert kept.read_bytes().startswith(b"\xff\xd8\xff")


def test_warnings_of_the_film_are_told(odd, cinetag, tmp_path):
    told = cinetag("frames", odd / "trunc_faststart.mp4", "-o", tmp_path / "pictures")
    assert told.code == 0
    assert "promises 72" in told.err


def test_an_unwritable_folder_is_6(film, cinetag, tmp_path):
    tmp_path.joinpath("taken").touch()
    told = cinetag("frames", film, "-o", tmp_path / "taken")
    assert told.code == 6
    assert "-o" in told.err


def test_several_key_frames_a_shot_are_as_many_pictures(film, pictures):
    found = pictures(film, "--key-frames", 2)
    assert sorted(found) == [6, 18, 29, 39, 51, 65]
    assert found[39].name == "film.shot002.frame39.jpg"


def test_an_analysis_with_several_key_frames_gives_them_all(film, analysed, pictures):
    assert sorted(pictures(analysed(film, "--key-frames", 2))) == [6, 18, 29, 39, 51, 65]


def test_the_best_frames_are_pictures_too(film, pictures):
    assert len(pictures(film, "--key-frames", "best")) == 3


@pytest.mark.parametrize("options", [["--key-frames", "5"], ["--key-frames", "best"]])
def test_an_analysis_has_its_key_frames_already(film, analysed, cinetag, tmp_path, options):
    told = cinetag("frames", analysed(film), "-o", tmp_path / "pictures", *options)
    assert told.code == 2
    assert "name the film instead" in told.err


@pytest.mark.parametrize("wrong", ["0", "100", "some", "-1", ""])
def test_no_number_of_key_frames_is_2(film, cinetag, tmp_path, wrong):
    told = cinetag("frames", film, "-o", tmp_path / "pictures", f"--key-frames={wrong}")
    assert told.code == 2
    assert "Traceback" not in told.err


@pytest.mark.parametrize(("form", "ending"), [("jpeg", "jpg"), ("png", "png")])
def test_a_sheet_has_all_key_frames_on_one_picture(film, cinetag, tmp_path, form, ending):
    told = cinetag("frames", film, "--sheet", "--format", form, "-o", tmp_path / "sheet")
    assert told.code == 0, told.err
    (sheet,) = (tmp_path / "sheet").iterdir()
    assert sheet.name == f"film.sheet.{ending}"
    frames = _decoded(film, "v", (160, 90))
    with Image.open(sheet) as image:
        assert image.format == form.upper()
        # three of 160x90 in two columns, words of 20 pixels below each, 8 between
        assert image.size == (8 + 2 * 168, 8 + 2 * 118)
        shown = np.asarray(image.convert("RGB"), np.int16)
    for frame, (left, top) in {12: (8, 8), 34: (176, 8), 58: (8, 126)}.items():
        cell = shown[top : top + 90, left : left + 160]
        assert np.abs(frames - cell).mean(axis=(1, 2, 3)).argmin() == frame


def test_a_sheet_that_stands_is_kept_unless_y(film, cinetag, tmp_path):
    kept = tmp_path / "film.sheet.jpg"
    kept.write_bytes(b"mine")
    assert cinetag("frames", film, "--sheet", "-o", tmp_path).code == 6
    assert kept.read_bytes() == b"mine"
    assert cinetag("frames", film, "--sheet", "-o", tmp_path, "-y").code == 0
    assert kept.read_bytes() != b"mine"
