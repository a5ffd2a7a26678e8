"""Scores of shot boundaries: counting rules, and the same figures as an independent program."""

import importlib.util
from itertools import pairwise
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.shots import (
    Counts,
    Truth,
    overlap,
    read_truth,
    score_boundaries,
)

KINDS = {"dissolve": "dissolve", "fade": "fade", "wipe": "wipe", "other": "other-gradual"}


def cut(frame):
    return Boundary("cut", frame, frame)


def truth(*boundaries, not_cut=()):
    return Truth(tuple(boundaries), tuple(not_cut))


def cuts_of(scores):
    return scores.cuts.true, scores.cuts.found, scores.cuts.matched


def test_a_cut_one_frame_off_is_missed_and_false():
    scores = score_boundaries([cut(11)], truth(cut(10)))
    assert cuts_of(scores) == (1, 1, 0)
    assert (scores.false_frames, scores.missed_frames) == ((11,), (10,))


def test_tolerance_matches_each_cut_once():
    scores = score_boundaries([cut(9), cut(11)], truth(cut(10)), tolerance=1)
    assert cuts_of(scores) == (1, 2, 1)


def test_as_many_cuts_as_possible_are_matched():
    # 12 is nearer to 11, but only 11 can take 10
    assert cuts_of(score_boundaries([cut(10), cut(12)], truth(cut(11), cut(13)), tolerance=1)) == (2, 2, 2)


def test_a_cut_inside_a_dissolve_is_neither_right_nor_wrong():
    scores = score_boundaries([cut(25)], truth(Boundary("dissolve", 20, 30)))
    assert cuts_of(scores) == (0, 0, 0)
    assert scores.gradual == Counts(1, 0, 0)


def test_a_dissolve_found_for_a_cut_is_a_missed_cut_and_no_false_one():
    assert cuts_of(score_boundaries([Boundary("dissolve", 5, 15)], truth(cut(10)))) == (1, 0, 0)


def test_gradual_transitions_match_where_half_overlaps():
    wide = truth(Boundary("fade", 0, 20))
    assert score_boundaries([Boundary("dissolve", 0, 10)], wide).gradual == Counts(1, 1, 1)
    assert score_boundaries([Boundary("dissolve", 0, 9)], wide).gradual == Counts(1, 1, 0)


def test_false_frames_where_detectors_are_fooled_are_counted_apart():
    scores = score_boundaries([cut(5), cut(50)], truth(not_cut=[(4, 6)]))
    assert scores.false_in_not_cut == 1
    assert scores.cuts.found == 2


def test_the_start_of_the_film_is_no_cut():
    assert cuts_of(score_boundaries([cut(0)], truth(cut(10)))) == (1, 0, 0)


def test_rates_of_nothing_are_none_and_not_perfect():
    nothing = Counts(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    assert Counts(4, 0, 0).f1 == 0


def test_json_has_the_documented_keys():
    said = score_boundaries([cut(10)], truth(cut(10)), film="a").as_json()
    assert said["film"] == "a"
    assert said["tolerance"] == 0
    assert said["cuts"] == {"precision": 1, "recall": 1, "f1": 1, "true": 1, "found": 1, "matched": 1}
    assert set(said["gradual"]) == set(said["cuts"])
    assert said["false_in_not_cut"] == 0


def test_a_long_chain_of_cuts_is_matched():
    # each cut takes the frame after it; the last has none, and all must move back for it
    true = range(10, 10 + 3 * 1500, 3)
    found = [8, *(frame + 1 for frame in true[:-1])]
    assert cuts_of(score_boundaries(map(cut, found), truth(*map(cut, true)), tolerance=2)) == (
        1500,
        1500,
        1500,
    )


def test_overlap_of_two_empty_transitions():
    assert overlap((3, 3), (3, 3)) == 1
    assert overlap((3, 3), (4, 4)) == 0


def test_truth_is_read(tmp_path):
    path = tmp_path / "film.tsv"
    path.write_text(
        "# clip: film.mp4\ncut\t10\t10\t\nfade\t20\t30\tnote\nnot_cut\t3\t5\tflash\n", encoding="utf-8"
    )
    assert read_truth(path) == Truth((cut(10), Boundary("fade", 20, 30)), ((3, 5),), "film")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("jump\t1\t1", "unknown kind"),
        ("cut\t1", "lacks"),
        ("cut\t-1\t-1", "lacks"),
        ("cut\t1\t2", "several frames"),
        ("fade\t9\t2", "before it starts"),
    ],
)
def test_a_row_that_is_none_is_named(tmp_path, row, fault):
    path = tmp_path / "film.tsv"
    path.write_text("# head\n" + row + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=f"line 2 .*{fault}"):
        read_truth(path)


@pytest.fixture(scope="module")
def independent(shared) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_cuts", shared / "media" / "score_cuts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # it raises the recursion limit of whoever imports it
    module.sys = SimpleNamespace(setrecursionlimit=lambda limit: None)
    return module


frames = st.integers(1, 60)
cut_sets = st.sets(frames, max_size=12)


@st.composite
def apart(draw, kinds):
    """Gradual transitions that do not overlap, as a hand-made truth has them."""
    ends = sorted(draw(st.sets(frames, max_size=8)))
    return [Boundary(draw(st.sampled_from(kinds)), *pair) for pair in list(pairwise(ends))[::2]]


graduals = st.lists(
    st.builds(
        lambda k, s, n: Boundary(k, s, s + n), st.sampled_from(list(KINDS)), frames, st.integers(1, 20)
    ),
    max_size=5,
)
spans = st.lists(st.tuples(frames, st.integers(0, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=3)


@settings(max_examples=300, deadline=None)
@given(cut_sets, apart(list(KINDS)), spans, cut_sets, graduals, st.integers(0, 3))
def test_same_figures_as_the_independent_scorer(
    independent, true_cuts, true_gradual, not_cut, found_cuts, found_gradual, tolerance
):
    ours = score_boundaries(
        [*map(cut, found_cuts), *found_gradual],
        truth(*map(cut, true_cuts), *true_gradual, not_cut=not_cut),
        tolerance=tolerance,
    )
    rows = [(b.start, b.end, KINDS[b.kind]) for b in true_gradual]
    found = sorted({(b.start, b.end, KINDS[b.kind]) for b in found_gradual})
    theirs = independent.score(
        sorted(true_cuts), sorted(rows), sorted(not_cut), sorted(found_cuts), tolerance, found
    )
    assert ours.cuts == Counts(theirs["cuts"], theirs["matched"] + theirs["false"], theirs["matched"])
    assert list(ours.false_frames) == theirs["false_frames"]
    assert list(ours.missed_frames) == theirs["missed_frames"]
    assert ours.false_in_not_cut == theirs["false_in_not_cut"]
    assert ours.gradual == Counts(theirs["gradual"], theirs["gradual_detected"], theirs["gradual_matched"])


def test_every_shared_truth_scores_full_marks_against_itself(shared):
    paths = sorted((shared / "media" / "truth").glob("*.tsv"))
    assert paths
    for path in paths:
        itself = read_truth(path)
        scores = score_boundaries(itself.boundaries, itself)
        assert scores.cuts.matched == scores.cuts.true == scores.cuts.found
        assert scores.gradual.matched == scores.gradual.true == scores.gradual.found
