"""Opinion scores and equation 7, by hand and against the published figures."""

import pytest

from cinetag_plugin.evaluation.opinion import agreement, harmonic_mean, opinion
from cinetag_plugin.evaluation.sheets import OwnTags, Rating


def rated(*grades: int, who: str = "anna") -> list[Rating]:
    return [Rating(who, "One", f"tag{place}", grade) for place, grade in enumerate(grades)]


def own(who: str, film: str, *tags: str) -> OwnTags:
    return OwnTags(who, film, frozenset(tags))


def test_the_score_is_the_mean_of_all_ratings():
    score = opinion(rated(5, 4) + rated(3, who="ben"))
    assert score.mean == 4
    assert (score.ratings, score.volunteers) == (3, 2)
    assert score.percent == 80


def test_the_interval_draws_whole_volunteers():
    assert opinion(rated(5, 5, 5) + rated(1, 1, 1, who="ben")).interval == (1, 5)
    assert opinion(rated(2, 3) + rated(2, 3, who="ben")).interval == (2.5, 2.5)


def test_one_volunteer_has_no_interval():
    assert opinion(rated(5, 1)).interval is None


def test_precision_and_recall_are_means_over_pairs():
    extracted = {"One": frozenset({"war", "forest"}), "Two": frozenset({"food"})}
    found = agreement(
        [
            own("anna", "One", "war"),  # precision 1/2, recall 1
            own("ben", "One", "war", "forest", "music", "robot"),  # precision 1, recall 1/2
            own("anna", "Two", "music"),  # precision 0, recall 0
        ],
        extracted,
    )
    assert found.precision == pytest.approx(1.5 / 3)
    assert found.recall == pytest.approx(1.5 / 3)
    assert found.f1 == pytest.approx(0.5)
    assert (found.pairs, found.volunteers) == (3, 2)


def test_a_film_without_tags_has_precision_0_where_a_volunteer_names_any():
    found = agreement([own("anna", "One", "war")], {"One": frozenset()})
    assert (found.precision, found.recall, found.f1) == (0, 0, 0)


def test_full_agreement_of_all_is_1_whatever_their_number():
    """With the factor as printed, 1/(MN)^2, six pairs could give no more than 1/6."""
    extracted = {film: frozenset({"war"}) for film in ("One", "Two", "Three")}
    answers = [own(who, film, "war") for who in ("anna", "ben") for film in extracted]
    found = agreement(answers, extracted)
    assert (found.precision, found.recall, found.f1) == (1, 1, 1)
    assert found.intervals == {"precision": (1, 1), "recall": (1, 1), "f1": (1, 1)}


def test_the_published_f1_is_that_of_the_published_precision_and_recall():
    assert round(harmonic_mean(0.76, 0.7422), 2) == 0.75


def test_a_film_that_nobody_extracted_is_no_film_without_tags():
    with pytest.raises(KeyError):
        agreement([own("anna", "One", "war")], {})
