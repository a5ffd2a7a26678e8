"""Settings: what is out of range is refused when it is said, not when it is used."""

from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.settings import Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"only": frozenset()},
        {"only": {"shots", "soup"}},
        {"min_strength": 1.5},
        {"top": 0},
        {"entropy": -1},
        {"entropy_share": 4.8},
        {"threads": 0},
        {"threshold": 0},
        {"weighting": "heavy"},
        {"key_frames": 0},
        {"key_frames": 100},
        {"key_frames": "worst"},
        {"key_frames": "9" * 5000},
        {"key_frames": 3, "sampling": "random"},
        {"key_frames": "best", "sampling": "iframes"},
        {"sampling": "change"},
        {"rate": "fast"},
        {"rate": "0"},
        {"start": "yesterday"},
        {"end": "1:2:3:4:5"},
        {"start_timecode": "90"},
        {"start_timecode": "xx:yy:zz:00"},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(UsageError):
        Settings(**wrong)


def test_what_people_write_is_understood():
    written = Settings(only="shots", cut_list="cuts.csv", start=1.5, end=90, rate="23.976", key_frames="7")
    assert written.key_frames == 7
    assert written.only == {"shots"}
    assert written.cut_list == Path("cuts.csv")
    assert (written.start, written.end) == ("1.5", "90")
    assert written.rate == Fraction(24000, 1001)


def test_defaults_are_the_papers():
    assert Settings().entropy == 0.20
    assert Settings().weighting == "paper"


def test_the_entropy_threshold_has_two_readings():
    assert Settings().least_entropy == 0.20
    assert Settings(entropy_share=0.2).least_entropy == pytest.approx(4.8)


def test_evidence_is_named_in_any_form_and_each_once():
    assert Settings().evidence == ()
    assert Settings(evidence="sound").evidence == ("sound",)
    assert Settings(evidence="subtitles, sound,,sound").evidence == ("sound", "subtitles")
    assert Settings(evidence=["sound", "faces"]).evidence == ("faces", "sound")


@pytest.mark.parametrize("beat_model", ["", "mine"])
def test_a_second_stage_is_another_model_than_the_first(beat_model):
    with pytest.raises(UsageError, match="another --beat-model"):
        Settings(beat_model=beat_model, split_model="mine")
