"""What holds for the models in the package, whatever their figures are."""

import numpy as np
import pytest

from cinetag_plugin.document.vocabulary import builtin_vocabulary
from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.store import ModelStore

LARGEST = 6_000_000
"""Bytes of all shipped weights together."""


@pytest.fixture
def store(tmp_path):
    return ModelStore(folder=tmp_path)


@pytest.fixture
def tags(store):
    return store.find("cinetag-tags").card


def test_the_weights_are_small(store):
    assert sum(model.path.stat().st_size for model in store.list() if model.is_here) < LARGEST


def test_every_tag_of_the_vocabulary_is_either_known_or_said_to_be_untrained(tags):
    known = {tag.slug for tag in builtin_vocabulary().tags}
    assert set(tags.output.labels) | set(tags.untrained) == known
    assert all(reason for reason in tags.untrained.values())


def test_every_known_tag_beats_the_baselines_on_sources_left_out(tags):
    for label in set(tags.output.labels) - set(tags.untrained):
        facts = tags.measured["each_label"][label]
        assert facts["average_precision"] > max(facts["of_colours"], facts["of_chance"])
        assert facts["sources"] > 1


def test_the_model_beats_the_baselines_beyond_its_interval(tags):
    for name in ("hit_at_1", "hit_at_3", "mean_average_precision"):
        _, low, _ = tags.measured["head"][name]
        assert low > max(tags.measured[other][name][0] for other in ("colours", "majority"))


def test_files_compute_what_was_trained(store, tags):
    backbone = store.find("cinetag-small").card
    assert tags.measured["difference_from_training"] < 1e-5
    measured = backbone.measured
    assert measured["difference_from_training"] < 0.01 * measured["largest_value_compared"]


def test_the_models_run_together_and_predict_only_what_was_trained(store, tags):
    picture = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
    with Classifier([store.find("cinetag-tags")], store, delegate="cpu") as classifier:
        scores = dict(classifier.classify(picture).scores["cinetag-tags"])
    assert set(scores) == set(tags.output.labels) - set(tags.untrained)
    assert all(0 <= value <= 1 for value in scores.values())


def test_landscapes_are_told_from_weapons_on_real_pictures(store, shared):
    """Pictures the head was fitted to: shows that the files belong together, not how good they are."""
    from PIL import Image

    with Classifier([store.find("cinetag-tags")], store, delegate="cpu") as classifier:

        def mean_of_forest(folder):
            given = []
            for path in sorted((shared / "images" / "tagset" / folder).iterdir())[:12]:
                with Image.open(path) as image:
                    pixels = np.asarray(image.convert("RGB"))
                given.append(dict(classifier.classify(pixels).scores["cinetag-tags"])["forest"])
            return np.mean(given)

        assert mean_of_forest("forest") > 3 * mean_of_forest("weapon")
