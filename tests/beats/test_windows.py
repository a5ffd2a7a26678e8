"""The slides' rule in two readings, and never in the third."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.beats.windows import centred, paper

WORDS = st.text("abcd", max_size=40)


@pytest.mark.parametrize(
    ("rule", "smoothed"), [(paper, "abbbbb"), (centred, "aabbbb")], ids=["paper", "centred"]
)
def test_readings_of_the_rule_as_worked_out_by_hand(rule, smoothed):
    # of "0 0 1 1 1 1": reading B gives "0 1 1 1 1 1", reading E leaves it as it is, reading C makes six 0
    assert "".join(rule("aabbbb")) == smoothed


@pytest.mark.parametrize("rule", [paper, centred])
def test_three_different_labels_are_three_events(rule):
    assert "".join(rule("abc")) == "abc"


def test_a_single_shot_amid_another_event_joins_it():
    assert "".join(centred("aabaa")) == "aaaaa"
    assert "".join(paper("aabaa")) == "aaaaa"


@given(WORDS)
def test_centred_leaves_films_alone_that_have_no_event_of_one_shot(word):
    doubled = "".join(letter * 2 for letter in word)
    assert "".join(centred(doubled)) == doubled


@pytest.mark.parametrize("rule", [paper, centred])
@given(word=WORDS)
def test_labels_come_from_the_film_and_their_number_stays(rule, word):
    smoothed = rule(word)
    assert len(smoothed) == len(word)
    assert set(smoothed) <= set(word)
    assert all(mine in word[max(0, place - 2) : place + 3] for place, mine in enumerate(smoothed))


@given(WORDS)
def test_centred_is_the_majority_of_three(word):
    for place in range(1, len(word) - 1):
        three = word[place - 1 : place + 2]
        most = max(three, key=three.count)
        assert centred(word)[place] == (most if three.count(most) > 1 else word[place])


@given(st.text("ab", min_size=3, max_size=40))
def test_paper_overwrites_from_left_to_right_by_the_labels_given(word):
    written = list(word)
    for place in range(len(word) - 2):
        three = word[place : place + 3]
        written[place : place + 3] = max(three, key=three.count) * 3
    assert paper(word) == written


def test_no_rule_runs_one_event_through_the_whole_film():
    assert len(list(groupby(paper("aabbbbccccaaaa")))) == 4
