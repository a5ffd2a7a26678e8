"""What a sound model says becomes measures of shots, window by window, on the film's clock."""

from pathlib import Path

import numpy as np
import pytest
from made_sound_models import LENGTH, lay_sound_model
from sounds import fed, noise, silence, tone

from cinetag_plugin.document.contracts import ModelInput
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.evidence.heard import Heard, SoundModel, heard_classes
from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.models.store import ModelStore, StoredModel

CLASSES = {"high": ("never given", "positive"), "low": ("negative",), "nothing": ("of another model",)}


@pytest.fixture
def model(tmp_path):
    lay_sound_model(tmp_path)
    opened = SoundModel(ModelStore(tmp_path).find("ear"), CLASSES)
    yield opened
    opened.close()


def level(seconds, value):
    return np.full(round(seconds * 16000), value, np.float32)


MEASURES = {"speech", "music", "gunfire", "explosion", "engine", "crowd", "laughter", "crying", "shouting"}
UP, DOWN = {"high": 1.0, "low": 0.0}, {"high": 0.0, "low": 1.0}


def test_a_measure_is_the_best_of_its_classes_and_one_without_a_class_is_left_out(model):
    assert model.names == ("high", "low")
    assert model.hear(level(0.1, 0.5)) == pytest.approx([1.0, 0.0])


def test_a_shot_has_the_windows_that_lie_in_it(model):
    heard = fed(Heard(model), level(1, 0.5), level(1, -0.5), start=50)
    assert heard.measures(Stretch(50, 51)) == pytest.approx(UP)
    assert heard.measures(Stretch(51, 52)) == pytest.approx(DOWN)
    assert heard.measures(Stretch(50.5, 51.5))["high"] == pytest.approx(0.5, abs=0.1)


def test_a_shot_shorter_than_a_window_has_the_one_around_its_middle(model):
    heard = fed(Heard(model), level(1, 0.5), level(1, -0.5))
    assert heard.measures(Stretch(0.88, 0.92)) == pytest.approx(UP)
    assert heard.measures(Stretch(1.08, 1.12)) == pytest.approx(DOWN)


def test_the_end_of_the_sound_is_heard_too(model):
    """The last window ends with the sound, however little of it is new."""
    heard = fed(Heard(model), level(1.0, 0.5), level(0.04, -0.5))
    assert heard.measures(Stretch(1.03, 1.04))["high"] > 0.5
    assert len(heard._middles) == 1 + 18 + 1
    assert heard._middles[-1] == pytest.approx(1.04 - 0.05)


def test_a_sound_shorter_than_a_window_is_filled_up(model):
    assert fed(Heard(model), level(0.02, 0.5)).measures(Stretch(0, 0.1)) == pytest.approx(UP)


def test_where_there_is_no_sound_there_are_no_measures(model):
    assert fed(Heard(model), level(1, 0.5)).measures(Stretch(5, 6)) == {}
    silent = Heard(model)
    silent.finish()
    assert silent.measures(Stretch(0, 1)) == {}


@pytest.mark.parametrize("size", [123, 1600, 8000, 10**6])
def test_blocks_do_not_matter(model, size):
    parts = (noise(0.61), level(0.33, 0.2), noise(0.777, seed=3))
    whole = fed(Heard(model), *parts).measures(Stretch(0.2, 1.4))
    assert fed(Heard(model), *parts, size=size).measures(Stretch(0.2, 1.4)) == pytest.approx(whole)


def test_it_remembers_only_numbers(model):
    heard = fed(Heard(model), noise(60))
    assert len(heard._kept) <= 2 * LENGTH
    assert len(heard._values) == 2 * len(heard._middles) == pytest.approx(2 * 60 / 0.05, abs=4)


def test_what_ran_is_told(model):
    use = model.use()
    assert (use.role, use.name, use.delegate, use.labels) == ("sound", "ear", "cpu", ("high", "low"))
    assert len(use.sha256) == 64


def test_a_model_of_another_length_than_its_card_says_is_refused(tmp_path):
    lay_sound_model(tmp_path, input=ModelInput(kind="sound", size=(800,)))
    with pytest.raises(ModelError, match="its card says 800 samples"):
        SoundModel(ModelStore(tmp_path).find("ear"), CLASSES)


@pytest.fixture(scope="module")
def yamnet(shared):
    """The real model, from where it lies; it gives each class as a measure of its own."""
    card = ModelStore(Path("nowhere")).find("yamnet").card
    stored = StoredModel(card, shared / "models" / "yamnet.tflite", "file")
    opened = SoundModel(stored, {label: (label,) for label in card.output.labels})
    yield opened
    opened.close()


def test_every_class_that_a_measure_names_is_one_of_yamnets():
    labels = set(ModelStore(Path("nowhere")).find("yamnet").card.output.labels)
    classes = heard_classes()
    assert {*classes} == MEASURES
    assert all(names and set(names) <= labels for names in classes.values())


def test_yamnet_hears_a_sine_and_silence_as_the_shared_material_says(yamnet):
    """Its README: a sine of 440 Hz is "Sine wave" 1.00, zeros are "Silence" 0.80."""
    heard = fed(Heard(yamnet), tone(1.95, 0.5, 440), silence(1.95))
    sine, nothing = heard.measures(Stretch(0, 1.95)), heard.measures(Stretch(2, 3.9))
    assert max(sine, key=sine.get) == "Sine wave"
    assert sine["Sine wave"] > 0.9
    assert nothing["Silence"] == pytest.approx(0.80, abs=0.01)
