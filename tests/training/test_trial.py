"""What the figures of a training mean, on pictures whose truth is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.labelled import LabelledPicture
from cinetag_plugin.training.collection import Collection
from cinetag_plugin.training.embeddings import Measured
from cinetag_plugin.training.head_card import single_source
from cinetag_plugin.training.learning import Judge
from cinetag_plugin.training.recipes import Balanced, Paper
from cinetag_plugin.training.samples import Samples, samples_of
from cinetag_plugin.training.sgd import Schedule
from cinetag_plugin.training.splits import Split
from cinetag_plugin.training.trial import try_recipe

LABELS = ("a", "b", "c")


@pytest.fixture
def samples():
    """Make three labels that lie apart, each of ten sources; the colours tell nothing."""
    draw = np.random.default_rng(5)
    label = np.arange(600) % 3
    values = np.maximum(2 * np.eye(3, 8)[label] + draw.normal(size=(600, 8)), 0).astype(np.float32)
    names = tuple(f"source {number}" for number in draw.integers(0, 10, 600))
    truth = label[:, None] == np.arange(3)
    colours = draw.random((600, 4)).astype(np.float32)
    return Samples(values, colours, truth, LABELS, {}, names, names, True, tuple(range(600)), 0)


@pytest.mark.parametrize("recipe", [Balanced(), Paper(schedule=Schedule(rate=0.1, epochs=60))])
def test_what_can_be_learnt_is_learnt_and_beats_the_baselines(samples, recipe):
    trial = try_recipe(samples, recipe, seed=0)
    figure, *interval = trial.systems["head"]["hit_at_1"]
    assert figure > 0.8
    assert len(interval) == (2 if recipe.independent else 0)  # the paper's recipe tests one of the sources
    assert not interval or interval[0] <= figure <= interval[1]
    assert trial.systems["colours"]["hit_at_1"][0] < 0.5
    assert trial.head.activation == ("sigmoid" if recipe.independent else "softmax")
    tested = sum(tag.tested for tag in trial.tags.values())
    assert tested == 600 if recipe.independent else 0 < tested < 120
    assert trial.curve.kept <= trial.curve.moments[-1].step


def test_what_is_learnt_is_above_the_baselines_in_all_draws_and_what_is_not_in_none(samples):
    trial = try_recipe(samples, Balanced(), seed=0)
    assert all(figures.above_baselines == 1.0 for figures in trial.tags.values())
    noise = np.random.default_rng(1).random(samples.embeddings.shape).astype(np.float32)
    blind = try_recipe(replace(samples, embeddings=noise, colours=samples.embeddings), Balanced(), seed=0)
    assert all(figures.above_baselines == 0.0 for figures in blind.tags.values())


def test_relations_are_learnt_where_asked_for_and_measured_on_other_folds(samples):
    assert try_recipe(samples, Balanced(), seed=0).relations is None
    trial = try_recipe(samples, Balanced(), seed=0, relate=True)
    assert trial.relations is not None
    assert np.array(trial.relations.matrix).shape == (3, 3)
    apart = trial.systems["refined"]["hit_at_1"][0] - trial.systems["head"]["hit_at_1"][0]
    assert abs(apart) < 0.1  # labels that exclude each other: the softmax knew that


def test_probabilities_are_as_often_right_as_they_say(samples):
    head = try_recipe(samples, Balanced(), seed=0).head
    given = head.probabilities(samples.embeddings)
    assert given.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.05)


def test_a_label_of_one_source_is_not_found_while_its_source_is_left_out(samples):
    """The figure comes from pictures whose source was never taught."""
    names = tuple(
        "alone" if held else name for held, name in zip(samples.truth[:, 0], samples.sources, strict=True)
    )
    alone = replace(samples, sources=names, units=names)
    trial = try_recipe(alone, Balanced(), seed=0)
    assert single_source(trial) == ["a"]
    assert trial.tags["a"].average_precision < 0.5 < trial.tags["b"].average_precision


def test_the_same_seed_gives_the_same_head(samples):
    schedule = Schedule(epochs=3, warm_up=1)
    one, two = (try_recipe(samples, Paper(schedule=schedule, seed=4), seed=4).head for _ in range(2))
    assert (one.weights == two.weights).all()


def test_a_label_of_one_source_is_never_said_to_beat_the_baselines(samples):
    names = tuple(
        "alone" if held else name for held, name in zip(samples.truth[:, 0], samples.sources, strict=True)
    )
    trial = try_recipe(replace(samples, sources=names, units=names), Balanced(), seed=0)
    assert np.isnan(trial.tags["a"].above_baselines)
    assert trial.tags["b"].above_baselines == 1.0


def test_one_tested_source_makes_no_interval(samples):
    few = tuple(f"source {row % 3}" for row in range(600))
    trial = try_recipe(replace(samples, sources=few, units=few), Paper(schedule=Schedule(epochs=2)), seed=0)
    assert len(trial.systems["head"]["hit_at_1"]) == 1


def test_chance_is_how_often_a_label_holds(samples):
    trial = try_recipe(samples, Balanced(), seed=0)
    shares = [figures.of_chance for figures in trial.tags.values()]
    assert shares == pytest.approx(samples.truth.mean(axis=0))
    assert trial.systems["majority"]["mean_average_precision"] == [pytest.approx(np.mean(shares), abs=1e-3)]


def test_labels_that_training_does_not_have_are_left_out_of_the_loss():
    values, truth = np.zeros((4, 2)), np.eye(4, 3, dtype=bool)[[0, 1, 1, 2]]
    split = Split(np.array([0, 1]), np.array([2, 3]), np.array([], np.int64))
    work = Judge(values, truth, split)
    head = _flat_head()
    assert work.loss(head) == pytest.approx(np.log(3))
    assert work.moment(1, head).training_loss == pytest.approx(np.log(3))


def _flat_head():
    from cinetag_plugin.training.fit import Head

    return Head(np.zeros((2, 3)), np.zeros(3), "softmax")


def collection(*rows, sourceless=()):
    pictures = tuple(
        LabelledPicture(Path(name), "r", frozenset(labels), group) for name, labels, group in rows
    )
    return Collection("set", pictures, frozenset(map(Path, sourceless)), 0)


def measured(*checksums):
    count = len(checksums)
    vectors = (np.arange(count, dtype=np.float32)[:, None], np.zeros((count, 4), np.float32))
    return Measured(tuple(range(count)), checksums, vectors, ())


def test_copies_become_one_picture_with_all_labels_and_join_their_sources():
    given = collection(("1", "a", "x"), ("2", "b", "y"), ("3", "b", "z"), ("4", "a", "u"))
    found = samples_of(given, measured(b"p", b"p", b"q", b"r"), least=1)
    assert found.copies == 1
    assert found.truth.tolist() == [[True, True], [False, True], [True, False]]
    assert found.sources == ("x", "z", "u")
    assert found.embeddings.ravel().tolist() == [0, 2, 3]
    assert found.by_source


def test_labels_with_few_pictures_are_counted_and_not_taught():
    given = collection(("1", "ac", "x"), ("2", "d", "x"), ("3", "ab", "y"), ("4", "b", "z"))
    found = samples_of(given, measured(b"p", b"q", b"r", b"s"), least=2)
    assert found.labels == ("a", "b")
    assert found.embeddings.ravel().tolist() == [0, 2, 3]
    assert found.too_few == {"c": 1, "d": 1}


def test_pictures_without_a_source_are_parted_one_by_one():
    given = collection(("1", "a", "x"), ("2", "b", "r"), ("3", "b", "r"), sourceless=("2", "3"))
    found = samples_of(given, measured(b"p", b"q", b"r"), least=1)
    assert len(set(found.units)) == 3
    assert found.sources == ("x", "r", "r")
    assert not found.by_source


def test_two_sources_are_too_few_to_split_by():
    given = collection(("1", "a", "x"), ("2", "b", "y"), ("3", "b", "y"))
    found = samples_of(given, measured(b"p", b"q", b"r"), least=1)
    assert len(set(found.units)) == 3
    assert not found.by_source


def test_one_label_alone_cannot_be_taught():
    given = collection(("1", "a", "x"), ("2", "a", "y"), ("3", "b", "z"))
    with pytest.raises(DocumentError, match="1 labels with 2 pictures or more"):
        samples_of(given, measured(b"p", b"q", b"r"), least=2)


def test_a_background_is_taught_but_has_no_figure(samples):
    with_none = replace(samples, labels=("a", "b", "none"), background="none")
    weights = np.where(with_none.truth[:, 2], 8.0, 1.0)
    trial = try_recipe(with_none, Balanced(), seed=0, weights=weights)
    assert set(trial.tags) == {"a", "b"}
    assert trial.head.activation == "softmax"
    assert trial.held_out.shape == (600, 3)
    given = trial.head.probabilities(samples.embeddings)
    assert weights @ given / weights.sum() == pytest.approx([0.1, 0.1, 0.8], abs=0.05)
    assert trial.calibration["shares"] == pytest.approx({"a": 0.1, "b": 0.1, "none": 0.8}, abs=0.02)
    assert trial.systems["head"]["hit_at_1"][0] > 0.8


def test_folds_that_are_dealt_already_are_kept(samples):
    fold = np.array([int(name.rpartition(" ")[2]) % 3 for name in samples.units])
    assert try_recipe(samples, Balanced(), seed=0, fold=fold).split.startswith("3 folds")


def test_a_picture_with_another_label_does_not_show_the_background():
    given = collection(("1", ["none"], "x"), ("2", ["a"], "y"), ("3", ["none"], "z"), ("4", ["none"], "u"))
    found = samples_of(given, measured(b"p", b"p", b"q", b"r"), least=1, background="none")
    assert (found.labels, found.background) == (("a", "none"), "none")
    assert found.truth.tolist() == [[True, False], [False, True], [False, True]]
    assert found.without_background().truth.tolist() == [[True], [False], [False]]
