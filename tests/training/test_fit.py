import numpy as np
import pytest

from cinetag_plugin.document.contracts import ModelInput
from cinetag_plugin.evaluation.tags import mean_average_precision, truth_of
from cinetag_plugin.models.image import prepare
from cinetag_plugin.training.collection import read_rooms
from cinetag_plugin.training.fit import HeadFit, fit_calibration, fit_head, minimise, sigmoid, softmax
from cinetag_plugin.training.splits import deal_folds, sources


@pytest.fixture
def clouds():
    draw = np.random.default_rng(7)
    label = draw.integers(0, 3, 300)
    centres = np.array([[4.0, 0, 0, 0], [0, 30, 0, 0], [0, 0, 2, 0]])
    values = centres[label] + draw.normal(size=(300, 4)) * [1, 8, 1, 1]
    return values, label[:, None] == np.arange(3)


def test_the_minimum_of_a_quadratic_is_found():
    curve = np.diag([1.0, 10.0, 100.0])
    goal = np.array([[1.0], [-2.0], [3.0]])

    def objective(point):
        return 0.5 * float(((point - goal).T @ curve @ (point - goal))[0, 0]), curve @ (point - goal)

    assert minimise(objective, np.zeros((3, 1)), close=1e-9) == pytest.approx(goal, abs=1e-7)


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_a_head_learns_clouds_that_lie_apart(clouds, activation):
    values, truth = clouds
    head = fit_head(values, truth, activation)
    given = head.probabilities(values)
    assert (given.argmax(1) == truth.argmax(1)).mean() > 0.95
    if activation == "softmax":
        assert given.sum(1) == pytest.approx(np.ones(300))


def test_the_head_is_the_one_scikit_learn_fits(clouds):
    linear_model = pytest.importorskip("sklearn.linear_model")
    values, truth = clouds
    penalty = 0.02
    scaled = (values - values.mean(0)) / values.std(0)
    other = linear_model.LogisticRegression(C=1 / (penalty * len(values)), tol=1e-10, max_iter=10000)
    wanted = np.stack([other.fit(scaled, held).predict_proba(scaled)[:, 1] for held in truth.T], 1)
    assert fit_head(values, truth, "sigmoid", penalty).probabilities(values) == pytest.approx(
        wanted, abs=1e-3
    )


def test_balance_raises_the_rare_label(clouds):
    values, truth = clouds
    rare = truth[:, :1] & (np.arange(300) % 5 == 0)[:, None]
    plain, balanced = (fit_head(values, rare, balance=b).probabilities(values).mean() for b in (0.0, 1.0))
    assert plain == pytest.approx(rare.mean(), abs=0.01)
    assert balanced > 2 * plain


def test_a_value_that_never_changes_counts_for_nothing(clouds):
    values, truth = clouds
    with_constant = np.hstack([values, np.full((300, 1), 5.0)])
    head = fit_head(with_constant, truth)
    assert head.weights[-1] == pytest.approx(0)
    assert np.isfinite(head.logits(with_constant)).all()


def test_fitting_twice_gives_the_same_head(clouds):
    first, second = fit_head(*clouds), fit_head(*clouds)
    assert (first.weights == second.weights).all()
    assert (first.bias == second.bias).all()


def test_heads_of_weaker_penalties_go_on_from_the_last_and_come_to_the_same(clouds):
    values, truth = clouds
    work = HeadFit(values, truth)
    work.fit(1.0)
    watched = []
    path = work.fit(0.05, watch=watched.append)
    assert watched[-1].weights == pytest.approx(path.weights)
    alone = fit_head(values, truth, penalty=0.05)
    assert path.probabilities(values) == pytest.approx(alone.probabilities(values), abs=2e-3)
    steps = []
    HeadFit(values, truth).fit(0.05, start=alone, watch=steps.append)
    assert len(steps) < len(watched)


def test_float32_gives_the_head_of_float64(clouds):
    values, truth = clouds
    wide, narrow = (fit_head(values.astype(kind), truth, "softmax") for kind in (np.float64, np.float32))
    assert narrow.probabilities(values) == pytest.approx(wide.probabilities(values), abs=2e-3)


def test_balance_makes_labels_of_a_softmax_count_the_same(clouds):
    """Values that tell nothing: what remains is how much each label counts."""
    _, truth = clouds
    rare = truth & ((np.arange(300) % 10 == 0)[:, None] | (np.arange(3) > 0))
    nothing = np.zeros((300, 2))
    given = fit_head(nothing, rare, "softmax", balance=1.0).probabilities(nothing[:1])[0]
    assert given == pytest.approx([1 / 3] * 3, abs=1e-3)


def test_a_label_without_pictures_does_not_raise_the_others(clouds):
    values, truth = clouds
    without = fit_head(values, truth, "softmax").logits(values)
    with_one = fit_head(values, np.hstack([truth, np.zeros((300, 1), bool)]), "softmax").logits(values)
    assert with_one[:, :3] == pytest.approx(without)
    assert (with_one[:, 3] < with_one[:, :3].min(axis=1)).all()


def test_a_label_that_the_first_head_did_not_know_begins_anew():
    """Going on from a logit that says never, a search that ends early would leave the label behind."""
    draw = np.random.default_rng(7)
    label = draw.integers(0, 20, 600)
    values = draw.normal(size=(20, 40))[label] * 0.7 + draw.normal(size=(600, 40))
    truth = label[:, None] == np.arange(20)
    first = fit_head(values, truth & (np.arange(20) > 0), "softmax", 0.1)
    later = HeadFit(values, truth, "softmax").fit(0.1, start=first, enough=3e-4)
    wanted = fit_head(values, truth, "softmax", 0.1).logits(values)[:, 0].mean()
    assert later.logits(values)[:, 0].mean() == pytest.approx(wanted, abs=0.3)


def test_a_normalised_head_does_not_see_how_long_an_embedding_is(clouds):
    values, truth = clouds
    head = HeadFit(values, truth, "softmax", normalised=True).fit(0.1)
    assert head.logits(7 * values) == pytest.approx(head.logits(values))


def test_calibration_undoes_overconfidence():
    draw = np.random.default_rng(3)
    logits = draw.normal(-1, 2, (20000, 5))
    truth = draw.random((20000, 5)) < sigmoid(logits)
    slope, shift = fit_calibration(3 * logits + 1, truth)
    assert (slope, shift) == pytest.approx((1 / 3, -1 / 3), abs=0.03)


def test_large_logits_do_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
        assert softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])).tolist() == [[1, 0], [0.5, 0.5]]


def test_a_head_learns_real_pictures_of_other_sources(shared):
    """Deserts against campuses by colour alone: hardly a model, but better than chance."""
    found = read_rooms(shared / "images" / "MANIFEST.tsv", ("tagset",))
    labels = ["desert", "college_university"]
    few = [p for p in found if p.labels & set(labels)][::4]
    values = np.stack([_thumbnail(p.path) for p in few])
    truth, fold = truth_of([p.labels for p in few], labels), deal_folds(sources(few), 2)
    head = fit_head(values[fold == 0], truth[fold == 0], penalty=0.1)
    chance = truth[fold == 1].mean(0).mean()
    assert mean_average_precision(truth[fold == 1], head.logits(values[fold == 1])) > chance + 0.1


def _thumbnail(path):
    from PIL import Image

    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    return prepare(pixels, ModelInput(kind="picture", size=(4, 4), crop="stretch")).ravel()
