"""All key frames of a shot vote with their scores."""

import numpy as np
import pytest
from films_in_words import labelled_film

from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.beats.votes import answers, voted
from cinetag_plugin.document.records import BeatScore, KeyFrame, Shot, Transition
from cinetag_plugin.document.vocabulary import builtin_vocabulary

SCHEME = Scheme(builtin_vocabulary().categories)
CUT = Transition(kind="cut", start=0, end=0)


def shot(index: int, **beats: float) -> Shot:
    scores = tuple(BeatScore(category=name, probability=p) for name, p in beats.items())
    return Shot(index=index, start=index, end=index + 1, transition_in=CUT, beats=scores)


def key_frame(index: int, accepted: bool = True, **beats: float) -> KeyFrame:
    scores = tuple(BeatScore(category=name, probability=p) for name, p in beats.items())
    return KeyFrame(index=0, shot=index, frame=0, pts=0, entropy=9.0, accepted=accepted, beats=scores)


def test_a_shot_has_the_mean_of_its_key_frames_by_category():
    frames = [key_frame(0, physical_war=0.6, romance=0.2), key_frame(0, car_pursuit=0.5, fire_attack=0.1)]
    (found,) = voted([shot(0)], frames, SCHEME)
    assert [(s.category, pytest.approx(s.probability)) for s in found.beats] == [
        ("battle", 0.35),
        ("pursuit", 0.25),
        ("romance", 0.1),
    ]


def test_one_label_a_frame_is_a_majority():
    frames = [key_frame(0, battle=1.0), key_frame(0, romance=1.0), key_frame(0, battle=1.0)]
    (found,) = voted([shot(0)], frames, SCHEME)
    assert found.beats[0].category == "battle"


def test_key_frames_that_were_turned_away_do_not_vote():
    seen, dark = voted(
        [shot(0), shot(1)], [key_frame(0, battle=0.5), key_frame(1, False, battle=0.9)], SCHEME
    )
    assert seen.beats
    assert dark.beats == ()


def test_none_takes_what_the_categories_leave():
    shots = [shot(0, battle=0.5, romance=0.2), shot(1, battle=0.0)]
    table = answers(shots, ["battle", "romance", "none"])
    np.testing.assert_allclose(table, [[0.5, 0.2, 0.3], [0, 0, 1]])


def test_without_none_scores_are_shares_and_silence_favours_nobody():
    table = answers([shot(0, battle=0.3, romance=0.1), shot(1)], ["battle", "romance"])
    np.testing.assert_allclose(table, [[0.75, 0.25], [0.5, 0.5]])


def test_rows_sum_to_one_also_where_independent_scores_pass_it(often_wrong):
    table = answers([shot(0, battle=0.9, romance=0.9)], ["battle", "romance", "none"])
    np.testing.assert_allclose(table.sum(axis=1), 1)
    assert labelled_film("a", often_wrong).shots[0].beats
