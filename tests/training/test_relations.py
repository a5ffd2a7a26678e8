"""Relations between labels: learnt where there are any, and not made up where there are none."""

import numpy as np

from cinetag_plugin.training.relations import fit_relations


def refined(relations, logits):
    return logits @ np.array(relations.matrix).T + relations.offset


def scene(count, seed):
    """A wedding always has romance; only romance shows in the scores. Forest is by itself."""
    draw = np.random.default_rng(seed)
    wedding, forest = draw.random(count) < 0.3, draw.random(count) < 0.3
    truth = np.stack([wedding, wedding, forest], axis=1)
    shown = np.where(wedding, 2.0, -2.0) + draw.normal(size=count)
    woods = np.where(forest, 2.0, -2.0) + draw.normal(size=count)
    return np.stack([draw.normal(size=count), shown, woods], axis=1), truth


def separation(logits, truth):
    return logits[truth].mean() - logits[~truth].mean()


def test_a_label_gains_from_one_that_goes_with_it():
    relations = fit_relations(*scene(600, 0), penalty=0.1)
    logits, truth = scene(600, 1)
    before, after = (
        separation(logits[:, 0], truth[:, 0]),
        separation(refined(relations, logits)[:, 0], truth[:, 0]),
    )
    assert before < 0.3
    assert after > 1.0
    forest = np.array(relations.matrix)[2]
    assert abs(forest[:2]).max() < 0.3
    assert forest[2] == 1.0


def test_a_heavy_penalty_changes_nothing():
    logits, truth = scene(200, 2)
    np.testing.assert_allclose(refined(fit_relations(logits, truth, penalty=1e6), logits), logits, atol=1e-3)
