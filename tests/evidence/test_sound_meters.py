"""Loudness, silence and onsets of sounds that can be reckoned by hand."""

import numpy as np
import pytest
from sounds import fed, noise, silence, tone

from cinetag_plugin.evidence.sound import FLOOR, LevelMeter, OnsetMeter
from cinetag_plugin.evidence.spans import Stretch


def test_a_sine_of_full_scale_is_3_decibels_below_a_square_wave():
    assert fed(LevelMeter(), tone(2, 1.0)).measures(Stretch(0, 2))["loudness"] == pytest.approx(
        -3.01, abs=0.01
    )
    square = np.sign(tone(2, 1.0)) + (tone(2, 1.0) == 0)
    assert fed(LevelMeter(), square).measures(Stretch(0, 2))["loudness"] == pytest.approx(0, abs=0.01)


def test_half_the_amplitude_is_6_decibels_less():
    loud, soft = (fed(LevelMeter(), tone(1, a)).measures(Stretch(0, 1))["loudness"] for a in (0.8, 0.4))
    assert loud - soft == pytest.approx(6.02, abs=0.01)


def test_nothing_at_all_has_the_least_loudness_and_is_all_silence():
    assert fed(LevelMeter(), silence(1)).measures(Stretch(0, 1)) == pytest.approx(
        {"loudness": FLOOR, "silence": 1.0}
    )


def test_a_shot_has_the_sound_of_its_own_time():
    """Power is averaged: half a second of a tone and half of nothing are 3 dB below the tone."""
    meter = fed(LevelMeter(), silence(1), tone(1, 1.0), silence(1))
    assert meter.measures(Stretch(0, 1))["loudness"] == FLOOR
    assert meter.measures(Stretch(1, 2)) == {"loudness": pytest.approx(-3.01, abs=0.01), "silence": 0.0}
    across = meter.measures(Stretch(0.5, 1.5))
    assert across == {"loudness": pytest.approx(-6.02, abs=0.01), "silence": pytest.approx(0.5)}


def test_edges_between_steps_count_by_their_share():
    meter = fed(LevelMeter(), silence(1), tone(1, 1.0))
    assert meter.measures(Stretch(0.45, 1.05))["silence"] == pytest.approx(0.55 / 0.6, abs=1e-6)


def test_a_very_short_shot_has_the_sound_around_its_middle():
    meter = fed(LevelMeter(), silence(1), tone(1, 1.0))
    assert meter.measures(Stretch(0.98, 1.02))["silence"] == pytest.approx(0.5)


def test_sound_may_begin_at_any_time():
    meter = fed(LevelMeter(), silence(1), tone(1, 1.0), start=1000)
    assert meter.measures(Stretch(1001, 1002))["silence"] == 0
    assert meter.measures(Stretch(0, 2)) == {}
    assert meter.measures(Stretch(1002.5, 1004)) == {}


@pytest.mark.parametrize("meter", [LevelMeter, OnsetMeter])
def test_blocks_do_not_matter(meter):
    parts = (noise(1), tone(0.71), silence(0.333), noise(1.5, seed=1))
    whole = fed(meter(), *parts, size=10**6).measures(Stretch(0.3, 3.1))
    assert fed(meter(), *parts, size=777).measures(Stretch(0.3, 3.1)) == pytest.approx(whole, abs=1e-6)
    assert whole


def clicks(seconds, every, seed=0):
    """Noise that dies away in 30 ms, again and again, the first after ``every`` seconds."""
    samples = silence(seconds)
    burst = noise(0.1, 0.5, seed) * np.exp(-np.arange(1600) / 480)
    for start in range(round(every * 16000), len(samples) - 1600, round(every * 16000)):
        samples[start : start + 1600] += burst
    return samples


@pytest.mark.parametrize(
    "bed", [silence(10), noise(10, 0.01, 7), tone(10, 0.1)], ids=["silence", "noise", "tone"]
)
@pytest.mark.parametrize("every", [0.25, 0.5, 1.0])
def test_every_click_is_an_onset(every, bed):
    found = fed(OnsetMeter(), clicks(10, every) + bed).measures(Stretch(0.12, 9.88))["onsets"]
    true = sum(0.12 <= k * every < 9.88 for k in range(1, 100))
    assert found * 9.76 == pytest.approx(true, abs=1.01)


def test_what_goes_on_has_no_onsets():
    for going_on in (noise(10), tone(10), silence(10)):
        assert fed(OnsetMeter(), going_on).measures(Stretch(0.5, 9.5)) == {"onsets": 0.0}


def test_an_onset_lies_where_the_sound_sets_in():
    meter = fed(OnsetMeter(), silence(1), tone(1), start=20)
    assert meter.measures(Stretch(20.0, 20.95)) == {"onsets": 0.0}
    assert meter.measures(Stretch(20.95, 21.45)) == {"onsets": pytest.approx(2.0)}


def test_no_sound_at_all_has_no_measures():
    for meter in (LevelMeter(), OnsetMeter()):
        meter.finish()
        assert meter.measures(Stretch(0, 1)) == {}
