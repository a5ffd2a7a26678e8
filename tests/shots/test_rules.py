"""Black between two shots, flashes and other light: what looks like a cut and is none."""

import pytest
from painted import black, darkened, frame, picture

from cinetag_plugin.shots.measures import measure
from cinetag_plugin.shots.rules import LONGEST_GAP, black_gap, is_black, is_flash, is_relit

SHOT = picture(1)


def measured(*pictures):
    return [measure(frame(index, painted)) for index, painted in enumerate(pictures)]


@pytest.mark.parametrize("length", range(LONGEST_GAP + 1))
def test_black_up_to_six_frames_is_a_gap(length):
    assert black_gap(measured(*[black()] * length, SHOT, SHOT, SHOT)) == length


def test_longer_black_is_none():
    assert black_gap(measured(*[black()] * (LONGEST_GAP + 1), SHOT, SHOT)) == 0


def test_black_to_the_end_of_the_film_is_none():
    assert black_gap(measured(*[black()] * 3)) == 0


def test_a_fade_in_after_black_makes_no_gap():
    fade = [darkened(SHOT, share) for share in (0.15, 0.3, 0.45, 0.6)]
    assert black_gap(measured(black(), black(), *fade)) == 0


def test_a_picture_that_appears_in_the_last_frame_is_at_full():
    assert black_gap(measured(black(), SHOT)) == 1


def test_a_title_on_black_is_not_black():
    luma = black()[0].copy()
    luma[40:46, 60:100] = 220
    assert [is_black(m) for m in measured((luma, 128, 128), black())] == [False, True]


def test_light_that_goes_again_is_a_flash_at_both_ends():
    lit = (255 - (255 - SHOT[0]) // 3, 128, 128)
    seen = measured(SHOT, SHOT, lit, lit, SHOT, SHOT)
    assert is_flash(seen[:2], seen[2:])
    assert is_flash(seen[:4], seen[4:])


def test_light_that_stays_is_none():
    lit = (255 - (255 - SHOT[0]) // 3, 128, 128)
    seen = measured(SHOT, SHOT, lit, lit, lit)
    assert not is_flash(seen[:2], seen[2:])


def test_another_picture_after_the_light_is_none():
    lit = (255 - (255 - SHOT[0]) // 3, 128, 128)
    seen = measured(SHOT, SHOT, lit, picture(2), picture(2))
    assert not is_flash(seen[:2], seen[2:])


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_the_same_picture_in_other_light_is_relit_either_way(share):
    bright, dark = measured(SHOT, darkened(SHOT, share))
    assert is_relit(bright, dark)
    assert is_relit(dark, bright)


def test_another_picture_is_not_relit_however_dark():
    one, other = measured(SHOT, darkened(picture(2), 0.4))
    assert not is_relit(one, other)


def test_a_picture_that_comes_out_of_black_is_not_relit():
    assert not is_relit(*measured(black(), SHOT))
