"""Evidence beside pictures moves what a shot says, a little, and only where it is asked for."""

import numpy as np
import pytest
from films_in_words import errors_of, labelled_film
from msgspec.structs import replace

from cinetag_plugin.beats.groupings import centred
from cinetag_plugin.beats.leanings import known_leanings, leaned
from cinetag_plugin.beats.votes import NONE
from cinetag_plugin.document.vocabulary import builtin_vocabulary

LABELS = ["battle", "romance", NONE]


def shots(measure: str, values):
    given = [{} if value is None else {measure: value} for value in values]
    film = labelled_film("a" * len(given), None)
    return [replace(shot, measures=one) for shot, one in zip(film.shots, given, strict=True)]


def test_gunfire_speaks_for_battle_by_the_number_in_the_table():
    even = np.full((3, 3), 1 / 3)
    moved = leaned(even, shots("gunfire", [0.0, 0.0, 0.1]), LABELS, {"sound"})
    np.testing.assert_allclose(moved[:2], even[:2])
    assert moved[2, 0] / moved[2, 2] == pytest.approx(np.exp(0.5))
    np.testing.assert_allclose(moved.sum(axis=1), 1)


def test_what_was_not_asked_for_or_not_measured_moves_nothing():
    even = np.full((3, 3), 1 / 3)
    np.testing.assert_allclose(leaned(even, shots("gunfire", [0, 0, 1]), LABELS, {"faces"}), even)
    np.testing.assert_allclose(leaned(even, shots("gunfire", [None] * 3), LABELS, {"sound"}), even)
    some = leaned(even, shots("gunfire", [0.0, None, 0.2]), LABELS, {"sound"})
    np.testing.assert_allclose(some[1], even[1])


def test_no_measure_moves_more_than_two_units():
    even = np.full((2, 3), 1 / 3)
    moved = leaned(even, shots("loudness", [-100.0, 0.0]), LABELS, {"sound"})
    assert moved[1, 0] / moved[1, 2] == pytest.approx(np.exp(0.6))


def test_the_table_speaks_of_known_classes_only_and_not_of_none():
    known = {entry.slug for entry in builtin_vocabulary().categories}
    for leaning in known_leanings():
        assert leaning.unit > 0
        assert set(leaning.leans) <= known


def test_a_grouping_counts_evidence_only_where_the_analysis_names_it():
    film = labelled_film("aaaa", errors_of(18, 1, none=True), sure=0.45)
    loud = [replace(shot, measures={"motion": 0.2 * (place > 1)}) for place, shot in enumerate(film.shots)]
    film = replace(film, shots=tuple(loud))
    assert centred(film) == []
    (event,) = centred(replace(film, evidence=("motion",)))
    assert event.shots == (2, 3)
