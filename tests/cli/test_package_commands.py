"""Cinema packages on the command line: analysed, described, refused in one line."""

import json
from pathlib import Path

import opentimelineio as otio
import pytest

from cinetag_plugin.document.files import read_analysis


@pytest.fixture
def packages(shared) -> Path:
    return shared / "media" / "imf"


def test_a_package_folder_is_analysed_as_a_film(cinetag, packages, tmp_path):
    told = cinetag("analyze", packages / "imf_ok", "--only", "shots", "-o", tmp_path)
    assert told.code == 0, told.err
    film = read_analysis(tmp_path / "imf_ok.cinetag.json").film
    assert (film.frames, film.rate, film.start_timecode) == (38, 24, "01:00:00:00")
    assert film.path == str(packages / "imf_ok")
    assert {Path(source.path).parent for source in film.sources} == {packages / "imf_ok"}
    timeline = otio.adapters.read_from_file(str(tmp_path / "imf_ok.otio"))
    urls = [clip.media_reference.target_url.rpartition("/")[2] for clip in timeline.find_clips()]
    assert (urls[0], urls[-1]) == ("i1.mxf", "i1.mxf")
    assert "i2.mxf" in urls


@pytest.mark.parametrize(("named", "name"), [(".", "dcp_ok"), ("ASSETMAP.xml", "dcp_ok"), ("CPL.xml", "CPL")])
def test_results_are_called_after_the_folder_or_the_playlist(
    named, name, cinetag, packages, tmp_path, monkeypatch
):
    monkeypatch.chdir(packages / "dcp_ok")
    assert cinetag("analyze", named, "--only", "shots", "-o", tmp_path).code == 0
    assert (tmp_path / f"{name}.cinetag.json").is_file()


def test_several_compositions_are_listed(cinetag, packages, tmp_path):
    told = cinetag("analyze", packages / "dcp_two_cpls", "--only", "shots", "-o", tmp_path)
    assert "CPL_feature.xml (30 frames), CPL_trailer.xml (14 frames); CPL_feature.xml was taken" in told.err
    told = cinetag("analyze", packages / "dcp_two_cpls/CPL_trailer.xml", "--only", "shots", "--json")
    assert json.loads(told.out)["film"]["frames"] == 14
    assert "compositions" not in told.err


def test_a_package_is_described(cinetag, packages):
    told = cinetag("info", packages / "dcp_ok")
    assert told.code == 0
    assert "package          DCP, CPL.xml" in told.out
    assert "part             16 frames of reel1_j2c.mxf from 4 on" in told.out


def test_the_key_frames_of_a_package_are_written(cinetag, packages, tmp_path):
    assert cinetag("frames", packages / "dcp_ok", "-o", tmp_path / "stills").code == 0
    assert len(list((tmp_path / "stills").glob("dcp_ok.shot*.jpg"))) >= 1


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("dcp_keyid", "encrypted"),
        ("dcp_missing_asset", "reel2_j2c.mxf is missing"),
        ("dcp_vf_needs_ov", "is not in this package"),
        ("dcp_traversal", "points outside"),
        ("dcp_entity_bomb", "DOCTYPE"),
        ("imf_repeat_max", "100 hours"),
        ("imf_zero_rate", "no film's"),
        ("real/libdcp_encryption_test", "encrypted"),
    ],
)
@pytest.mark.parametrize("command", ["analyze", "info"])
def test_a_package_that_cannot_be_read_is_refused_in_a_line(
    command, package, reason, cinetag, packages, tmp_path
):
    extra = ("-o", tmp_path) if command == "analyze" else ()
    told = cinetag(command, packages / package, *extra)
    assert told.code == 4
    lines = told.err.strip().splitlines()
    assert len([line for line in lines if reason in line]) == 1
    assert not list(tmp_path.glob("*.otio"))
