"""``cinetag evaluate``: scores that can be counted by hand, and where warnings go."""

import json
from pathlib import Path

import pytest

from cinetag_plugin.document.files import SUFFIX


@pytest.fixture
def film(shared) -> Path:
    """The reference film, with cuts at 24 and 44."""
    return shared / "media" / "odd" / "noaudio.mp4"


@pytest.fixture
def truth(tmp_path):
    """Write a truth file of rows such as ``cut 24 24``."""

    def write(*rows: str) -> Path:
        path = tmp_path / "truth.tsv"
        path.write_text("# a comment\n" + "".join("\t".join(row.split()) + "\n" for row in rows))
        return path

    return write


@pytest.fixture
def scores(cinetag):
    """Score the shots of a film as JSON."""

    def run(film: Path, truth: Path, *options: object):
        told = cinetag("evaluate", "shots", film, "--truth", truth, "--json", *options)
        assert told.code == 0, told.err
        return json.loads(told.out)

    return run


def test_json_has_the_keys_that_scripts_rely_on(film, truth, scores):
    found = scores(film, truth("cut 24 24", "cut 44 44"))
    assert {"film", "tolerance", "cuts", "gradual", "false_in_not_cut"} <= found.keys()
    assert found["film"] == "noaudio"
    assert found["tolerance"] == 0
    rates = {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["cuts"] == rates | {"true": 2, "found": 2, "matched": 2}
    assert found["gradual"].keys() == found["cuts"].keys()
    assert found["false_in_not_cut"] == 0


def test_one_right_one_wrong_one_missed(film, truth, scores):
    cuts = scores(film, truth("cut 24 24", "cut 50 50", "cut 60 60", "not_cut 40 48"))["cuts"]
    assert (cuts["true"], cuts["found"], cuts["matched"]) == (3, 2, 1)
    assert cuts["precision"] == pytest.approx(1 / 2)
    assert cuts["recall"] == pytest.approx(1 / 3)
    assert cuts["f1"] == pytest.approx(2 / 5)


def test_false_cuts_in_spans_that_fool_detectors_are_counted(film, truth, scores):
    assert scores(film, truth("cut 24 24", "not_cut 40 48"))["false_in_not_cut"] == 1


@pytest.mark.parametrize(("tolerance", "matched"), [(1, 1), (2, 2)])
def test_the_tolerance_is_in_frames(film, truth, scores, tolerance, matched):
    found = scores(film, truth("cut 24 24", "cut 46 46"), "--tolerance", tolerance)
    assert found["tolerance"] == tolerance
    assert found["cuts"]["matched"] == matched


def test_an_analysis_is_scored_as_it_stands(film, truth, scores, cinetag, tmp_path):
    cuts = tmp_path / "cuts.csv"
    cuts.write_text("frame\n10\n")
    cinetag("analyze", film, "--shots", cuts, "--only", "shots", "-q", "-o", tmp_path)
    assert scores(tmp_path / f"noaudio{SUFFIX}", truth("cut 10 10"))["cuts"]["f1"] == 1.0


def test_a_detector_can_be_chosen(film, truth, cinetag):
    told = cinetag("evaluate", "shots", film, "--truth", truth("cut 24 24"), "--detector", "crystal-ball")
    assert told.code == 2
    assert "paper" in told.err


def test_people_get_lines(film, truth, cinetag):
    told = cinetag("evaluate", "shots", film, "--truth", truth("cut 24 24", "cut 50 50"))
    assert told.code == 0
    assert "precision 0.500  recall 0.500" in told.out
    assert "missed: 50" in told.out


@pytest.mark.parametrize("wrong", [["--tolerance", "-3"], ["--tolerance", "x"], ["--threshold", "-1"], []])
def test_wrong_usage_is_2(film, truth, cinetag, wrong):
    source = ["--truth", truth("cut 24 24")] if wrong else []
    told = cinetag("evaluate", "shots", film, *source, *wrong)
    assert told.code == 2
    assert not told.out


@pytest.mark.parametrize("rows", [["explosion 1 1"], ["cut 5 9"], ["cut 5"]])
def test_a_truth_that_is_none_is_4(film, truth, cinetag, rows):
    told = cinetag("evaluate", "shots", film, "--truth", truth(*rows))
    assert told.code == 4
    assert "truth.tsv: line 2 " in told.err


def test_warnings_of_the_film_go_to_stderr(shared, truth, cinetag):
    damaged = shared / "media" / "odd" / "trunc_faststart.mp4"
    told = cinetag("evaluate", "shots", damaged, "--truth", truth("cut 24 24"), "--json")
    assert told.code == 0
    assert f"{damaged}: " in told.err
    assert "promises 72" in told.err
    assert len(told.out.splitlines()) == 1


def test_warnings_of_plugins_go_to_stderr(film, truth, cinetag, broken_plugin):
    told = cinetag("evaluate", "shots", film, "--truth", truth("cut 24 24"), "--json")
    assert told.code == 0
    assert f"plugin {broken_plugin} of cinetag-broken 2.0" in told.err
    assert "out of order" in told.err
