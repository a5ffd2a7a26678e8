"""From shots that say what they show to events on the timeline."""

import numpy as np
import pytest
from films_in_words import errors_of, labelled_film, word_of
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cinetag_plugin.beats.groupings import GROUPINGS, centred, paper, semi_markov, viterbi
from cinetag_plugin.beats.rhythm import turns
from cinetag_plugin.document.records import BeatScore, KnownErrors

ALL = [spec.group for spec in GROUPINGS]
KEEPING_BORDERS = [semi_markov, viterbi, centred]
"""The rule as published moves borders by a shot, as `aabbbb` shows."""


@pytest.mark.parametrize("group", KEEPING_BORDERS)
def test_an_event_has_its_frames_shots_key_shot_and_confidence(group, often_wrong):
    film = labelled_film("aaaaabbbbbbb", often_wrong, sure=0.9)
    first, second = group(film)
    assert (first.category, first.start, first.end) == ("battle", 0, 5 * 24)
    assert (second.category, second.start, second.end) == ("pursuit", 5 * 24, 12 * 24)
    assert first.shots == (0, 1, 2, 3, 4)
    assert second.key_shot in second.shots
    assert 0.5 < first.confidence <= 1


@pytest.mark.parametrize("group", KEEPING_BORDERS)
@settings(max_examples=25, deadline=None)
@given(word=st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
def test_with_a_model_that_is_never_wrong_a_film_without_single_shots_comes_back(group, word):
    film = labelled_film("".join(letter * 2 for letter in word), errors_of(20, 0))
    assert word_of(film, group(film)) == "".join(letter * 2 for letter in word)


def test_a_slip_amid_a_long_event_is_mended(often_wrong):
    film = labelled_film("aaaaabaaaaaa", often_wrong)
    assert word_of(film, semi_markov(film)) == "aaaaaaaaaaaa"
    assert word_of(film, paper(film)) == "aaaaaaaaaaaa"


@pytest.mark.parametrize("group", KEEPING_BORDERS)
def test_shots_without_a_beat_are_no_event(group):
    film = labelled_film("----aaaaaa----", errors_of(18, 1, none=True))
    (event,) = group(film)
    assert event.shots == (4, 5, 6, 7, 8, 9)


@pytest.mark.parametrize("group", ALL)
def test_thin_evidence_is_no_event(group):
    film = labelled_film("aabbccaabbcc", errors_of(18, 1, none=True), sure=0.05)
    assert group(film) == []


@pytest.mark.parametrize("group", ALL)
def test_a_film_that_says_nothing_has_no_events(group, often_wrong):
    assert group(labelled_film("?????", often_wrong)) == []
    assert group(labelled_film("", often_wrong)) == []


@pytest.mark.parametrize("group", KEEPING_BORDERS)
def test_a_model_that_states_no_errors_is_not_held_to_be_perfect(group):
    film = labelled_film("aaaaabaaaaaabbbbbbbbb", None)
    assert word_of(film, group(film)) == "a" * 12 + "b" * 9


@pytest.mark.parametrize("group", ALL)
def test_one_shot_is_a_film_too(group, often_wrong):
    film = labelled_film("a", often_wrong)
    assert word_of(film, group(film)) == "a"


def test_a_model_known_to_miss_a_category_is_corrected():
    # romance is answered as battle two times in three; amid sure romance, "battle" is doubtful
    errors = errors_of(20, 0)
    counts = ((20, 0, 0), (0, 20, 0), (13, 0, 7))
    film = labelled_film("bbbbbbbcacaacabbbbbb", type(errors)(labels=errors.labels, counts=counts))
    assert word_of(film, semi_markov(film)) == "bbbbbbbcccccccbbbbbb"


def test_the_key_shot_says_it_most_clearly_and_is_the_longest_that_does(often_wrong):
    film = labelled_film("aaaa", often_wrong, lengths=[10, 60, 40, 20])
    assert semi_markov(film)[0].key_shot == 1


def test_long_shots_make_a_turn_likelier():
    odds = turns([24, 24, 24, 240, 24, 24])
    assert odds[3] > 3 * odds[2]  # the long shot opens
    assert odds[4] > 2 * odds[5]  # and closes
    np.testing.assert_allclose(turns([24, 24, 240]), turns([1, 1, 10]))
    np.testing.assert_allclose(turns([7]), [1.0])


def test_weak_signs_in_a_row_are_an_event_where_probabilities_hold():
    # a fifth is far more than a battle's share of one in twenty; one such shot proves nothing, ten do
    held = replace(errors_of(18, 1, none=True), shares=(0.05, 0.05, 0.05, 0.85))
    film = labelled_film("-" * 20 + "a" * 10 + "-" * 20, held, sure=0.2)
    (event,) = semi_markov(film)
    assert event.category == "battle"
    assert set(event.shots) <= set(range(18, 32))
    assert len(event.shots) >= 8
    assert semi_markov(labelled_film("-" * 20 + "a" + "-" * 20, held, sure=0.2)) == []


HELD = replace(errors_of(18, 1, none=True), shares=(0.05, 0.05, 0.05, 0.85))


@pytest.mark.parametrize("group", [semi_markov, viterbi])
def test_a_shot_that_nobody_looked_at_cuts_no_event_in_two(group):
    seen = labelled_film("-" * 8 + "a" * 9 + "-" * 8, HELD, sure=0.45)
    dark = labelled_film("-" * 8 + "aaaa?aaaa" + "-" * 8, HELD, sure=0.45)
    assert [event.shots for event in group(dark)] == [event.shots for event in group(seen)]


@pytest.mark.parametrize("group", KEEPING_BORDERS)
def test_what_a_second_stage_gives_is_found_though_the_first_states_no_errors_of_it(group):
    merged = KnownErrors(labels=("argument", "romance", "none"), counts=((18, 1, 1), (1, 18, 1), (1, 1, 18)))
    film = labelled_film("-" * 6 + "a" * 8 + "-" * 6, merged)
    split = BeatScore(category="good_argue_bad", probability=0.8)
    shots = tuple(replace(shot, beats=(split,)) if 6 <= shot.index < 14 else shot for shot in film.shots)
    (event,) = group(replace(film, shots=shots))
    assert (event.category, event.shots) == ("good_argue_bad", tuple(range(6, 14)))


@pytest.mark.parametrize("group", ALL)
def test_a_model_of_one_category_does_not_make_the_film_one_event(group):
    assert group(labelled_film("aaaaa", None, sure=0.01)) == []


def test_many_labels_are_no_fewer_events():
    labels = tuple(f"c{number:03}" for number in range(140))
    film = labelled_film("aaaaaaaabbbbbbbb", None)
    scores = [BeatScore(category=labels[place], probability=0.0) for place in range(140)]
    shots = tuple(replace(shot, beats=(*shot.beats, *scores)) for shot in film.shots)
    assert word_of(film, semi_markov(replace(film, shots=shots))) == "aaaaaaaabbbbbbbb"
