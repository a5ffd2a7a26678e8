"""``cinetag report``: the film's own pictures, the way to the film, and a page without them."""

import io
import json
import re
import shutil
import subprocess
import zlib
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.cli.main import main
from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.synth import make_demo_film

CUTS = (0, 60, 108, 162, 204, 252)
"""Where the shots of the film begin."""


def _document(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A film of six shots with its analysis beside it."""
    film = tmp_path_factory.mktemp("made") / "made.mp4"
    assert make_demo_film(film, find_ffmpeg()) == CUTS[1:]
    assert main(["analyze", str(film), "--only", "shots", "-q", "-o", str(film.parent)]) == 0
    return film


@pytest.fixture
def analysed(made, tmp_path) -> Path:
    """The analysis of a copy of the film, beside it, whose name means something in addresses."""
    film = shutil.copy(made, tmp_path / "50% #1? film.mp4")
    document = _document(made.with_name(f"made{SUFFIX}"))
    document["film"] |= {"path": str(film), "name": film.stem}
    analysis = film.with_name(f"{film.stem}{SUFFIX}")
    analysis.write_text(json.dumps(document), encoding="utf-8")
    return analysis


@pytest.fixture
def reported(cinetag, analysed):
    """Write the page of the film; return it and what was told."""

    def run(*options: object, page: str = "report.html"):
        path = analysed.parent / page
        told = cinetag("report", analysed, "-o", path, *options)
        assert told.code == 0, told.err
        return path, told

    return run


def _block(page: Path, name: str) -> str:
    text = page.read_text(encoding="utf-8")
    return re.search(rf'<script type="text/plain" id="{name}">(.*?)</script>', text, re.DOTALL)[1]


def _film(page: Path) -> dict:
    return json.loads(zlib.decompress(b64decode(_block(page, "data"))))["films"][0]


def test_the_pictures_are_the_key_frames_of_the_shots(reported, cinetag, analysed, tmp_path):
    page, _ = reported()
    facts = _film(page)["pictures"]
    sheet = Image.open(io.BytesIO(b64decode(json.loads(_block(page, "pictures-0"))[0])))
    assert facts["shots"] == list(range(6))
    assert cinetag("frames", analysed, "-o", tmp_path / "frames", "--format", "png").code == 0
    size = facts["width"], facts["height"]
    whole = [
        np.asarray(Image.open(path).convert("RGB").resize(size, Image.Resampling.BOX), np.int16)
        for path in sorted((tmp_path / "frames").iterdir())
    ]
    for place in range(6):
        x, y = place % facts["columns"] * size[0], place // facts["columns"] * size[1]
        shown = np.asarray(sheet.crop((x, y, x + size[0], y + size[1])), np.int16)
        assert int(np.argmin([np.abs(shown - picture).mean() for picture in whole])) == place


def test_the_film_is_reached_from_where_the_page_lies(reported):
    page, _ = reported(page="pages/report.html")
    source = _film(page)["video"]["source"]
    assert source.startswith("./")
    assert "?" not in source
    assert "#" not in source
    assert (page.parent / unquote(source)).resolve().name == "50% #1? film.mp4"


def test_a_film_that_is_gone_leaves_a_page_without_pictures(reported, analysed):
    Path(_document(analysed)["film"]["path"]).unlink()
    page, told = reported()
    assert len([line for line in told.err.splitlines() if "without pictures" in line]) == 1
    assert _film(page)["pictures"] is None
    assert _film(page)["video"] is None


def test_pictures_can_be_left_out(reported):
    page, told = reported("--no-pictures")
    assert "without" not in told.err
    assert _film(page)["pictures"] is None
    assert _film(page)["video"]


def test_a_page_that_stands_is_kept_unless_y(reported, cinetag, analysed):
    page, _ = reported("--no-pictures")
    page.write_bytes(b"mine")
    told = cinetag("report", analysed, "-o", page)
    assert told.code == 6
    assert page.read_bytes() == b"mine"
    reported("-y", "--no-pictures")
    assert page.read_bytes() != b"mine"


def test_no_page_is_written_over_an_analysis_or_a_film(cinetag, analysed, tmp_path):
    film = tmp_path / "own.mp4"
    film.write_bytes(b"a film")
    before = analysed.read_bytes()
    for place in (analysed, film):
        told = cinetag("report", analysed, "-o", place, "-y")
        assert told.code == 2
        assert "give it one that ends in .html" in told.err
    assert (analysed.read_bytes(), film.read_bytes()) == (before, b"a film")


def test_what_is_no_analysis_is_4(cinetag, tmp_path):
    wrong = tmp_path / "film.mp4"
    wrong.write_bytes(b"\0" * 100)
    told = cinetag("report", wrong, "-o", tmp_path / "report.html")
    assert told.code == 4
    assert "is not a valid analysis" in told.err
    assert not (tmp_path / "report.html").exists()


_SEE = """(() => {
  const video = document.querySelector('video');
  const see = (_, frame) => { window.seen = frame.mediaTime; video.requestVideoFrameCallback(see); };
  video.requestVideoFrameCallback(see);
})()"""
_CAN_PLAY = "document.createElement('video').canPlayType('video/mp4; codecs=\"avc1.64001e\"')"


@pytest.fixture
def played(chromium):
    """Open a page whose film plays, and note the time of each frame that is shown."""

    def open_(page: Path):
        chromium.open(page)
        if not chromium.run(_CAN_PLAY):
            pytest.skip("this Chromium plays no H.264")
        chromium.wait("document.querySelector('video').readyState > 1")
        chromium.run(_SEE)
        return chromium

    yield open_
    assert chromium.faults == []


@pytest.mark.parametrize("shot", [1, 4])
def test_a_shot_that_is_chosen_is_shown_in_the_film(reported, played, shot):
    """The frame that a browser shows is the first of the shot: its time lies in it."""
    page = played(reported()[0])
    page.press(f".all > :nth-child({shot + 1})")
    seen = page.wait("window.seen")
    assert round(seen * 24, 3) == CUTS[shot]
    assert page.texts(".place")[0].startswith(f"00:00:{CUTS[shot] // 24:02}:{CUTS[shot] % 24:02}")


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_the_last_shot_is_shown_where_the_clock_of_the_film_begins_late(
    cinetag, made, played, tmp_path, ending
):
    """Chromium takes such an MP4 for shorter than it is, until it has read on."""
    late = tmp_path / f"late.{ending}"
    copied = ["-i", made, "-c", "copy", "-output_ts_offset", "10", late]
    subprocess.run([find_ffmpeg().path, "-v", "error", "-nostdin", *copied], check=True)
    analysed = late.with_suffix(SUFFIX)
    assert cinetag("analyze", late, "--only", "shots", "-q", "-o", tmp_path).code == 0
    assert _document(analysed)["film"]["start_pts"] > 0
    assert cinetag("report", analysed, "-o", tmp_path / "report.html").code == 0
    page = played(tmp_path / "report.html")
    page.press(f".all > :nth-child({len(CUTS)})")
    page.wait(f"Math.abs(window.seen * 24 - {240 + CUTS[-1]}) < 0.1")
    assert page.texts(".place")[0].startswith("00:00:10:12")


def test_a_film_that_the_browser_cannot_play_is_shown_by_its_key_frames(reported, chromium, analysed):
    page, _ = reported()
    Path(_document(analysed)["film"]["path"]).write_bytes(b"no film at all")
    chromium.open(page)
    chromium.wait("!!document.querySelector('.still .cut')")
    chromium.key("ArrowDown")
    assert chromium.run("document.querySelector('video')") is None
    chromium.faults.clear()
