"""The scorer of shots gives the figures of the independent one beside the real films."""

import importlib.util
import random

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.shots import Rates, Truth, read_truth, score_boundaries


@pytest.fixture(scope="module")
def independent(shared):
    """The scorer that comes with the films, as a module."""
    spec = importlib.util.spec_from_file_location("score_cuts", shared / "media" / "score_cuts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _random_case(seed: int):
    dice = random.Random(seed)
    cuts = sorted(dice.sample(range(1, 120), dice.randint(0, 12)))
    spans = lambda most: sorted(  # noqa: E731
        {(s, s + dice.randint(0, 12)) for s in dice.sample(range(1, 110), dice.randint(0, most))}
    )
    near = {max(1, cut + dice.choice((0, 0, 1, -1, 3))) for cut in cuts if dice.random() < 0.8}
    found = sorted(near | set(dice.sample(range(1, 120), dice.randint(0, 5))))
    return Truth(tuple(cuts), tuple(spans(4)), tuple(spans(4))), found, spans(4), dice.randint(0, 4)


@pytest.mark.parametrize("block", range(4))
def test_counts_are_those_of_the_independent_scorer(independent, block):
    for seed in range(block * 150, (block + 1) * 150):
        truth, found, gradual, tolerance = _random_case(seed)
        ours = score_boundaries("film", found, gradual, truth, tolerance=tolerance)
        kinds = [(start, end, "fade") for start, end in gradual]
        theirs = independent.score(
            list(truth.cuts),
            [(start, end, "fade") for start, end in truth.gradual],
            list(truth.not_cut),
            found,
            tolerance,
            kinds,
        )
        assert ours.cuts.matched == theirs["matched"], seed
        assert len(ours.missed_frames) == theirs["missed"], seed
        assert ours.gradual.matched == theirs["gradual_matched"], seed
        assert ours.cuts.found == theirs["matched"] + theirs["false"], seed
        assert ours.false_in_not_cut == theirs["false_in_not_cut"], seed


def test_a_truth_scores_full_marks_against_itself(shared):
    for path in sorted((shared / "media" / "truth").glob("*.tsv")):
        truth = read_truth(path)
        scores = score_boundaries(path.stem, truth.cuts, truth.gradual, truth)
        assert scores.cuts.f1 in {1.0, None}
        assert scores.gradual.f1 in {1.0, None}
        assert scores.false_in_not_cut == 0


def test_rates_over_nothing_are_none():
    assert Rates(0, 0, 0).as_json() == {
        "precision": None, "recall": None, "f1": None, "true": 0, "found": 0, "matched": 0
    }  # fmt: skip
    assert (Rates(4, 2, 2) + Rates(0, 2, 1)).f1 == 0.75


def test_a_cut_found_in_a_dissolve_is_neither_right_nor_wrong():
    truth = Truth((), ((10, 20),), ())
    assert score_boundaries("film", [15], [], truth).cuts == Rates(0, 0, 0)
    assert score_boundaries("film", [21], [], truth).cuts == Rates(0, 1, 0)
    assert score_boundaries("film", [21], [], truth, tolerance=1).cuts == Rates(0, 0, 0)


@pytest.mark.parametrize("row", ["cut\t5\t6\t", "cut\tfive\t5", "cut 5 5", "splice\t5\t5", "fade\t9\t5"])
def test_a_row_that_is_none_is_named(tmp_path, row):
    path = tmp_path / "truth.tsv"
    path.write_text(f"# kind\tstart\tend\ncut\t1\t1\t\n{row}\n")
    with pytest.raises(DocumentError, match="line 3"):
        read_truth(path)
