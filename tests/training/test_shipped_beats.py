"""What holds for the beat heads in the package, whatever their figures are."""

import math

import numpy as np
import pytest

from cinetag_plugin import Settings, analyze
from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.document.vocabulary import NO_BEAT, builtin_vocabulary
from cinetag_plugin.models.heads import Classifier
from cinetag_plugin.models.store import ModelStore

CLASSES = builtin_vocabulary().categories
RAISED = Scheme(CLASSES).raised


@pytest.fixture
def store(tmp_path):
    return ModelStore(folder=tmp_path)


@pytest.fixture
def cards(store):
    found = [model.card for model in store.list() if model.card.role == "beats"]
    assert "cinetag-beats" in {card.name for card in found}
    return found


def known_of(card):
    return set(card.output.labels) - set(card.untrained)


def test_every_class_is_known_or_untrained_with_a_reason_or_known_by_its_parts(cards):
    for card in cards:
        known = known_of(card)
        parts = {RAISED(label) for label in known}
        assert known | set(card.untrained) | parts >= {entry.slug for entry in CLASSES}
        assert all(card.untrained.values())
        assert NO_BEAT in card.untrained


def test_what_is_known_beats_the_baselines_on_two_sources_at_least(cards):
    for card in cards:
        for label in known_of(card):
            facts = card.measured["each_label"][label]
            assert facts["sources"] > 1
            assert facts["average_precision"] > max(facts["of_colours"], facts["of_chance"])
            assert facts["above_baselines"] >= 0.95


def test_faces_and_sides_are_never_told(cards):
    sides = {entry.slug for entry in CLASSES if entry.slug.endswith(("_good", "_bad"))}
    for card in cards:
        assert not known_of(card) & {*sides, "argument", "joy", "despair", "despair_by_expressions"}


def test_errors_are_of_what_can_be_answered_and_count_what_was_tested(cards):
    for card in cards:
        known = {RAISED(label) for label in known_of(card)}
        assert card.errors.labels == (*sorted(known), NO_BEAT)
        each = card.measured["each_category"]
        for name, counts in zip(card.errors.labels, card.errors.counts, strict=True):
            if name != NO_BEAT:
                assert sum(counts) == each[name]["pictures"]
                right = counts[card.errors.labels.index(name)]
                assert right / sum(counts) == pytest.approx(each[name]["recall"], abs=0.002)


def test_few_film_frames_without_a_beat_get_one(cards):
    for card in cards:
        alarms = card.measured["false_alarms_on_film"]
        assert alarms["frames"] > 300
        assert alarms["share"] == pytest.approx(sum(alarms["of"].values()) / alarms["frames"], abs=0.001)
        assert alarms["share"] <= 0.05


def test_the_files_compute_what_was_trained_and_are_small(store, cards):
    for card in cards:
        assert card.measured["difference_from_training"] < 1e-5
        assert store.find(card.name).path.stat().st_size < 200_000
        assert math.isfinite(card.trained_on["calibration"]["slope"])


def test_no_beat_is_never_an_answer_and_leaves_the_others_less_than_1(store):
    picture = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
    with Classifier([store.find("cinetag-beats")], store, delegate="cpu") as classifier:
        scores = dict(classifier.classify(picture).scores["cinetag-beats"])
        (use,) = [one for one in classifier.uses() if one.role == "beats"]
    card = store.find("cinetag-beats").card
    assert set(scores) == known_of(card) == set(use.labels) - {NO_BEAT}
    assert NO_BEAT in use.labels  # so that a grouping knows the model has a background
    assert NO_BEAT not in scores
    assert sum(scores.values()) < 1
    assert use.errors == card.errors


def test_no_beat_stands_in_no_analysis(shared):
    settings = Settings(only=frozenset({"beats"}), plugins=False, beat_model="cinetag-beats")
    found = analyze(shared / "media" / "edited" / "sintel_film_rooftops.mp4", settings)
    assert any(key_frame.beats for key_frame in found.key_frames)
    said = {score.category for key_frame in found.key_frames for score in key_frame.beats}
    said |= {score.category for shot in found.shots for score in shot.beats}
    assert NO_BEAT not in said | {event.category for event in found.beats}
