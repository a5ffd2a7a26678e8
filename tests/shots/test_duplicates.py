"""Near-duplicate shots: the same set-up again is one group, whatever stands between."""

import time

import numpy as np
import pytest
from painted import black, frame, picture

from cinetag_plugin import Settings, analyze
from cinetag_plugin.shots.duplicates import GRID, coarse_picture, groups


def coarse(painted):
    return coarse_picture(frame(0, painted))


def shot(painted):
    return np.stack([coarse(painted)] * 3)


def noisy(painted, seed, light=2):
    luma, u, v = painted
    grain = np.random.default_rng(seed).normal(light, 5, luma.shape)
    return (luma + grain).clip(16, 235).astype(np.uint8), u, v


def test_dialogue_cut_to_and_fro_is_two_groups():
    shots = [shot(noisy(picture(1 + turn % 2), turn)) for turn in range(8)]
    assert groups(shots) == [0, 1] * 4


def test_unlike_shots_are_alone():
    assert groups([shot(picture(seed)) for seed in range(12)]) == list(range(12))
    assert groups([shot(picture(1))]) == [0]
    assert groups([]) == []


def test_one_like_picture_of_a_moving_shot_is_enough():
    moving = np.stack([coarse(picture(1)), coarse(picture(2)), coarse(picture(3))])
    assert groups([shot(picture(3)), shot(picture(4)), moving]) == [0, 1, 0]


def test_groups_chain():
    link = np.stack([coarse(picture(1)), coarse(picture(2)), coarse(picture(2))])
    assert groups([shot(picture(1)), shot(picture(2)), link, shot(picture(9))]) == [0, 0, 0, 3]


def test_other_colours_are_another_shot():
    luma, _, _ = picture(1)
    assert groups([shot((luma, 100, 128)), shot((luma, 150, 128))]) == [0, 1]


def test_black_and_titles_say_too_little_to_be_alike():
    title = black()[0].copy()
    title[40:50, 60:100] = 235
    assert groups([shot(black()), shot(black()), shot((title, 128, 128)), shot((title, 128, 128))]) == [
        0,
        1,
        2,
        3,
    ]


def test_black_bars_make_nothing_alike():
    def barred(seed):
        luma = picture(seed)[0].copy()
        luma[:20] = luma[-20:] = 16
        return luma, 128, 128

    shots = [shot(barred(seed)) for seed in range(10)]
    assert groups(shots) == list(range(10))


def test_three_thousand_shots_are_compared_in_seconds():
    dice = np.random.default_rng(1)
    scenes = dice.integers(30, 220, (1500, 3, 3, *GRID), np.uint8)
    scenes[:, :, 1:] = 128
    shots = [*scenes, *scenes]
    begin = time.process_time()
    assert groups(shots) == [*range(1500), *range(1500)]
    assert time.process_time() - begin < 60


@pytest.fixture(scope="module")
def battle(shared):
    film = shared / "media" / "edited" / "tears_of_steel_battle.webm"
    return analyze(film, Settings(only="shots", plugins=False))


def test_set_ups_that_come_again_in_a_real_film_are_found_and_no_others(battle):
    """By eye, of 26 shots: the hall (715, 987), the hall from above (1157, 1284), two less sure."""
    again = {shot.start: battle.shots[shot.group].start for shot in battle.shots if shot.group != shot.index}
    less_sure = {1127: 122, 872: 309}
    assert again.items() >= {987: 715, 1284: 1157}.items()
    assert again.items() <= ({987: 715, 1284: 1157} | less_sure).items()
