"""Figures of beat categories: the published table, figures by hand, and matrices that are none."""

import json

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evaluation.beats import Confusion, confusion_of, intervals, read_confusion

LABELS = (
    "battle",
    "good_argue_good",
    "good_argue_bad",
    "romance",
    "despair_good",
    "battle_preparation",
    "pursuit",
    "joy_bad",
    "bad_argue_bad",
    "victory_bad",
    "victory_good",
)
PUBLISHED = (
    (354, 2, 1, 4, 3, 0, 22, 2, 0, 0, 0),
    (5, 237, 10, 13, 4, 0, 18, 5, 0, 0, 0),
    (3, 0, 120, 1, 3, 0, 5, 6, 1, 0, 0),
    (1, 19, 0, 69, 3, 0, 2, 2, 2, 0, 0),
    (66, 10, 33, 8, 186, 0, 35, 40, 3, 0, 0),
    (47, 23, 4, 3, 5, 6, 16, 3, 1, 0, 1),
    (30, 0, 5, 0, 2, 0, 168, 0, 0, 0, 0),
    (3, 0, 26, 1, 1, 0, 0, 84, 3, 0, 0),
    (6, 0, 1, 1, 1, 0, 1, 0, 14, 0, 0),
    (6, 0, 2, 0, 1, 1, 0, 2, 0, 6, 0),
    (28, 2, 3, 0, 0, 0, 1, 0, 0, 0, 12),
)
"""The matrix of Ejaz et al., "Deep Learning based Beat Event Detection in Action Movie Franchises"
(ICMV 2017); rows are the truth."""

PRINTED = (
    (0.64, 0.91, 0.76),
    (0.81, 0.81, 0.81),
    (0.59, 0.86, 0.70),
    (0.69, 0.70, 0.70),
    (0.89, 0.49, 0.63),
    (0.86, 0.06, 0.10),
    (0.63, 0.82, 0.71),
    (0.58, 0.71, 0.64),
    (0.58, 0.58, 0.58),
    (1.00, 0.33, 0.50),
    (0.92, 0.26, 0.41),
)
"""Precision, recall and F as printed, two decimals: 0.005 is as near as a printed figure can be."""


@pytest.mark.parametrize("place", range(len(LABELS)), ids=LABELS)
def test_the_published_figures_come_out_of_the_published_matrix(place):
    counts = Confusion(LABELS, PUBLISHED).per_category[LABELS[place]]
    found = (counts.precision, counts.recall, counts.f1)
    assert found == pytest.approx(PRINTED[place], abs=0.0050001)
    assert tuple(round(value + 1e-12, 2) for value in found) == PRINTED[place]


def test_the_published_means_come_out_of_the_published_matrix():
    """The mean F is that of the column of F; the F of mean precision and recall would be 0.66."""
    confusion = Confusion(LABELS, PUBLISHED)
    means = (confusion.mean_precision, confusion.mean_recall, confusion.mean_f)
    assert tuple(round(value, 2) for value in means) == (0.74, 0.59, 0.59)
    assert confusion.total == 1818
    assert confusion.accuracy == 1256 / 1818
    assert confusion.majority == 388 / 1818


def test_columns_are_answers():
    confusion = Confusion(("a", "b"), ((3, 1), (0, 4)))
    assert confusion.per_category["a"].precision == 1
    assert confusion.per_category["a"].recall == 3 / 4
    assert confusion.per_category["b"].precision == 4 / 5


def test_a_label_that_never_occurs_is_in_no_mean():
    confusion = Confusion(("a", "b", "never"), ((1, 0, 0), (1, 0, 0), (0, 0, 0)))
    never = confusion.per_category["never"]
    assert (never.precision, never.recall, never.f1) == (None, None, None)
    # b is true once and never answered: its F is 0, its precision has no meaning
    assert confusion.mean_f == pytest.approx((2 / 3 + 0) / 2)
    assert confusion.mean_precision == 1 / 2
    assert confusion.mean_recall == 1 / 2


def test_nothing_judged_gives_no_figures():
    empty = Confusion(("a", "b"), ((0, 0), (0, 0)))
    assert (empty.accuracy, empty.mean_f, empty.majority) == (None, None, None)
    json.dumps(empty.as_json(), allow_nan=False)


def test_answers_are_counted_under_their_truth():
    assert confusion_of(("a", "b"), [0, 0, 1, 1], [0, 1, 1, 1]).matrix == ((1, 1), (0, 2))


def test_intervals_draw_whole_sources():
    true, said = [0, 0, 1, 1], [0, 0, 0, 0]
    ends = intervals(("a", "b"), true, said, ["x", "x", "y", "y"])
    assert ends["accuracy"] == (0, 1)
    low, high = ends["mean_f"]
    assert (low, high) == (0, 1)
    assert intervals(("a", "b"), true, said, ["x"] * 4) == {"mean_f": None, "accuracy": None}


def test_json_has_the_keys_that_scripts_rely_on():
    told = Confusion(LABELS, PUBLISHED).as_json()
    assert {"per_category", "mean_f", "accuracy", "confusion"} <= told.keys()
    assert told["confusion"] == {"labels": list(LABELS), "matrix": [list(row) for row in PUBLISHED]}
    assert told["per_category"]["battle"]["f"] == pytest.approx(0.7556, abs=5e-5)


def test_a_matrix_file_is_read(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"labels": LABELS, "matrix": PUBLISHED, "source": "slides"}))
    assert read_confusion(path) == Confusion(LABELS, PUBLISHED)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"labels": ["a"]}',
        '{"labels": [], "matrix": []}',
        '{"labels": ["a", "a"], "matrix": [[1, 2], [3, 4]]}',
        '{"labels": ["a", " "], "matrix": [[1, 2], [3, 4]]}',
        '{"labels": ["a", "b"], "matrix": [[1, 2]]}',
        '{"labels": ["a", "b"], "matrix": [[1, 2], [3]]}',
        '{"labels": ["a"], "matrix": [[-1]]}',
        '{"labels": ["a"], "matrix": [[1.5]]}',
        '{"labels": ["a"], "matrix": [[1e300]]}',
        '{"labels": ["a"], "matrix": [[9999999999999999]]}',
        '{"labels": ["a"], "matrix": ' + "[" * 5000,
    ],
)
def test_what_is_no_matrix_is_refused(tmp_path, content):
    path = tmp_path / "m.json"
    path.write_text(content)
    with pytest.raises(DocumentError, match=r"m\.json"):
        read_confusion(path)
