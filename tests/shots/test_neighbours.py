"""The detector ``rule``: cuts on their exact frame, and nothing where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import black, darkened, frames, picture, shot

from cinetag_plugin.evaluation.shots import read_truth, score_boundaries
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.neighbours import CONTEXT, SPEC, CutRule


def cuts(pictures, *, first=0, **values):
    detector = CutRule(**values)
    found = [b for frame in frames(pictures, first) for b in detector.feed(frame)]
    found += detector.finish()
    assert all(b.kind == "cut" and b.start == b.end for b in found)
    return [b.start for b in found]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(5, 30), min_size=1, max_size=6), st.integers(0, 2), st.integers(0, 1000))
def test_cuts_stand_on_the_first_frame_of_each_shot(lengths, pace, first):
    pictures = [p for seed, length in enumerate(lengths) for p in shot(seed, length, pace=pace)]
    starts = np.cumsum(lengths)[:-1] + first
    assert cuts(pictures, first=first) == starts.tolist()


@pytest.mark.parametrize("pace", [0, 1, 5, 12])
def test_a_moving_camera_is_no_cut(pace):
    assert cuts(shot(3, 60, pace=pace)) == []


@pytest.mark.parametrize(("repeats", "pace"), [(2, 12), (3, 6), (4, 4)])
def test_duplicated_frames_in_motion_are_no_cuts(repeats, pace):
    assert cuts([p for p in shot(3, 30, pace=pace) for _ in range(repeats)]) == []


@pytest.mark.parametrize("length", [1, 2, 4, 7])
def test_a_flash_is_no_cut(length):
    pictures = shot(1, 60)
    pictures[30 : 30 + length] = [picture(1, light=70 - 5 * age) for age in range(length)]
    assert cuts(pictures) == []


@pytest.mark.parametrize("turn", [1, 2, 4, 20])
def test_a_strobe_or_a_lamp_switched_on_and_off_is_no_cut(turn):
    pictures = [
        darkened(painted, 0.3) if place // turn % 2 else painted
        for place, painted in enumerate(shot(1, 60, pace=1))
    ]
    assert cuts(pictures + shot(2, 30)) == [60]


@pytest.mark.parametrize(("share", "expected"), [(0.4, []), (0.7, [30])])
def test_a_screen_in_the_picture_is_no_cut_unless_it_fills_most_of_it(share, expected):
    around, shown = picture(1), picture(2)
    luma = around[0].copy()
    luma[:, : int(160 * share)] = shown[0][:, : int(160 * share)]
    assert cuts([around] * 30 + [(luma, *around[1:])] * 30) == expected


def test_words_on_black_may_be_all_that_changes():
    cards = []
    for first in (10, 90):
        luma = np.full((90, 160), 16, np.uint8)
        luma[30:60, first : first + 60] = 220
        cards.append((luma, 128, 128))
    assert cuts([cards[0]] * 30 + [cards[1]] * 30) == [30]


def test_strobing_light_is_no_cut():
    assert cuts([picture(1, light=60 * (place // 2 % 2)) for place in range(60)]) == []


@pytest.mark.parametrize("length", [1, 3, 6])
def test_after_short_black_the_cut_stands_where_the_new_shot_appears(length):
    assert cuts(shot(1, 20) + [black()] * length + shot(2, 20)) == [20 + length]


def test_short_black_inside_a_shot_is_no_cut():
    assert cuts(shot(1, 20) + [black()] * 3 + shot(1, 20)) == []


@pytest.mark.parametrize("length", [7, 30])
def test_longer_black_is_a_shot_of_its_own(length):
    assert cuts(shot(1, 20) + [black()] * length + shot(2, 20)) == [20, 20 + length]


def test_a_fade_in_from_short_black_leaves_the_cut_to_black():
    fade = [darkened(picture(2), share) for share in np.linspace(0, 1, 30)]
    found = cuts(shot(1, 20) + [black()] * 2 + fade + shot(2, 20))
    assert found[0] == 20
    assert all(frame < 20 + 2 + 30 for frame in found[1:])


def test_a_film_that_begins_black_has_a_cut_where_the_picture_appears():
    assert cuts([black()] * 3 + shot(1, 20)) == [3]


def test_a_fade_to_black_is_no_hard_cut():
    assert cuts(shot(1, 20) + [darkened(picture(1), s) for s in np.linspace(1, 0, 40)] + [black()] * 20) == []


def test_a_flat_colour_that_fades_is_no_hard_cut():
    flat = (np.full((90, 160), 130, np.uint8), 90, 180)
    fade = [darkened(flat, share) for share in np.linspace(1, 0, 50)]
    assert cuts([flat] * 20 + fade + [black()] * 20) == []


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_very_short_shot_has_its_two_cuts(length):
    assert cuts(shot(1, 20) + shot(2, length) + shot(3, 20)) == [20, 20 + length]


@pytest.mark.parametrize("length", [1, 2, 3, 10])
def test_films_of_a_few_frames(length):
    assert cuts(shot(1, length)) == []


def test_nothing_at_all():
    assert CutRule().finish() == []


def test_a_cut_between_the_last_two_frames():
    assert cuts(shot(1, 10) + shot(2, 1)) == [10]


def test_a_higher_threshold_finds_fewer():
    other = picture(2)[0] // 2
    faint = [
        (luma // 2 + other if i >= 20 else luma, u, v) for i, (luma, u, v) in enumerate(shot(1, 40, pace=1))
    ]
    found = [len(cuts(faint, threshold=value)) for value in (0.3, 0.8, 5.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1
    assert found[-1] == 0


def test_a_cut_is_known_at_most_context_frames_later():
    pictures = shot(1, 20) + shot(2, 9) + [black()] * 6 + shot(3, 20) + shot(4, 1) + shot(5, 30)
    detector = CutRule()
    known = {b.frame: frame.index for frame in frames(pictures) for b in detector.feed(frame)}
    assert sorted(known) == [20, 35, 55, 56]
    assert all(at - cut <= CONTEXT for cut, at in known.items())
    assert SPEC.context == CONTEXT


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=25))
def test_boundaries_rise_and_keep_to_the_promised_delay_whatever_comes(parts):
    pictures = [
        p for seed, length in parts for p in ([black()] * length if seed == 0 else shot(seed, length))
    ]
    detector, found = CutRule(), []
    for frame in frames(pictures):
        for boundary in detector.feed(frame):
            assert frame.index - boundary.frame <= CONTEXT
            found.append(boundary.frame)
    found += [b.frame for b in detector.finish()]
    assert found == sorted(set(found))
    assert all(0 < frame < len(pictures) for frame in found)


def test_memory_does_not_grow():
    detector, held = CutRule(), []
    for frame in frames(black() if index % 9 < 3 else picture(index % 5) for index in range(400)):
        list(detector.feed(frame))
        held.append(len(detector._frames) + len(detector._pictures))
    assert max(held[200:]) <= max(held[:200]) < 70


def test_frames_are_not_kept(monkeypatch):
    # the planes are views of a buffer that the next frame overwrites
    planes = frames([picture(0)])[0]
    detector, found = CutRule(), []
    for frame in frames(shot(1, 20) + shot(2, 20)):
        planes.y[:], planes.u[:], planes.v[:] = frame.y, frame.u, frame.v
        found += detector.feed(type(frame)(frame.index, frame.pts, planes.y, planes.u, planes.v))
    assert [b.frame for b in [*found, *detector.finish()]] == [20]


@pytest.mark.parametrize(
    "film",
    [
        "edited/tears_of_steel_battle.webm",
        "edited/trip_to_the_moon_trailer.mp4",
        "edited/sintel_trailer_480p.mp4",
        "nocuts/brightness_jump.avi",
        "nocuts/dialogue_bw_friday.mp4",
    ],
)
def test_real_films(shared, film):
    path, ffmpeg = shared / "media" / film, find_ffmpeg()
    truth = read_truth(shared / "media" / "truth" / f"{path.stem}.tsv")
    with FramePipe(probe(path, ffmpeg), ffmpeg, short_side=180) as pipe:
        detector = SPEC.make(pipe.facts, None)
        found = [b for frame in pipe for b in detector.feed(frame)]
        found += detector.finish()
    scores = score_boundaries(found, truth)
    # decoders and scalers differ a little: one cut near the threshold may flip
    assert len(scores.false_frames) + len(scores.missed_frames) <= 1
