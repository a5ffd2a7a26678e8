import numpy as np
import pytest

from cinetag_plugin.training.sgd import Schedule, teach


@pytest.fixture
def clouds():
    draw = np.random.default_rng(4)
    label = draw.integers(0, 3, 600)
    values = np.maximum(np.eye(3, 12)[label] * 4 + draw.normal(size=(600, 12)), 0).astype(np.float32)
    return values, label[:, None] == np.arange(3)


def loss_on(values, truth):
    return lambda head: float(-np.log(head.probabilities(values)[truth]).mean())


@pytest.mark.parametrize("bounded", [False, True])
def test_clouds_are_learnt_with_and_without_relu(clouds, bounded):
    values, truth = clouds
    schedule = Schedule(rate=0.05, batch=50, epochs=60)
    head, _ = teach(values, truth, schedule, loss_on(values, truth), bounded=bounded, seed=1)
    assert (head.logits(values).argmax(1) == truth.argmax(1)).mean() > 0.9
    assert head.bounded is bounded
    assert head.logits(values).min() >= 0 or not bounded


def test_without_dropout_a_step_is_the_gradient_of_the_cross_entropy(clouds):
    """One whole batch, against the slope found by differences."""
    values, truth = clouds
    schedule = Schedule(rate=0.1, batch=600, epochs=1, dropout=0.0)
    heads = []
    teach(values, truth, schedule, lambda head: heads.append(head) or 0.0, bounded=False, seed=2)
    still = Schedule(rate=0.0, batch=600, epochs=1, dropout=0.0)
    teach(values, truth, still, lambda head: heads.append(head) or 0.0, bounded=False, seed=2)
    after, before = heads
    loss, small = loss_on(values, truth), 1e-4
    for place in ((0, 0), (5, 2), (11, 1)):
        raised, lowered = before.weights.copy(), before.weights.copy()
        raised[place] += small
        lowered[place] -= small
        slope = (
            loss(type(before)(raised, before.bias, "softmax"))
            - loss(type(before)(lowered, before.bias, "softmax"))
        ) / (2 * small)
        moved = after.weights[place] - before.weights[place]
        assert moved == pytest.approx(-0.1 * slope, abs=1e-4)


def test_the_head_of_the_lowest_loss_is_kept_and_patience_ends_the_teaching(clouds):
    losses = iter([9.0, 1.0, 5.0, 4.0, 6.0, 7.0, 8.0, 9.0])
    schedule = Schedule(epochs=100, warm_up=2, patience=2)
    seen = []
    head, epoch = teach(*clouds, schedule, lambda h: seen.append(h) or next(losses), bounded=False, seed=0)
    assert (epoch, len(seen)) == (2, 4)
    assert (head.weights == seen[1].weights).all()


def test_a_seed_gives_the_same_head(clouds):
    schedule = Schedule(epochs=3)
    one, two, other = (
        teach(*clouds, schedule, lambda h: 1.0, bounded=True, seed=seed)[0].weights for seed in (1, 1, 2)
    )
    assert (one == two).all()
    assert (one != other).any()
